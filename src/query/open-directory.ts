import type { Lines } from "../rdf/statement-lines.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { embeddedStore, type SourceForm } from "../store/embedded.ts";
import { type Graph, graphOf } from "./graph.ts";
import { graphFiles } from "./graph-files.ts";
import { pendingQuads, pendingTriples } from "./pending/pending-quads.ts";
import { Retracted } from "./pending/retracted.ts";
import type { SettledFiles } from "./settled-files.ts";
import type { Place, Source } from "./source.ts";
import { TripleIndex } from "./triple-index.ts";

export interface DirectoryOptions {
  /** What cannot be read; grows. */
  readonly problems: Set<string>;
  readonly quadLimit?: number;
  /** The files that a snapshot may stand for. */
  readonly settled?: SettledFiles;
}

/**
 * Loads a directory into an embedded store.
 * @throws {ProvenanceError} `corrupt`, `unreadable`, `too-large`
 */
export async function openDirectory(place: Place, { problems, quadLimit, settled }: DirectoryOptions): Promise<Graph> {
  const load = (form: SourceForm) => {
    source.index = new TripleIndex(store); // after a query that was stopped, a directory is read as it is by then
    return everything({ place, problems, form, settled });
  };
  const store = embeddedStore({
    source: load,
    ...(settled === undefined ? {} : { settled }),
    ...(quadLimit === undefined ? {} : { quadLimit }),
  });
  const source: Source = { store, place, problems };
  try {
    await store.ask("ASK {}"); // loads: what cannot be read shows here; to count would take longer
  } catch (error) {
    await store.close();
    throw error;
  }
  return graphOf(source, "close");
}

interface Everything {
  readonly place: Place;
  readonly problems: Set<string>;
  readonly form: SourceForm;
  /** Files that were read before. */
  readonly settled: SettledFiles | undefined;
}

/** The spool first: what a flusher moves meanwhile then comes twice, which adds nothing to a graph, and never not at all. */
async function* everything({
  place,
  problems,
  form,
  settled,
}: Everything): AsyncGenerator<Uint8Array | Lines, void, void> {
  const retracted = new Retracted();
  const before = deletedExecutions(place.graph);
  if (form === "triples") yield* pendingTriples(place, problems, { retracted });
  else yield* pendingQuads(place, problems, { retracted });
  if (settled?.isUnsettledBy(retracted)) problems.add("an execution went on while it was read; ask again");
  yield* graphFiles(place.graph, { retracted, ...(settled === undefined ? {} : { read: settled.filesRead }) });
  for (const execution of deletedExecutions(place.graph))
    if (!before.has(execution)) problems.add(`execution ${execution} was deleted while it was read; ask again`);
}
