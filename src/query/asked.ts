import type { Store } from "../store/store.ts";
import { copyOf } from "./copy.ts";
import type { Source } from "./source.ts";

/** An answer that is on its way, and the SPARQL behind it. */
export interface Asked<T> extends Promise<T> {
  /**
   * The queries that the answer is made of, in the order in which they are asked, with their values in them: each can be asked of any store that holds
   * the same. Names, rows of series and signs of life of writers are found beside the graph, so that some answers say more than their queries. The
   * question is asked for this once more, by SPARQL alone.
   */
  sparql(): Promise<string[]>;
}

/** Functions that answer questions, by the name of the question. */
export type Answers = Readonly<Record<string, Answer>>;

// biome-ignore lint/suspicious/noExplicitAny: each has parameters of its own
type Answer = (source: Source, ...parameters: any[]) => Promise<unknown>;

/** A function that is loaded when it is called: a process that asks one question loads what that takes. */
export function loaded<P extends unknown[], T>(
  load: () => Promise<(source: Source, ...parameters: P) => Promise<T>>,
): (source: Source, ...parameters: P) => Promise<T> {
  return async (source, ...parameters) => (await load())(source, ...parameters);
}

/** The same with copies of its answers, for one that gives what is kept. */
export function copied<P extends unknown[], T>(
  load: () => Promise<(source: Source, ...parameters: P) => Promise<T>>,
): (source: Source, ...parameters: P) => Promise<T> {
  return async (source, ...parameters) => copyOf(await (await load())(source, ...parameters));
}

type Askable<A extends Answers> = {
  readonly [Name in keyof A]: A[Name] extends (source: Source, ...parameters: infer P) => Promise<infer T>
    ? (...parameters: P) => Asked<T>
    : never;
};

/** The same functions with what they ask, so that their answers tell their SPARQL. */
export function askable<A extends Answers>(source: Source, answers: A): Askable<A> {
  const functions = Object.entries(answers).map(([name, answer]) => [
    name,
    (...parameters: unknown[]) => asked(source, (from) => answer(from, ...parameters)),
  ]);
  return Object.fromEntries(functions) as Askable<A>;
}

/** Asks a question, so that its answer tells its SPARQL. */
export function asked<T>(source: Source, ask: (source: Source) => Promise<T>): Asked<T> {
  const answer = ask(source);
  const sparql = async () => {
    answer.catch(() => {}); // who asks for the queries only is told by them of what fails
    const queries = new Set<string>();
    await ask({ ...source, index: undefined, store: noting(source.store, queries) });
    return [...queries];
  };
  return Object.assign(answer, { sparql });
}

/** A store, noting the queries that are asked of it. */
function noting(store: Store, queries: Set<string>): Store {
  const noted = <T>(ask: (query: string, options?: object) => T) => {
    return (query: string, options?: object) => {
      queries.add(query);
      return ask(query, options);
    };
  };
  return {
    load: (nquads) => store.load(nquads),
    query: noted((query, options) => store.query(query, options)),
    select: noted((query, options) => store.select(query, options)),
    ask: noted((query, options) => store.ask(query, options)),
    construct: noted((query, options) => store.construct(query, options)),
    size: () => store.size(),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
