import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { blame, type Outcome } from "./trial.ts";

/** What `programs/writes-steadily.ts` writes, so that the oracle is arithmetic: with a million rows a minute nobody keeps a second copy. */
export const ROWS_PER_SECOND = 20;

export function writerName(number: number): string {
  return `m${number}`;
}

const WRITERS_PER_EXECUTION = 64;

/** Writers share executions, as ranks do. */
export function executionOf(number: number): string {
  return `0199d3c0-0000-7000-8000-${String(Math.floor(number / WRITERS_PER_EXECUTION)).padStart(12, "0")}`;
}

export function rowValue(writer: number, row: number): number {
  return writer * 1e6 + row;
}

/** Sequence numbers count rows and, after each second, a statement. */
function rowSequence(row: number): number {
  return row + Math.floor(row / ROWS_PER_SECOND);
}

/** Each statement and row of so many writers is there, as it was written, once. */
export async function judgeSteady(
  outcome: Outcome,
  directory: string,
  writers: number,
  seconds: number,
): Promise<void> {
  const rows = Array.from({ length: writers }, () => new Uint8Array(seconds * ROWS_PER_SECOND));
  let [wrong, twice] = [0, 0];
  for (const path of filesIn(join(directory, "series"), ".parquet")) {
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    for (const { writer, sequence, step, value } of await parquetReadObjects({ file })) {
      const number = Number(writer.slice(1));
      const isRight = rowSequence(step) === Number(sequence) && rowValue(number, step) === value;
      if (!isRight || rows[number] === undefined) wrong++;
      else if (rows[number][step]) twice++;
      else rows[number][step] = 1;
    }
  }
  const missing = rows.reduce((sum, seen) => sum + seen.filter((one) => one === 0).length, 0);
  blame(outcome, "lost", missing, `${missing} rows`);
  blame(outcome, "duplicated", twice, `${twice} rows`);
  blame(outcome, "unexplained", wrong, `${wrong} rows are not as they were written`);

  const statements = Array.from({ length: writers }, () => new Uint8Array(seconds));
  for (const path of filesIn(join(directory, "graph"), ".nq")) {
    const found = new Set<string>();
    for (const [line, writer, n] of readFileSync(path, "latin1").matchAll(STATEMENT)) {
      const seen = statements[Number(writer)];
      if (found.has(line)) blame(outcome, "duplicated", 1, `${line} twice in ${path}`);
      else if (seen?.[Number(n)] === undefined) blame(outcome, "unexplained", 1, line);
      else if (seen[Number(n)] === 1) blame(outcome, "duplicated", 1, `${line} in two files`);
      else seen[Number(n)] = 1;
      found.add(line);
    }
  }
  const lost = statements.reduce((sum, seen) => sum + seen.filter((one) => one === 0).length, 0);
  blame(outcome, "lost", lost, `${lost} statements`);
}
const STATEMENT = /^<[^>]*\/m(\d+)-(\d+)> <[^>]*#type> <[^>]*#Entity> <[^>]*graph> \.$/gm;

/** How many rows of each writer the graph says to be there: the highest sequence number in the names of its files. */
export function rowsMoved(directory: string, writers: number): Float64Array {
  const moved = new Float64Array(writers);
  for (let first = 0; first < writers; first += WRITERS_PER_EXECUTION) {
    for (const name of namesIn(join(directory, "graph", executionOf(first)))) {
      const [, writer, last] = /^m(\d+)-\d+-(\d+)\.nq$/.exec(name) ?? [];
      const rows = rowsUpTo(Number(last));
      if (rows > (moved[Number(writer)] ?? Number.POSITIVE_INFINITY)) moved[Number(writer)] = rows;
    }
  }
  return moved;
}

/** How many rows have this sequence number or one before it. */
function rowsUpTo(sequence: number): number {
  const seconds = Math.floor((sequence + 1) / (ROWS_PER_SECOND + 1));
  return sequence + 1 - seconds;
}

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
