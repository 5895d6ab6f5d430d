import type { Statement } from "../../model/statement.ts";

/**
 * Whether two statements have one id. A set of all ids would tell too, at five times the cost: this one holds the places of statements and not the
 * ids, and looks at the ends of ids, where they differ.
 */
export function areIdsRepeated(statements: readonly Statement[]): boolean {
  let count = 0;
  for (const { id } of statements) if (id !== undefined) count++;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  const places = new Int32Array(mask + 1).fill(-1);
  let tries = 0;
  for (let n = 0; n < statements.length; n++) {
    const { id } = statements[n] as Statement;
    if (id === undefined) continue;
    if (tries > MOST_TRIES * count) return new Set(statements.flatMap(({ id }) => id ?? [])).size < count;
    let slot = hashOf(id) & mask;
    for (let place = places[slot] as number; place >= 0; place = places[slot] as number) {
      if ((statements[place] as Statement).id === id) return true;
      slot = (slot + 1) & mask;
      tries++;
    }
    places[slot] = n;
  }
  return false;
}

/** More tries for each id mean that ids were made to end alike. */
const MOST_TRIES = 8;

/** How much of the end of an id is looked at. */
const END = 16;

function hashOf(id: string): number {
  let hash = id.length;
  for (let at = Math.max(0, id.length - END); at < id.length; at++)
    hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 15);
}
