import { join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { readQuads } from "../rdf/read-quads.ts";
import type { Quad } from "../rdf/terms.ts";
import { DELETIONS_FOLDER, deletedExecutions } from "../spool/deleted.ts";
import { planGraphFolder } from "../spool/plans.ts";
import { prov } from "../vocab/prov.ts";
import { findOne } from "./find.ts";
import { graphFiles } from "./graph-files.ts";
import { partsOfId } from "./ids.ts";
import { pendingQuads } from "./pending/pending-quads.ts";
import { Retracted } from "./pending/retracted.ts";
import { findRun } from "./runs/run.ts";
import type { Source } from "./source.ts";

/**
 * What an execution stated, each quad once and with its graph: its own graph, what the catalogue says of it, and its plan. Without a name: what
 * all executions stated. Read from the files, since a store may spell values in another way.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-argument` where there is no directory to read.
 */
export async function readStated(source: Source, name?: string): Promise<Quad[]> {
  const { place, problems } = source;
  if (place === undefined) {
    throw new ProvenanceError(
      "bad-argument",
      "quads() reads a .provml directory; open one, or name it beside the store",
    );
  }
  const execution = name === undefined ? undefined : await executionOf(source, name);
  const lines = new Set<string>();
  const retracted = new Retracted();
  const pending = pendingQuads(place, problems, { retracted, ...(execution === undefined ? {} : { execution }) });
  for await (const piece of pending) addLines(piece, lines);
  const isDeleted = execution !== undefined && deletedExecutions(place.graph).has(execution);
  if (isDeleted) await addTombstones(place.graph, execution, lines);
  else await addFiles(execution === undefined ? place.graph : join(place.graph, execution), lines, retracted);
  if (execution !== undefined)
    for (const plan of plansIn(lines)) await addFiles(planGraphFolder(place.graph, plan), lines);
  const all = [...lines];
  const quads: Quad[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    for (const quad of readQuads(all.slice(from, from + AT_ONCE).join("\n"))) quads.push(quad);
  }
  return quads;
}

/** Lines that are read as one text: a text of all of them could be longer than a string may be. */
const AT_ONCE = 100_000;

/** What stays known of an execution that was deleted. */
async function addTombstones(graph: string, execution: string, lines: Set<string>): Promise<void> {
  const all = new Set<string>();
  await addFiles(join(graph, DELETIONS_FOLDER), all);
  for (const line of all) if (line.endsWith(`${execution}/tombstone> .`)) lines.add(line);
}

async function executionOf(source: Source, name: string): Promise<string> {
  const id = await runOrThing(source, name);
  const parts = partsOfId(id);
  if (parts) return parts.uuid;
  throw new ProvenanceError(
    "bad-argument",
    `${id} belongs to no execution of its own; name a run, or something that one made`,
  );
}

/** A run comes before other things of the same name, which a training shares with its model and its part of the plan. */
async function runOrThing(source: Source, name: string): Promise<string> {
  try {
    return await findRun(source, name);
  } catch (error) {
    if (error instanceof ProvenanceError && error.code === "not-found") return await findOne(source, name);
    throw error;
  }
}

/** The lines of all graph files below a folder. */
async function addFiles(folder: string, lines: Set<string>, retracted?: Retracted): Promise<void> {
  let rest = "";
  for await (const piece of graphFiles(folder, { retracted })) {
    // Files end with a line end, pieces of them need not.
    const text = rest + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1");
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    addLines(Buffer.from(text.slice(0, end), "latin1"), lines);
  }
}

/** The plans as wholes that these lines point to. */
function plansIn(lines: ReadonlySet<string>): Set<string> {
  const plans = new Set<string>();
  for (const line of lines) {
    const plan = line.includes(HAD_PLAN) ? PLAN.exec(line)?.[1] : undefined;
    if (plan !== undefined) plans.add(plan);
  }
  return plans;
}

const HAD_PLAN = ` <${prov.hadPlan}> `;
const PLAN = new RegExp(`${HAD_PLAN}<([^>]*[/#]plan\\.[0-9a-f]{32})`);

function addLines(piece: Uint8Array, lines: Set<string>): void {
  const text = Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("utf8");
  for (const line of text.split("\n")) if (line !== "" && !line.startsWith("#")) lines.add(line);
}
