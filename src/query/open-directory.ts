import { embeddedStore, type SourceForm } from "../store/embedded.ts";
import { everything } from "./everything.ts";
import { type Graph, graphOf } from "./graph.ts";
import type { SettledFiles } from "./settled-files.ts";
import type { Place, Source } from "./source.ts";
import { StoreIndex } from "./triple-index.ts";

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
    source.index = new StoreIndex(store); // after a query that was stopped, a directory is read as it is by then
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
