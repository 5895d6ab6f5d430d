import { ProvenanceError } from "../../model/error.ts";
import type { Quad } from "../../rdf/terms.ts";
import { answerOf, tableOf, triplesOf } from "../forms.ts";
import { positive } from "../limits.ts";
import { readQueryText } from "../query-text.ts";
import { QUERY_TIMEOUT_MS, type QueryOptions, type QueryResult, type SelectResult, type Store } from "../store.ts";
import { dialectNamed, endpointsOf, recognise, storeUrl } from "./address.ts";
import { Connection } from "./connection.ts";
import { type Credentials, findCredentials } from "./credentials.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";
import { ServerFault, storeFailed } from "./fault.ts";
import { droppingOf, forgettingOf } from "./forget.ts";
import { type Found, queryError, questionOf, readAnswer } from "./question.ts";
import { Writer } from "./writer.ts";
import type { Write } from "./writes.ts";

export type { Delivery } from "./delivery.ts";

export interface ServerOptions {
  /** The name of a row of the table of dialects; `PROVML_STORE_DIALECT`, or else the server is asked what it is. */
  readonly dialect?: string | undefined;
  /** Default: as `PROVML_STORE_USER` and its like say; `null` for none. */
  readonly credentials?: Credentials | null | undefined;
  /** Where questions find the union of all graphs: `kept` as the table says; `server`: in the server's default graph. */
  readonly union?: "kept" | "server";
  /** How many bytes of an answer are too many; {@link ANSWER_LIMIT_BYTES} unless given. */
  readonly answerLimitBytes?: number;
  /** How long one request may take that writes; {@link WRITE_TIMEOUT_MS} unless given. */
  readonly writeTimeoutMs?: number;
}

/** Half of the longest text of V8. */
export const ANSWER_LIMIT_BYTES = 256_000_000;
export const WRITE_TIMEOUT_MS = 120_000;

export interface ServerStore extends Store {
  /**
   * As `load`, with what happened as a value: it never throws. Where it is not `stored`, a part may be; bringing the same again
   * adds nothing.
   */
  deliver(nquads: Uint8Array): Promise<Delivery>;
  /**
   * Takes what things have of properties out of a graph, and out of the union: for what may be said anew, which is the exception.
   * @throws {ProvenanceError} `store-failed`
   */
  forget(graph: string, things: readonly string[], properties: readonly string[]): Promise<void>;
  /**
   * Takes a graph away, out of the union as well: of what was deleted.
   * @throws {ProvenanceError} `store-failed`
   */
  drop(graph: string): Promise<void>;
  /** What the server was found to be. */
  dialect(): Promise<Dialect>;
}

/**
 * A store behind HTTP: any SPARQL 1.1 server. Nothing is sent before the first call. Queries are asked at once, several at a
 * time; quads are brought one request after the other. Whatever the server does, an error is `store-failed`.
 * @throws {ProvenanceError} `bad-option` for an address or credentials that cannot work
 */
export function serverStore(address: string, options: ServerOptions = {}): ServerStore {
  return new HttpStore(address, options);
}

class HttpStore implements ServerStore {
  readonly #url: URL;
  readonly #options: ServerOptions;
  readonly #hasCredentials: boolean;
  readonly #connection: Connection;
  #found: Promise<Found> | undefined;
  #mostTriples: Promise<number> | undefined;
  readonly #writer: Writer;
  readonly #underway = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(address: string, options: ServerOptions) {
    this.#url = storeUrl(address);
    this.#options = options;
    const { credentials = findCredentials(this.#url), answerLimitBytes = ANSWER_LIMIT_BYTES } = options;
    this.#hasCredentials = credentials !== null && credentials !== undefined;
    this.#connection = new Connection(
      this.#url,
      credentials ?? undefined,
      positive(answerLimitBytes, "answerLimitBytes"),
    );
    const { writeTimeoutMs = WRITE_TIMEOUT_MS } = options;
    this.#writer = new Writer(this.#connection, () => this.#ready(), writeTimeoutMs);
    const name = options.dialect ?? (process.env.PROVML_STORE_DIALECT || undefined);
    if (name !== undefined) this.#found = Promise.resolve(this.#foundAs(DIALECTS[dialectNamed(name)]));
  }

