import { parentPort } from "node:worker_threads";
import { Store } from "oxigraph";
import { unionLines } from "./union-lines.ts";

/**
 * The engine's side of the embedded store: one Oxigraph in a thread of its own, because it answers synchronously and only
 * ending the thread stops it. Requests come one by one and are answered in order.
 *
 * Triples stand in the default graph, each once, whatever graphs state them, because Oxigraph 0.5.11 counts a triple of
 * n graphs n times when it forms their union itself (oxigraph issue 1919). Graphs are kept beside that only when asked for.
 */
export type Request =
  | { readonly op: "load"; readonly nquads: Uint8Array; readonly into: readonly Part[]; readonly limit: number }
  | { readonly op: "query"; readonly sparql: string; readonly resultType: string }
  | { readonly op: "size" };

/** `union`: the triples of all graphs, in the default graph. `graphs`: each triple in its own graph. */
export type Part = "union" | "graphs";

export type Reply =
  | { readonly done: string | number }
  | { readonly fault: "bad-query" | "unreadable" | "too-large" | "crashed"; readonly message: string };

const store = new Store();
/** Never less than the quads that are stored: counting them takes 65 ms for a million. */
let mostQuads = 0;

function answer(request: Request): Reply {
  switch (request.op) {
    case "load":
      return load(request.nquads, request.into, request.limit);
    case "query": {
      const options = { results_format: request.resultType };
      return attempt("bad-query", () => store.query(request.sparql, options) as unknown as string);
    }
    case "size":
      return attempt("crashed", () => store.query(COUNT, { results_format: "text/tab-separated-values" }) as string);
  }
}

const COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";

function load(nquads: Uint8Array, into: readonly Part[], limit: number): Reply {
  const { triples, lines, blankLine } = unionLines(nquads);
  if (blankLine > 0) return { fault: "unreadable", message: `line ${blankLine} has a blank node; name it with an IRI` };
  const loaded = attempt("unreadable", () => {
    if (into.includes("union")) store.load(triples, OPTIONS);
    if (into.includes("graphs")) store.load(nquads, OPTIONS);
    return lines;
  });
  mostQuads += lines * into.length;
  if ("fault" in loaded || mostQuads <= limit) return loaded;
  mostQuads = store.size;
  return mostQuads <= limit ? loaded : { fault: "too-large", message: String(limit) };
}

const OPTIONS = { format: "application/n-quads", no_transaction: true, lenient: true };

/** After a trap (memory, mostly) the engine's memory is in no known state, and the thread is of no use any more. */
function attempt(fault: "bad-query" | "unreadable" | "crashed", work: () => string | number): Reply {
  try {
    return { done: work() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof WebAssembly.RuntimeError) return { fault: "crashed", message };
    if (error instanceof RangeError) return { fault: "too-large", message };
    return { fault, message };
  }
}

parentPort?.on("message", (request: Request) => parentPort?.postMessage(answer(request)));
