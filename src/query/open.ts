import { resolve } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import type { Lines } from "../rdf/statement-lines.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { checkDirectory, directoryPaths, findDirectory } from "../spool/directory.ts";
import { embeddedStore, type SourceForm } from "../store/embedded.ts";
import { serverStore } from "../store/server/server.ts";
import type { Store } from "../store/store.ts";
import { type Graph, graphOf } from "./graph.ts";
import { graphFiles } from "./graph-files.ts";
import { pendingQuads, pendingTriples } from "./pending/pending-quads.ts";
import { Retracted } from "./pending/retracted.ts";
import type { Place, Source } from "./source.ts";
import { TripleIndex } from "./triple-index.ts";

export interface OpenOptions {
  /** Where the spool is if not in the directory. Default: `PROVML_SPOOL`, else in the directory. */
  readonly spool?: string;
  /** With a store or a server: the directory that has the rows of series and the signs of life of writers. */
  readonly directory?: string;
  /** How many quads are too many for memory. Default: ten million. */
  readonly quadLimit?: number;
}

/**
 * Opens the provenance of a `.provml` directory (default: `PROVML_DIR`, else found upwards from the working directory), of
 * a SPARQL server by its address (`http://localhost:3030/dataset`), or of a store that has it. Everything that was recorded so far
 * in a directory is in the answers, delivered or still in the spool; a server has what was brought to it. Writes nothing.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`, `corrupt`, `unreadable`, `too-large`, `store-failed`
 */
export async function open(from?: string | Store, options: OpenOptions = {}): Promise<Graph> {
  const problems = new Set<string>();
  if (typeof from === "object" && from !== null) {
    if (typeof (from as Partial<Store>).select !== "function") {
      const what = 'open() takes the path of a .provml directory, e.g. open("data/.provml"), or a store';
      throw new ProvenanceError("bad-argument", what);
    }
    return graphOf({ store: from, place: placeBeside(options), problems }, "keep");
  }
  if (typeof from === "string" && /^https?:\/\//i.test(from)) {
    return graphOf({ store: serverStore(from), place: placeBeside(options), problems }, "close");
  }
  const place = placeOf(directoryFor(from), options.spool);
  const { quadLimit } = options;
  const load = (form: SourceForm) => {
    source.index = new TripleIndex(store); // after a query that was stopped, a directory is read as it is by then
    return everything(place, problems, form);
  };
  const store: Store = embeddedStore(quadLimit === undefined ? { source: load } : { source: load, quadLimit });
  const source: Source = { store, place, problems };
  try {
    await store.size(); // loads: what cannot be read shows here
  } catch (error) {
    await store.close();
    throw error;
  }
  return graphOf(source, "close");
}

/** The spool first: what a flusher moves meanwhile then comes twice, which adds nothing to a graph, and never not at all. */
async function* everything(
  place: Place,
  problems: Set<string>,
  form: SourceForm,
): AsyncGenerator<Uint8Array | Lines, void, void> {
  const retracted = new Retracted();
  const before = deletedExecutions(place.graph);
  if (form === "triples") yield* pendingTriples(place, problems, { retracted });
  else yield* pendingQuads(place, problems, { retracted });
  yield* graphFiles(place.graph, retracted);
  for (const execution of deletedExecutions(place.graph))
    if (!before.has(execution)) problems.add(`execution ${execution} was deleted while it was read; ask again`);
}

function directoryFor(from: string | undefined): string {
  if (from !== undefined && (typeof from !== "string" || from === "")) {
    throw new ProvenanceError("bad-argument", "open() takes the path of a .provml directory, or a store");
  }
  return from ?? (process.env.PROVML_DIR || findDirectory() || ".provml");
}

function placeBeside({ directory, spool }: OpenOptions): Place | undefined {
  return directory === undefined ? undefined : placeOf(directory, spool);
}

function placeOf(directory: string, spool = process.env.PROVML_SPOOL): Place {
  const whole = resolve(directory);
  checkDirectory(whole);
  const paths = directoryPaths(whole);
  const spools = new Set([paths.spool, ...(spool ? [resolve(spool)] : [])]);
  return { graph: paths.graph, series: paths.series, manifests: paths.manifests, spools: [...spools] };
}
