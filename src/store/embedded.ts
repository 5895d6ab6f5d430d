import { rmSync } from "node:fs";
import { ProvenanceError } from "../model/error.ts";
import type { Lines } from "../rdf/statement-lines.ts";
import type { Quad } from "../rdf/terms.ts";
import { chunkOf, ownLines } from "./embedded-chunk.ts";
import { Engine } from "./embedded-engine.ts";
import type { Part } from "./embedded-worker.ts";
import { answerOf, otherForm, tableOf, triplesOf } from "./forms.ts";
import { positive } from "./limits.ts";
import { CHUNK_BYTES, lineChunks, type Pieces } from "./line-chunks.ts";
import { readQueryText } from "./query-text.ts";
import { RESULT_TYPES, readResult } from "./results.ts";
import { readSnapshotHeader } from "./snapshot-file.ts";
import { readTable, TABLE_TYPE } from "./solution-table.ts";
import { QUERY_TIMEOUT_MS, type QueryOptions, type QueryResult, type SelectResult, type Store } from "./store.ts";

export interface EmbeddedOptions {
  /**
   * What the store holds from the start, as N-Quads bytes in pieces that may end anywhere. Read before the first answer,
   * and again after a query had to be stopped or when a query first names a graph, so the bytes need not stay in memory.
   * Where `triples` are asked for, it may give lines without blank nodes and without their graphs, too, whose memory it lets go of.
   */
  readonly source?: (form: SourceForm) => Pieces<Uint8Array | Lines>;
  /** What comes before the source and seldom changes. */
  readonly settled?: Settled;
  /** How many quads are too many, copies for the union included; {@link EMBEDDED_QUAD_LIMIT} unless given. */
  readonly quadLimit?: number;
}

/** A first part of what a store holds, of which the engine's memory may be kept in a file: a copy of it takes a tenth of the time of loading. */
export interface Settled {
  /** Where a snapshot is, or may be put. */
  readonly path: string;
  /** Whether what a snapshot says that it holds is (by now) a part of what is to be held. */
  isPart(holds: unknown): boolean;
  /** As the source is; `held` is what the snapshot says that was taken, if one was. */
  read(form: SourceForm, held: unknown): Pieces<Uint8Array | Lines>;
  /** What was read; undefined where it is not worth a snapshot. */
  holds(): unknown;
}

/** What of its source a store needs: `triples` where nobody has asked for graphs. */
export type SourceForm = "quads" | "triples";

/** Oxigraph's WebAssembly memory ends at about 13 million quads. */
export const EMBEDDED_QUAD_LIMIT = 10_000_000;

/** Chunks on their way to the engine: enough that reading and loading overlap. */
const CHUNKS_AHEAD = 4;

/**
 * A store in this process' memory: Oxigraph in a thread of its own, started by the first call. One call is worked on at
 * a time, in order. It needs no service and leaves nothing behind; a process that forgets to close it still ends.
 */
export function embeddedStore(options: EmbeddedOptions = {}): TableStore {
  return new EmbeddedStore(options);
}

/** A store that can answer with a text, for who makes something else of it than rows: a row takes ten times its memory. */
export interface TableStore extends Store {
  /** As `select`: the SPARQL 1.1 Query Results TSV Format, one spelling for each term. */
  table(sparql: string, options?: QueryOptions): Promise<string>;
}

