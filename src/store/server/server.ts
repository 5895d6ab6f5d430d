import { ProvenanceError } from "../../model/error.ts";
import { type Quad, termKey } from "../../rdf/terms.ts";
import { lineChunks } from "../line-chunks.ts";
import { readQueryText } from "../query-text.ts";
import { RESULT_TYPES, readResult } from "../results.ts";
import { QUERY_TIMEOUT_MS, type QueryOptions, type QueryResult, type SelectResult, type Store } from "../store.ts";
import { dialectNamed, type Endpoints, endpointsOf, recognise, storeUrl } from "./address.ts";
import { type Answer, Connection, type Request } from "./connection.ts";
import { type Credentials, findCredentials } from "./credentials.ts";
import { DIALECTS, type Dialect, type Union } from "./dialects.ts";
import { ServerFault, storeFailed } from "./fault.ts";
import { checkLines, halves, type Write, writesOf } from "./writes.ts";

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

/** Half of the longest text of V8, and of what most machines have to spare. */
export const ANSWER_LIMIT_BYTES = 256_000_000;
export const WRITE_TIMEOUT_MS = 120_000;

/** What became of quads that were brought to a server. */
export type Delivery =
  | { readonly kind: "stored" }
  /** Nothing is wrong with the quads: the same again later, no sooner than `afterMs` where the server said so. */
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs?: number }
  /** The server will never take these quads. */
  | { readonly kind: "refused"; readonly reason: string };

export interface ServerStore extends Store {
  /** As `load`, with what happened as a value: it never throws. Part of the quads may be stored where it is not `stored`. */
  deliver(nquads: Uint8Array): Promise<Delivery>;
  /** What the server was found to be. */
  dialect(): Promise<Dialect>;
}

