import { resolve } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { checkDirectory, directoryPaths, findDirectory } from "../spool/directory.ts";
import type { Store } from "../store/store.ts";
import { type Graph, graphOf } from "./graph.ts";
import { openDirectory } from "./open-directory.ts";
import { SettledFiles } from "./settled-files.ts";
import { snapshotPath } from "./snapshots.ts";
import type { Place } from "./source.ts";
import { openWhole } from "./whole/open-whole.ts";

export interface OpenOptions {
  /** Where the spool is if not in the directory. Default: `PROVML_SPOOL`, else in the directory. */
  readonly spool?: string;
  /** With a store or a server: the directory that has the rows of series and the signs of life of writers. */
  readonly directory?: string;
  /** How many quads are too many for memory. Default: ten million. */
  readonly quadLimit?: number;
  /**
   * Of a directory: whether a copy of what is loaded is used where the user's cache (`PROVML_CACHE`) has one that fits, also kept there for whoever opens it
   * next, or neither. A million triples are opened in a tenth of the time. Default: `use`.
   */
  readonly snapshot?: "use" | "keep" | "none";
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
    const { serverStore } = await import("../store/server/server.ts"); // loaded by those who ask one
    return graphOf({ store: serverStore(from), place: placeBeside(options), problems }, "close");
  }
  const place = placeOf(directoryFor(from), options.spool);
  const { quadLimit, snapshot = "use" } = options;
  if (!SNAPSHOTS.has(snapshot))
    throw new ProvenanceError("bad-option", `snapshot is ${JSON.stringify(snapshot)}; give "use", "keep" or "none"`);
  const whole = quadLimit === undefined ? await openWhole(place, problems) : undefined;
  if (whole) return whole;
  const path = snapshot === "none" ? undefined : snapshotPath(place.graph);
  return await openDirectory(place, {
    problems,
    ...(quadLimit === undefined ? {} : { quadLimit }),
    ...(path === undefined || snapshot === "none" ? {} : { settled: new SettledFiles(place, path, snapshot) }),
  });
}

const SNAPSHOTS: ReadonlySet<unknown> = new Set(["use", "keep", "none"] satisfies OpenOptions["snapshot"][]);

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
