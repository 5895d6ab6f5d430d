import { parentPort, workerData } from "node:worker_threads";
import { loadOxigraph } from "./engine-memory.ts";
import { readSnapshot, type SnapshotHeader, writeSnapshot } from "./snapshot-file.ts";

/**
 * The engine's side of the embedded store: one Oxigraph in a thread of its own, because it answers synchronously and only
 * ending the thread stops it. Requests come one by one and are answered in order.
 *
 * Triples stand in the default graph, each once, whatever graphs state them, because Oxigraph 0.5.11 counts a triple of
 * n graphs n times when it forms their union itself (oxigraph issue 1919). Graphs are kept beside that only when asked for.
 */
export type Request =
  | ({ readonly op: "load" } & Chunk)
  | { readonly op: "query"; readonly sparql: string; readonly resultType: string }
  | { readonly op: "size" }
  /** Answered by whether the engine, which must be fresh, holds now what the snapshot does; after a 0 it is of no use any more. */
  | { readonly op: "restore"; readonly path: string; readonly header: SnapshotHeader }
  /** Answered by whether there is a snapshot now. */
  | { readonly op: "keep"; readonly path: string; readonly holds: unknown };

/** Lines of N-Quads without blank nodes, in the form that each part takes; `null` for one that is not to be loaded. */
export interface Chunk {
  readonly parts: Readonly<Record<Part, Uint8Array | null>>;
  readonly lines: number;
  /** How many lines of the same input came before. */
  readonly linesBefore: number;
}

/** `union`: the triples of all graphs, in the default graph. `graphs`: each triple in its own graph. */
export type Part = "union" | "graphs";

export interface EngineOptions {
  readonly quadLimit: number;
}

export type Reply =
  | { readonly done: string | number }
  | { readonly fault: "bad-query" | "unreadable" | "too-large" | "crashed"; readonly message: string };

const { oxigraph, memory } = loadOxigraph();
/** Kept for as long as the thread lives: collected, it would be freed in memory that is another store's by then. */
const store = new oxigraph.Store();
const { quadLimit } = (workerData ?? { quadLimit: 0 }) as EngineOptions;
/** Never less than the quads that are stored: counting them takes 65 ms for a million. */
let mostQuads = 0;
let hasGraphs = false;

async function answer(request: Request): Promise<Reply> {
  switch (request.op) {
    case "load":
      return load(request);
    case "query": {
      const options = { results_format: request.resultType };
      return attempt("bad-query", () => store.query(request.sparql, options) as unknown as string);
    }
    case "size":
      return attempt("crashed", () => (hasGraphs ? countUnion() : store.size));
    case "restore":
      return await restore(request);
    case "keep":
      return attempt("crashed", () => Number(keep(request.path, request.holds)));
  }
}

/** Where a store of the engine is in its memory. */
interface Placed {
  __wbg_ptr: number;
}

async function restore({ path, header }: Extract<Request, { op: "restore" }>): Promise<Reply> {
  if (memory === undefined || header.engine !== memory.digest()) return { done: 0 };
  const grown = attempt("crashed", () => memory.become(header.memory, header));
  if ("fault" in grown) return grown;
  if (!(await readSnapshot(path, header, memory.bytes()))) return { done: 0 };
  (store as unknown as Placed).__wbg_ptr = header.store;
  mostQuads = header.quads;
  return attempt("crashed", () => Number(store.query("ASK { ?s ?p ?o }") === true));
}

/** Whatever keeps it from being written, a full disk or a limit of the user: the graph is read from its files the next time. */
function keep(path: string, holds: unknown): boolean {
  try {
    const table = memory?.table();
    if (memory === undefined || table === undefined) return false;
    mostQuads = store.size;
    const bytes = memory.bytes();
    const { __wbg_ptr: place } = store as unknown as Placed;
    const engine = memory.digest();
    writeSnapshot(path, bytes, { engine, store: place, memory: bytes.length, ...table, quads: mostQuads, holds });
    return true;
  } catch {
    return false;
  }
}

function countUnion(): number {
  const solutions = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") as Map<string, { value: string }>[];
  return Number(solutions[0]?.get("n")?.value);
}

function load({ parts, lines, linesBefore }: Chunk): Reply {
  const loaded = attempt("unreadable", () => {
    if (parts.union) store.load(parts.union, OPTIONS);
    if (parts.graphs) {
      hasGraphs = true;
      store.load(parts.graphs, OPTIONS);
    }
    return lines;
  });
  if ("fault" in loaded) {
    // Strings that are all different fill the engine's 4 GB before its limit of quads is reached.
    if (loaded.fault === "crashed") return { ...loaded, message: `${loaded.message}, after ${shown(mostQuads)} quads` };
    const message = loaded.message.replace(/\bline (\d+)/g, (_, line) => `line ${linesBefore + Number(line)}`);
    return { fault: loaded.fault, message };
  }
  mostQuads += lines * (Number(parts.union !== null) + Number(parts.graphs !== null));
  if (mostQuads > quadLimit) mostQuads = store.size;
  if (mostQuads <= quadLimit) return loaded;
  return { fault: "too-large", message: `over ${shown(quadLimit)} quads` };
}

function shown(count: number): string {
  return count.toLocaleString("en");
}

const OPTIONS = { format: "application/n-quads", no_transaction: true, lenient: true };

/** After a trap (memory, mostly) or a stack overflow the engine is in no known state, and its thread of no use any more. */
function attempt(fault: "bad-query" | "unreadable" | "crashed", work: () => string | number): Reply {
  try {
    return { done: work() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isBroken = error instanceof RangeError || (error instanceof Error && error.name === "RuntimeError");
    return { fault: isBroken ? "crashed" : fault, message };
  }
}

parentPort?.on("message", async (request: Request) => parentPort?.postMessage(await answer(request)));