/**
 * A store behind HTTP: any SPARQL 1.1 server. Nothing is sent before the first call.
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
  /** One writer at a time: servers queue them anyway, some with deadlocks. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #open = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(address: string, options: ServerOptions) {
    this.#url = storeUrl(address);
    this.#options = options;
    const { credentials = findCredentials(this.#url), answerLimitBytes = ANSWER_LIMIT_BYTES } = options;
    this.#hasCredentials = credentials !== null && credentials !== undefined;
    this.#connection = new Connection(credentials ?? undefined, positive(answerLimitBytes, "answerLimitBytes"));
    const name = options.dialect ?? (process.env.PROVML_STORE_DIALECT || undefined);
    if (name !== undefined) this.#found = Promise.resolve(this.#foundAs(DIALECTS[dialectNamed(name)]));
  }

  load(nquads: Uint8Array | string): Promise<void> {
    const bytes = typeof nquads === "string" ? new TextEncoder().encode(nquads) : nquads.slice();
    return this.#working(async () => {
      await checkLines(bytes);
      try {
        await this.#writeInTurn(bytes);
      } catch (error) {
        throw error instanceof ServerFault ? storeFailed(error) : error;
      }
    });
  }

  async deliver(nquads: Uint8Array): Promise<Delivery> {
    try {
      return await this.#working(async () => {
        await checkLines(nquads);
        await this.#writeInTurn(nquads);
        return { kind: "stored" };
      });
    } catch (error) {
      const { dialect } = (await this.#found?.catch(() => undefined)) ?? {};
      return deliveryOf(error, dialect?.refusal);
    }
  }

  query(sparql: string, { timeoutMs = QUERY_TIMEOUT_MS }: QueryOptions = {}): Promise<QueryResult> {
    return this.#working(async () => {
      const limitMs = positive(timeoutMs, "timeoutMs");
      const { form, fromCount } = readQueryText(sparql);
      if (fromCount > 1) throw severalFrom();
      const started = Date.now();
      try {
        const found = await this.#ready();
        const type = (form === "graph" ? found.dialect.graphType : found.dialect.selectType) ?? RESULT_TYPES[form];
        const request = questionOf(sparql, found, { limitMs, accept: type, hasFrom: fromCount > 0 });
        const answer = await this.#connection.ask({ ...request, timeoutMs: limitMs - (Date.now() - started) });
        checkType(answer, type, request.url);
        const result = readAnswer(form, answer);
        return result.form === "graph" ? { form: result.form, quads: distinct(result.quads) } : result;
      } catch (error) {
        throw error instanceof ServerFault ? queryError(error, limitMs) : error;
      }
    });
  }

  async select(sparql: string, options?: QueryOptions): Promise<SelectResult> {
    const result = await this.query(sparql, options);
    if (result.form === "select") return { variables: result.variables, rows: result.rows };
    throw otherForm("SELECT");
  }

  async ask(sparql: string, options?: QueryOptions): Promise<boolean> {
    const result = await this.query(sparql, options);
    if (result.form === "ask") return result.answer;
    throw otherForm("ASK");
  }

  async construct(sparql: string, options?: QueryOptions): Promise<readonly Quad[]> {
    const result = await this.query(sparql, options);
    if (result.form === "graph") return result.quads;
    throw otherForm("CONSTRUCT or DESCRIBE");
  }

  async size(): Promise<number> {
    const { rows } = await this.select("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }");
    return Number(rows[0]?.n?.value);
  }

  async dialect(): Promise<Dialect> {
    return this.#working(async () => (await this.#ready()).dialect);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([...this.#open]).then(() => {});
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #working<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new ProvenanceError("bad-argument", "this store is closed; open another one"));
    }
    const done = work();
    this.#open.add(done);
    const forget = () => this.#open.delete(done);
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

  #writeInTurn(nquads: Uint8Array): Promise<void> {
    const done = this.#turn.then(async () => {
      const found = await this.#ready();
      for await (const lines of lineChunks([nquads], found.dialect.mostBytes)) await this.#write(lines, found);
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  async #write(lines: Uint8Array, found: Found): Promise<void> {
    try {
      for (const write of writesOf(lines, found.dialect, found.union, found.endpoints)) await this.#send(write);
    } catch (error) {
      const parts = error instanceof ServerFault && error.status === CONTENT_TOO_LARGE ? halves(lines) : undefined;
      if (parts === undefined) throw error;
      for (const part of parts) await this.#write(part, found);
    }
  }

  async #send(write: Write): Promise<void> {
    const { writeTimeoutMs = WRITE_TIMEOUT_MS } = this.#options;
    await this.#connection.ask({ method: "POST", ...write, timeoutMs: writeTimeoutMs });
  }
}

const CONTENT_TOO_LARGE = 413;

interface Found {
  readonly dialect: Dialect;
  readonly union: Union;
  readonly endpoints: Endpoints;
}

interface Question {
  readonly limitMs: number;
  readonly accept: string;
  readonly hasFrom: boolean;
}

function questionOf(
  sparql: string,
  { dialect, union, endpoints }: Found,
  question: Question,
): Omit<Request, "timeoutMs"> {
  const form = new URLSearchParams({ query: (dialect.preamble ?? "") + sparql });
  if (typeof union === "object" && !question.hasFrom) form.set("default-graph-uri", union.graph);
  if (dialect.timeout !== undefined) {
    // Later than the limit here, so that an answer that is only cut short is never taken for a whole one.
    const seconds = Math.ceil(question.limitMs / 1000) + 1;
    form.set(dialect.timeout.name, String(seconds * dialect.timeout.perSecond));
  }
  const type = "application/x-www-form-urlencoded";
  return { method: "POST", url: endpoints.ask, accept: question.accept, type, body: form.toString() };
}

function checkType({ type, text }: Answer, expected: string, url: URL): void {
  if (type === expected) return;
  const what = type === "" ? "nothing that says what it is" : type;
  const more = /html/.test(type) ? "; is this the address of a SPARQL endpoint?" : `: ${text.slice(0, 100)}`;
  throw new ServerFault("foreign", `${url.origin}${url.pathname} answered a query with ${what}${more}`);
}

function readAnswer(form: QueryResult["form"], { text }: Answer): QueryResult {
  try {
    return readResult(form, text);
  } catch (cause) {
    if (cause instanceof ProvenanceError && cause.code === "bad-query") throw cause;
    throw new ServerFault("network", "the server's answer ends in the middle, or is damaged", { cause });
  }
}

function distinct(quads: readonly Quad[]): readonly Quad[] {
  const seen = new Map<string, Quad>();
  for (const quad of quads) {
    seen.set(`${termKey(quad.subject)}\n${quad.predicate.value}\n${termKey(quad.object)}`, quad);
  }
  return [...seen.values()];
}

function queryError(fault: ServerFault, limitMs: number): ProvenanceError {
  const cause = { cause: fault };
  if (fault.what === "timeout") {
    const advice = "narrow it, or give it a larger timeoutMs";
    return new ProvenanceError(
      "query-timeout",
      `the query did not end within ${limitMs} ms and was stopped; ${advice}`,
      cause,
    );
  }
  if (fault.what === "too-large") return new ProvenanceError("too-large", fault.message, cause);
  if (fault.what === "status" && fault.status === 400) {
    return new ProvenanceError("bad-query", `the query was refused: ${fault.message}`, cause);
  }
  return storeFailed(fault);
}

/** Statuses that say that the content, not the moment, is at fault. */
const REFUSALS = new Set([400, CONTENT_TOO_LARGE, 422]);

function deliveryOf(error: unknown, refusal: RegExp | undefined): Delivery {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ProvenanceError && error.code === "unreadable") return { kind: "refused", reason };
  if (!(error instanceof ServerFault) || error.what !== "status") return { kind: "retry", reason };
  if (REFUSALS.has(error.status ?? 0) || refusal?.test(reason)) return { kind: "refused", reason };
  return error.afterMs === undefined ? { kind: "retry", reason } : { kind: "retry", reason, afterMs: error.afterMs };
}

function positive(value: number, option: string): number {
  if (typeof value === "number" && value > 0) return value;
  throw new ProvenanceError("bad-option", `${option} is ${String(value)}; give a positive number`);
}

function severalFrom(): ProvenanceError {
  return new ProvenanceError(
    "bad-query",
    "the query has several FROM clauses, which stores count differently; use GRAPH ?g with VALUES ?g { … }",
  );
}

function otherForm(expected: string): ProvenanceError {
  return new ProvenanceError("bad-query", `this is no ${expected} query; ask it with query()`);
}
