import type { WriterState } from "../spool/liveness.ts";
import type { QueryOptions, SolutionRow, Store } from "../store/store.ts";
import { queryText, type Sparql } from "./sparql.ts";
import type { TripleIndex } from "./triple-index.ts";
import { solve } from "./whole/solve.ts";

/** What the questions are asked of. */
export interface Source {
  readonly store: Store;
  /** Answers look-ups while the store is as it was loaded, and is replaced when it is loaded anew; absent where it may change at any time. */
  index?: TripleIndex | undefined;
  /** The directory with the rows of series and the signs of life of writers; absent where only a store is at hand. */
  readonly place: Place | undefined;
  /** What could not be read; grows while reading. */
  readonly problems: Set<string>;
}

/** Where a directory keeps what is not in the graph yet. */
export interface Place {
  readonly graph: string;
  readonly series: string;
  readonly manifests: string;
  /** The directory's own spool and, where one is configured, that on another disk. */
  readonly spools: readonly string[];
}

/** What the spool says of a writer: its stream has ended, or the state of its process. */
export interface Writer {
  readonly name: string;
  /** The namespace of the execution that it writes. */
  readonly namespace: string;
  readonly state: "ended" | WriterState;
}

/** Asks one of the questions' queries: where the triples lie, where they are few, else the store. */
export async function select(source: Source, query: Sparql, options?: QueryOptions): Promise<readonly SolutionRow[]> {
  const whole = source.index?.whole;
  const rows = whole && solve(whole, query.text);
  if (rows) return rows;
  return (await source.store.select(queryText(query), options)).rows;
}

const keptAnswers = new WeakMap<TripleIndex, Map<unknown, Promise<unknown>>>();

/** What a function reads that only the store says: read once for each time that the store is loaded. Nobody changes it; users get copies. */
export function kept<T>(source: Source, read: (source: Source) => Promise<T>): Promise<T> {
  const { index } = source;
  if (index === undefined) return read(source);
  const answers = keptAnswers.get(index) ?? new Map<unknown, Promise<unknown>>();
  keptAnswers.set(index, answers);
  const known = answers.get(read) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const answer = read(source);
  answers.set(read, answer);
  answer.catch(() => answers.delete(read));
  return answer;
}
