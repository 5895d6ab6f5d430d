import { createHash, hash } from "node:crypto";
import { normalLine } from "../../rdf/normal-line.ts";

/** What was there to be brought over, held against what is there now. */
export interface Comparison {
  /** Named places that were compared: folders of `graph/`, or graphs of a server. */
  compared: number;
  /** Different quads in them. */
  quads: number;
  /** Quads that the other side does not have, by value; none when all went well. */
  missing: number;
  /** Rows of series, each writer's sequence number once, and those that the other side does not have or has otherwise. */
  rows: number;
  missingRows: number;
  /** SHA-256 over all of them with values in one spelling, and the same of what the other side has of them: equal when nothing is missing. */
  sha256: string;
  sha256There: string;
  /** The first places of which something is missing, or that cannot be compared, with the reason. */
  readonly troubles: string[];
}

/** Compares place by place; of one place at a time keys are in memory. */
export class Comparing {
  readonly #here = createHash("sha256");
  readonly #there = createHash("sha256");
  readonly #result: Comparison = {
    ...{ compared: 0, quads: 0, missing: 0, rows: 0, missingRows: 0 },
    ...{ sha256: "", sha256There: "", troubles: [] },
  };

  /** The keys of what was given, and of what is there now: more than that does not matter. */
  add(place: string, given: ReadonlySet<string>, there: ReadonlySet<string>): void {
    const wanted = [...given].sort();
    let missing = 0;
    for (const sum of [this.#here, this.#there]) sum.update(`${place} ${given.size}\n`);
    for (const key of wanted) {
      this.#here.update(key, "latin1");
      if (there.has(key)) this.#there.update(key, "latin1");
      else missing++;
    }
    this.#result.compared++;
    this.#result.quads += given.size;
    this.#result.missing += missing;
    if (missing > 0) this.trouble(`${place}: ${missing} of ${given.size} quads are missing`);
  }

  /** Rows of a writer: how many, and the digests of those and of what is there under the same numbers. */
  addRows(place: string, { rows, missing, here, there }: ComparedRows): void {
    this.#here.update(`${place} ${here}\n`);
    this.#there.update(`${place} ${there}\n`);
    this.#result.rows += rows;
    this.#result.missingRows += missing;
    if (missing > 0) this.trouble(`${place}: ${missing} of ${rows} rows are missing, or others`);
  }

  trouble(text: string): void {
    const { troubles } = this.#result;
    if (troubles.length < MOST_TROUBLES && !troubles.includes(text)) troubles.push(text);
  }

  get result(): Comparison {
    const [sha256, sha256There] = [this.#here, this.#there].map((sum) => sum.copy().digest("hex"));
    return { ...this.#result, sha256: sha256 as string, sha256There: sha256There as string };
  }
}

export interface ComparedRows {
  readonly rows: number;
  readonly missing: number;
  readonly here: string;
  readonly there: string;
}

const MOST_TROUBLES = 20;

/** What a line is known by: the SHA-256 of its normal form, so that the lines of a large graph need not be held. */
export function keyOf(line: string): string {
  return hash("sha256", normalLine(line), "binary");
}

export function keysOf(lines: Iterable<string>): Set<string> {
  const keys = new Set<string>();
  for (const line of lines) keys.add(keyOf(line));
  return keys;
}

/** The lines whose keys are not there. */
export function missingLines(given: Iterable<string>, there: ReadonlySet<string>): string[] {
  return [...given].filter((line) => !there.has(keyOf(line)));
}