class EmbeddedStore implements TableStore {
  readonly #source: NonNullable<EmbeddedOptions["source"]>;
  readonly #settled: Settled | undefined;
  readonly #quadLimit: number;
  /** What was loaded beside the source, to be loaded again into a fresh engine. */
  readonly #added: Uint8Array[] = [];
  #engine: Engine | undefined;
  #parts: readonly Part[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor({ source = () => [], settled, quadLimit = EMBEDDED_QUAD_LIMIT }: EmbeddedOptions) {
    this.#source = source;
    this.#settled = settled;
    this.#quadLimit = positive(quadLimit, "quadLimit");
  }

  load(nquads: Uint8Array | string): Promise<void> {
    const bytes = ownLines(nquads);
    return this.#inTurn(async () => {
      const engine = await this.#ready([]);
      await this.#feed(engine, [bytes], this.#parts);
      this.#added.push(bytes);
    });
  }

  async query(sparql: string, options?: QueryOptions): Promise<QueryResult> {
    const { form, text } = await this.#answer(sparql, options);
    return form === "select" ? { form, ...readTable(text) } : readResult(form, text);
  }

  async #answer(
    sparql: string,
    { timeoutMs = QUERY_TIMEOUT_MS }: QueryOptions = {},
  ): Promise<{ readonly form: QueryResult["form"]; readonly text: string }> {
    const limitMs = Math.min(positive(timeoutMs, "timeoutMs"), LONGEST_TIMER_MS);
    const { form, namesGraphs, fromCount } = readQueryText(sparql);
    if (fromCount > 1) {
      // Oxigraph 0.5.11 counts a triple of two of them twice (oxigraph issue 1919): better no answer than a wrong one.
      throw new ProvenanceError(
        "bad-query",
        "the query has several FROM clauses, which the embedded store cannot merge; use GRAPH ?g with VALUES ?g { … }",
      );
    }
    const text = await this.#inTurn(async () => {
      const engine = await this.#ready(namesGraphs ? ["graphs"] : []);
      const timer = setTimeout(() => engine.end(timedOut(limitMs)), limitMs);
      try {
        return await engine.ask({
          op: "query",
          sparql,
          resultType: form === "select" ? TABLE_TYPE : RESULT_TYPES[form],
        });
      } finally {
        clearTimeout(timer);
      }
    });
    return { form, text: String(text) };
  }

  async table(sparql: string, options?: QueryOptions): Promise<string> {
    const { form, text } = await this.#answer(sparql, options);
    if (form !== "select") throw otherForm("SELECT");
    return text;
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
    return this.#inTurn(async () => Number(await (await this.#ready([])).ask({ op: "size" })));
  }

  close(): Promise<void> {
    this.#closed ??= this.#turn.then(() => this.#drop());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs after everything that was asked before, so that a limit counts one query's own work and no load is half seen. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new ProvenanceError("bad-argument", "this store is closed; open another one"));
    }
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** An engine that holds everything, in the union and in these parts. */
  async #ready(parts: readonly Part[]): Promise<Engine> {
    if (this.#engine?.ended) this.#engine = undefined;
    if (!this.#engine) {
      this.#engine = this.#fresh();
      this.#parts = [];
    }
    const missing = UNION.concat(parts).filter((part) => !this.#parts.includes(part));
    if (missing.length > 0) {
      const form = missing.includes("graphs") ? "quads" : "triples";
      const engine = await this.#settle(this.#engine, form, missing);
      await this.#feed(engine, this.#source(form), missing);
      await this.#feed(engine, this.#added, missing);
      this.#parts = [...this.#parts, ...missing];
    }
    return this.#engine;
  }

  #fresh(): Engine {
    return new Engine({ quadLimit: this.#quadLimit });
  }

  /** The engine, or another one, with what is settled in it. */
  async #settle(engine: Engine, form: SourceForm, missing: readonly Part[]): Promise<Engine> {
    const settled = this.#settled;
    if (settled === undefined) return engine;
    const { path } = settled;
    const found = form === "triples" ? readSnapshotHeader(path) : undefined;
    let held: unknown;
    if (found !== undefined && found.quads <= this.#quadLimit && settled.isPart(found.holds)) {
      const header = { ...found, holds: undefined };
      if ((await engine.ask({ op: "restore", path, header }).catch(() => 0)) === 1) held = found.holds;
      else {
        removeFile(path);
        await engine.end(new Error("its memory is not what was kept"));
        engine = this.#fresh();
        this.#engine = engine;
      }
    }
    await this.#feed(engine, settled.read(form, held), missing);
    const holds = form === "triples" ? settled.holds() : undefined;
    if (holds !== undefined) await engine.ask({ op: "keep", path, holds });
    return engine;
  }

  /** A load that fails may have left a part behind: the engine goes, and the next one gets only what is whole. */
  async #feed(engine: Engine, source: Pieces<Uint8Array | Lines>, into: readonly Part[]): Promise<void> {
    const ahead: Promise<unknown>[] = [];
    let linesBefore = 0;
    try {
      for await (const piece of lineChunks(source, CHUNK_BYTES)) {
        const { parts, lines } = chunkOf(piece, into, linesBefore);
        const buffers = Object.values(parts).flatMap((bytes) => bytes?.buffer ?? []);
        const loaded = engine.ask({ op: "load", parts, lines, linesBefore }, buffers);
        linesBefore += lines;
        loaded.catch(() => {}); // awaited below, maybe after an earlier one has failed
        if (ahead.push(loaded) > CHUNKS_AHEAD) await ahead.shift();
      }
      await Promise.all(ahead);
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.end(new ProvenanceError("bad-argument", "this store is closed; open another one"));
  }
}

/** Where it cannot be removed it is looked at, and not taken, once more the next time. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

const UNION: readonly Part[] = ["union"];

/** The longest time that a timer of Node takes; more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function timedOut(limitMs: number): ProvenanceError {
  return new ProvenanceError(
    "query-timeout",
    `the query did not end within ${limitMs} ms and was stopped; narrow it, or give it a larger timeoutMs`,
  );
}
