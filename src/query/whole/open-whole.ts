import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Lines } from "../../rdf/statement-lines.ts";
import { embeddedStore, type SourceForm } from "../../store/embedded.ts";
import { everything } from "../everything.ts";
import { type Graph, graphOf } from "../graph.ts";
import type { Place, Source } from "../source.ts";
import { StoreIndex } from "../triple-index.ts";
import { readWhole } from "./read-whole.ts";
import { WholeIndex } from "./whole-index.ts";

type Piece = Uint8Array | Lines;

/** Of about a hundred thousand triples, which are read in less time than an engine takes to start. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Opens a directory with few triples: questions are answered where these lie, and an engine starts when something is asked of it, with what was read here. Undefined
 * for one with many, and for one in which something is no triple.
 * @throws {ProvenanceError} `corrupt`, `unreadable`
 */
export async function openWhole(place: Place, problems: Set<string>): Promise<Graph | undefined> {
  if (!isSmall(place)) return undefined;
  const pieces = await few(everything({ place, problems, form: "triples" }));
  if (pieces === undefined) return undefined;
  const whole = await readWhole(pieces);
  if (whole === undefined) return undefined;
  const load = (form: SourceForm) => {
    const read = pieces.splice(0);
    if (read.length > 0 && form === "triples") return read;
    source.index = new StoreIndex(store); // from here on the directory is as it is by then
    return everything({ place, problems, form });
  };
  const store = embeddedStore({ source: load });
  const source: Source = { store, place, problems, index: new WholeIndex(whole) };
  return graphOf(source, "close");
}

/** Whether there may be few triples in it; what cannot be looked at is told by who reads it. */
function isSmall({ graph, spools }: Place): boolean {
  let bytes = 0;
  for (const folder of [graph, ...spools]) {
    for (const name of namesBelow(folder)) {
      bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > MOST_BYTES) return false;
    }
  }
  return true;
}

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

/** What is in a spool takes several times as many bytes as triples. */
async function few(source: AsyncIterable<Piece>): Promise<Piece[] | undefined> {
  const pieces: Piece[] = [];
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece instanceof Uint8Array ? piece.length : piece.bytes.length;
    if (bytes > MOST_BYTES) return undefined;
    pieces.push(piece);
  }
  return pieces;
}
