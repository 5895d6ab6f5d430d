import { createHash } from "node:crypto";
import { normalLine } from "../../rdf/normal-line.ts";

/** What was there to be brought over, held against what is there now. */
export interface Comparison {
  /** Named places that were compared: folders of `graph/`, or graphs of a server. */
  compared: number;
  /** Different quads in them. */
  quads: number;
  /** Quads that the other side does not have, by value; none when all went well. */
  missing: number;
  /** SHA-256 over all of them with values in one spelling, and the same of what the other side has of them: equal when nothing is missing. */
  sha256: string;
  sha256There: string;
  /** The first places of which something is missing, or that cannot be compared, with the reason. */
  readonly troubles: string[];
}

/** Compares place by place; one place at a time is in memory. */
export class Comparing {
  readonly #here = createHash("sha256");
  readonly #there = createHash("sha256");
  readonly #result: Comparison = { compared: 0, quads: 0, missing: 0, sha256: "", sha256There: "", troubles: [] };

  /** What was given, and what is there now: more than that does not matter. */
  add(place: string, given: Iterable<string>, there: Iterable<string>): void {
    const wanted = [...normalLines(given)].sort();
    const held = normalLines(there);
    const kept = wanted.filter((line) => held.has(line));
    digest(this.#here, place, wanted);
    digest(this.#there, place, kept);
    this.#result.compared++;
    this.#result.quads += wanted.length;
    const missing = wanted.length - kept.length;
    this.#result.missing += missing;
    if (missing > 0) this.trouble(`${place}: ${missing} of ${wanted.length} quads are missing`);
  }

  trouble(text: string): void {
    if (this.#result.troubles.length < MOST_TROUBLES) this.#result.troubles.push(text);
  }

  get result(): Comparison {
    const [sha256, sha256There] = [this.#here, this.#there].map((hash) => hash.copy().digest("hex"));
    return { ...this.#result, sha256: sha256 as string, sha256There: sha256There as string };
  }
}

const MOST_TROUBLES = 20;

/** The lines of `given` that `there` lacks by value. */
export function missingLines(given: Iterable<string>, there: Iterable<string>): string[] {
  const held = normalLines(there);
  return [...given].filter((line) => !held.has(normalLine(line)));
}

function normalLines(lines: Iterable<string>): Set<string> {
  const normal = new Set<string>();
  for (const line of lines) normal.add(normalLine(line));
  return normal;
}

function digest(hash: ReturnType<typeof createHash>, place: string, keys: readonly string[]): void {
  hash.update(`${place} ${keys.length}\n`);
  for (const key of keys) hash.update(`${key}\n`, "latin1");
}
