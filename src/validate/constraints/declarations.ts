import { PREFIXES } from "../../model/names.ts";
import type { Statement } from "../../model/statement.ts";
import { compress } from "./compress.ts";
import { CODES, ID, statementOf, WIDTH } from "./instance.ts";
import { IntList } from "./int-list.ts";
import { MISSING } from "./terms.ts";
import type { Unified } from "./unification.ts";

/** What is said of each term by entity, activity and agent statements, stated or inferred from a specialization. */
export interface Declarations {
  /** By term, the row of an entity statement that tells of it or of what it is a specialization of; -1 for none. */
  readonly entity: Int32Array;
  /** The same for activities and agents, which nothing inherits. */
  readonly activity: Int32Array;
  readonly agent: Int32Array;
  /** By term, the row of an entity statement that makes it an empty collection. */
  readonly empty: Int32Array;
}

/**
 * Inference 21: what is said of an entity holds of its specializations too. One walk from the general to the specific reaches all, without the
 * transitive closure of inference 19, for attributes pass on from one specialization to the next.
 */
export function readDeclarations(unified: Unified, specializations: Specializations): Declarations {
  const { instance } = unified;
  const { rows, terms } = instance;
  const none = () => new Int32Array(terms.size).fill(-1);
  const found = { entity: none(), activity: none(), agent: none(), empty: none() };
  const put = (list: Int32Array, term: number, row: number) => {
    if (list[term] === -1) list[term] = row;
  };
  for (let row = 0; row < rows.count; row++) {
    const kind = rows.kinds[row] as number;
    if (kind !== CODES.entity && kind !== CODES.activity && kind !== CODES.agent) continue;
    const term = terms.find(rows.cells[row * WIDTH + ID] as number);
    put(kind === CODES.entity ? found.entity : kind === CODES.activity ? found.activity : found.agent, term, row);
    if (kind === CODES.entity && isEmptyCollection(statementOf(instance, row))) put(found.empty, term, row);
  }
  for (const list of [found.entity, found.empty]) inherit(list, specializations);
  return found;
}

/** The specializations of an instance: edges from general to specific terms, in compressed rows. */
export interface Specializations {
  readonly count: number;
  readonly general: Int32Array;
  readonly specific: Int32Array;
  /** The specialization or mention that states it. */
  readonly row: Int32Array;
  /** `edges[starts[term]]` to `edges[starts[term + 1]]`, exclusive: those whose general entity a term is. */
  readonly starts: Int32Array;
  readonly edges: Int32Array;
}

/** A mention is a specialization too (PROV-Links 4, mention-specialization-inference). */
export function readSpecializations({ instance, rowOf }: Unified): Specializations {
  const { rows, terms } = instance;
  const [general, specific, row] = [new IntList(), new IntList(), new IntList()];
  for (let at = 0; at < rows.count; at++) {
    const kind = rows.kinds[at];
    if ((kind !== CODES.specializationOf && kind !== CODES.mentionOf) || rowOf(at) !== at) continue;
    const [a, b] = [rows.cells[at * WIDTH] as number, rows.cells[at * WIDTH + 1] as number];
    if (a === MISSING || b === MISSING) continue;
    specific.push(terms.find(a));
    general.push(terms.find(b));
    row.push(at);
  }
  const count = row.length;
  return {
    count,
    general: general.items.subarray(0, count),
    specific: specific.items.subarray(0, count),
    row: row.items.subarray(0, count),
    ...compress(terms.size, general.items, count),
  };
}

function inherit(list: Int32Array, { starts, edges, specific }: Specializations): void {
  const reached = new IntList();
  for (let term = 0; term < list.length; term++) if (list[term] !== -1) reached.push(term);
  for (let at = 0; at < reached.length; at++) {
    const term = reached.items[at] as number;
    for (let i = starts[term] as number; i < (starts[term + 1] as number); i++) {
      const heir = specific[edges[i] as number] as number;
      if (list[heir] !== -1) continue;
      list[heir] = list[term] as number;
      reached.push(heir);
    }
  }
}

function isEmptyCollection({ attributes = [] }: Statement): boolean {
  return attributes.some(
    ([name, value]) => name === TYPE && typeof value === "object" && "iri" in value && value.iri === EMPTY_COLLECTION,
  );
}

const TYPE = `${PREFIXES.prov}type`;
const EMPTY_COLLECTION = `${PREFIXES.prov}EmptyCollection`;