  load(nquads: Uint8Array | string): Promise<void> {
    const bytes = typeof nquads === "string" ? new TextEncoder().encode(nquads) : nquads.slice();
    return this.#whileOpen(() => this.#writer.bring(bytes)).catch(rethrow);
  }

  async deliver(nquads: Uint8Array): Promise<Delivery> {
    try {
      await this.#whileOpen(() => this.#writer.bring(nquads));
      return { kind: "stored" };
    } catch (error) {
      const found = await this.#found?.catch(() => undefined);
      return deliveryOf(error, found?.dialect.refusal);
    }
  }

  forget(graph: string, things: readonly string[], properties: readonly string[]): Promise<void> {
    return this.#take((found) => forgettingOf({ graph, things, properties }, found));
  }

  drop(graph: string): Promise<void> {
    return this.#take((found) => droppingOf(graph, found));
  }

  #take(writeOf: (found: Found) => Write): Promise<void> {
    return this.#whileOpen(() => this.#writer.take(writeOf)).catch(rethrow);
  }

  query(sparql: string, options: QueryOptions = {}): Promise<QueryResult> {
    return this.#whileOpen(() => this.#ask(sparql, options));
  }

  async select(sparql: string, options?: QueryOptions): Promise<SelectResult> {
    return tableOf(await this.query(sparql, options));
  }

  async ask(sparql: string, options?: QueryOptions): Promise<boolean> {
    return answerOf(await this.query(sparql, options));
  }

  async construct(sparql: string, options?: QueryOptions): Promise<readonly Quad[]> {
    return triplesOf(await this.query(sparql, options));
  }

  size(): Promise<number> {
    return this.#whileOpen(() => this.#number("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"));
  }

  dialect(): Promise<Dialect> {
    return this.#whileOpen(async () => (await this.#ready()).dialect).catch(rethrow);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([...this.#underway]).then(() => {});
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new ProvenanceError("bad-argument", "this store is closed; open another one"));
    }
    const done = work();
    this.#underway.add(done);
    const forget = () => this.#underway.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** Asked once; again after a failure. */
  #ready(): Promise<Found> {
    this.#found ??= recognise(this.#url, this.#connection).then((name) => this.#foundAs(DIALECTS[name]));
    this.#found.catch(() => {
      this.#found = undefined;
    });
    return this.#found;
  }

  #foundAs(dialect: Dialect): Found {
    const union = this.#options.union === "server" ? "server" : dialect.union;
    return { dialect, union, endpoints: endpointsOf(this.#url, dialect, this.#hasCredentials) };
  }

  async #ask(sparql: string, { timeoutMs = QUERY_TIMEOUT_MS }: QueryOptions): Promise<QueryResult> {
    const limitMs = positive(timeoutMs, "timeoutMs");
    const text = readQueryText(sparql);
    if (text.fromCount > 1) throw severalFrom();
    const started = Date.now();
    const found = await this.#ready().catch(rethrow);
    try {
      const request = questionOf(sparql, text, found, limitMs);
      const restMs = Math.max(1, limitMs - (Date.now() - started));
      const answer = await this.#connection.ask({ ...request, timeoutMs: restMs });
      const result = readAnswer(text.form, answer, request);
      if (result.form === "graph") await this.#checkWhole(result.quads.length, found.dialect);
      return result;
    } catch (error) {
      throw error instanceof ServerFault ? queryError(error, limitMs, found.dialect) : error;
    }
  }

  async #number(sparql: string): Promise<number> {
    const result = await this.#ask(sparql, {});
    return Number(result.form === "select" ? result.rows[0]?.n?.value : undefined);
  }

  /** A server may leave away what is beyond a limit of its own, and not say so. */
  async #checkWhole(triples: number, { mostTriples }: Dialect): Promise<void> {
    if (mostTriples === undefined || triples === 0) return;
    this.#mostTriples ??= this.#number(mostTriples.query);
    const most = await this.#mostTriples;
    if (!(triples >= most)) return; // no number: no limit
    const message = `the server gives no more than ${most} triples (${mostTriples.option}); ask for less, or in parts`;
    throw new ServerFault("too-large", message);
  }
}

function rethrow(error: unknown): never {
  throw error instanceof ServerFault ? storeFailed(error) : error;
}

function severalFrom(): ProvenanceError {
  return new ProvenanceError(
    "bad-query",
    "the query has several FROM clauses, which stores count differently; use GRAPH ?g with VALUES ?g { … }",
  );
}
