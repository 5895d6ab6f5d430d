import type { Quad, Term } from "../rdf/terms.ts";

/**
 * Holds quads and answers SPARQL 1.1 queries about the union of all graphs: in a query's plain patterns each triple
 * counts once, in however many graphs it stands; `GRAPH` asks about one graph. Loading what is there already adds
 * nothing. A query never changes a store, and never reaches beyond it: updates and SERVICE are refused.
 */
export interface Store {
  /**
   * Adds N-Quads without blank nodes.
   * @throws {ProvenanceError} `unreadable` for what is no N-Quads (nothing of this call is kept then), `too-large`.
   */
  load(nquads: Uint8Array | string): Promise<void>;

  /**
   * Asks a query of any form.
   * @throws {ProvenanceError} `bad-query` for one that does not parse or is refused, `query-timeout` for one that does
   * not end within its limit (the store stays usable), `too-large` for an answer that does not fit into memory.
   */
  query(sparql: string, options?: QueryOptions): Promise<QueryResult>;

  /** As `query`, for SELECT; another form is a `bad-query`. */
  select(sparql: string, options?: QueryOptions): Promise<SelectResult>;

  /** As `query`, for ASK. */
  ask(sparql: string, options?: QueryOptions): Promise<boolean>;

  /** As `query`, for CONSTRUCT and DESCRIBE: triples, so quads without a graph. */
  construct(sparql: string, options?: QueryOptions): Promise<readonly Quad[]>;

  /** How many different triples the union of all graphs holds. */
  size(): Promise<number>;

  /** Waits for what was asked before, then lets go of everything. Calling it again does nothing; calling anything else fails. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface QueryOptions {
  /** How long the engine may work on this query, in milliseconds; {@link QUERY_TIMEOUT_MS} unless given. */
  readonly timeoutMs?: number;
}

export const QUERY_TIMEOUT_MS = 30_000;

/** One solution: the bound variables without their question marks. */
export type SolutionRow = Readonly<Record<string, Term>>;

export interface SelectResult {
  /** In the order of the SELECT clause. */
  readonly variables: readonly string[];
  readonly rows: readonly SolutionRow[];
}

export type QueryResult =
  | ({ readonly form: "select" } & SelectResult)
  | { readonly form: "ask"; readonly answer: boolean }
  | { readonly form: "graph"; readonly quads: readonly Quad[] };
