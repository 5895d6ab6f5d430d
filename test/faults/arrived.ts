import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { type Held, rowText } from "./oracle.ts";
import { blame, type Outcome } from "./trial.ts";

/** What the flusher states itself, by the name of the file. */
const STATED = /-(summary|closing|loss|digest)(-\w+)?\.nq$/;

/** What lies in `graph/` and `series/`, and how much of it is there twice. */
export interface Arrived extends Held {
  /** Rows of the same writer and sequence number that are not the same, or stand twice in one file. */
  readonly repeatedRows: number;
  /** Files that are not whole. */
  readonly broken: readonly string[];
}

/** Read straight from the files. `stated`: with the lines that the flusher states itself, or without. */
export async function arrivedIn(directory: string, stated: "with stated" | "without stated"): Promise<Arrived> {
  const lines = new Set<string>();
  const broken: string[] = [];
  for (const path of filesIn(join(directory, "graph"), ".nq")) {
    const text = readFileSync(path, "utf8");
    const [, body = "", quads, sha256] = TRAILER.exec(text) ?? [];
    const own = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const isWhole = own.length === Number(quads) && createHash("sha256").update(body).digest("hex") === sha256;
    if (!isWhole) broken.push(path);
    if (stated === "with stated" || !STATED.test(path)) for (const line of own) lines.add(line);
  }
  const rows = new Map<string, string>();
  let repeatedRows = 0;
  for (const path of filesIn(join(directory, "series"), ".parquet")) {
    const inFile = new Set<string>();
    const texts = await rowsOf(path).catch(() => undefined);
    if (texts === undefined) broken.push(path);
    for (const text of texts ?? []) {
      const key = text.split(" ", 2).join(" ");
      if (inFile.has(key) || (rows.get(key) ?? text) !== text) repeatedRows++;
      inFile.add(key);
      rows.set(key, text);
    }
  }
  return { lines: [...lines].sort(), rows: [...rows.values()].sort(), repeatedRows, broken };
}
const TRAILER = /^((?:.*\n)*)# provml 1 quads=(\d+) sha256=([0-9a-f]{64})\n$/;

/** Holds what has arrived against what should have. */
export function judge(outcome: Outcome, held: Held, arrived: Arrived, where: string): void {
  for (const part of ["lines", "rows"] as const) {
    if (isSame(held[part], arrived[part])) continue;
    const [wanted, there] = [new Set(held[part]), new Set(arrived[part])];
    const lost = held[part].filter((one) => !there.has(one));
    const more = arrived[part].filter((one) => !wanted.has(one));
    blame(outcome, "lost", lost.length, `${where}: ${lost.length} ${part}, the first ${lost[0]}`);
    blame(outcome, "unexplained", more.length, `${where}: ${more.length} ${part}, the first ${more[0]}`);
  }
  blame(outcome, "duplicated", arrived.repeatedRows, `${where}: ${arrived.repeatedRows} rows`);
  blame(outcome, "unexplained", arrived.broken.length, `${where}: ${arrived.broken.join(", ")} not whole`);
}

/** Of sorted lists, which are long. */
function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, n) => one === others[n]);
}

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
  const paths = names.map((name) => join(folder, name)).sort();
  return paths.filter((path) => statSync(path).isFile());
}

async function rowsOf(path: string): Promise<string[]> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const parsers = { timestampFromMicroseconds: (microseconds: bigint) => Number(microseconds) };
  const rows = await parquetReadObjects({ file, parsers: parsers as never });
  return rows.map(({ writer, sequence, series, name, activity, step, value, time }) =>
    rowText(writer, Number(sequence), [series, name, activity].join(" "), step, value, Number(time)),
  );
}
