import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { redact } from "../capture/secrets.ts";
import { stateDeletion } from "../flush/deletion.ts";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import { partsOfId, shortId } from "../query/ids.ts";
import { type Graph, open, type Run, sparql } from "../query/index.ts";
import { forgetSnapshot } from "../query/snapshots.ts";
import { directoryPaths } from "../spool/directory.ts";
import { writerState } from "../spool/liveness.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import { begun, type CurateOptions, withGraph } from "./said.ts";
import { tombstoneStatements } from "./tombstone.ts";

export interface DeleteOptions extends CurateOptions {
  /** Why; it stays with what is left. */
  readonly reason?: string;
  /** `execution`: all runs of its execution go with it. Default: `run`, which is refused where there are others. */
  readonly extent?: "run" | "execution";
}

export interface Deleted {
  /** The activity of the execution. */
  readonly execution: string;
  readonly runs: readonly { readonly id: string; readonly name: string }[];
  /** What it took in `graph/` and `series/`. */
  readonly bytes: number;
}

/**
 * Deletes what a run's execution recorded: its graph, its series, what lies in the spool and in quarantine. Who did so, when and why stays, and the metadata of its runs, its
 * models and all that is known by its content. Copies of what was deleted that come back, from another directory, a server or an old spool, count for nothing.
 * What an execution recorded is one graph, so its runs go together. The program's own files are not touched.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-argument` for a run that has not ended, that has others beside it, or that another execution goes on with
 */
export async function deleteRun(directory: string, name: string, options: DeleteOptions = {}): Promise<Deleted> {
  const { spool, extent = "run" } = options;
  await flush(directory, { includesOpen: false, ...(spool === undefined ? {} : { spool }) });
  return await withGraph(await open(directory, spool === undefined ? {} : { spool }), async (graph) => {
    const { execution } = await graph.run(name);
    const runs = (await graph.runs()).filter((run) => run.execution === execution);
    if (extent === "run" && runs.length > 1)
      throw refused(
        `${shortId(execution)} has ${runs.length} runs (${runs.map((run) => run.name).join(", ")}), which are one graph; say --execution to delete them all`,
      );
    return await deleteExecution(directory, graph, { ...options, execution, runs });
  });
}

export interface WholeExecution extends DeleteOptions {
  readonly execution: string;
  /** All of its runs. */
  readonly runs: readonly Run[];
}

/** Deletes an execution that is known whole; the directory was flushed before. */
export async function deleteExecution(directory: string, graph: Graph, options: WholeExecution): Promise<Deleted> {
  const { execution, runs, reason, spool } = options;
  const parts = partsOfId(execution);
  if (parts === undefined) throw refused(`${execution} is no execution that provml recorded`);
  const { uuid, namespace } = parts;
  const why = await obstacle(directory, graph, { ...options, all: await graph.runs() });
  if (why !== undefined) throw refused(why);
  const bytes = bytesOf(directory, uuid);
  const quads = await graph.quads(runs[0]?.id ?? execution);
  const known = (await graph.remarks()).filter(({ about }) => about.startsWith(namespace));
  const act = begun(execution, known, options);
  const told = reason === undefined ? {} : { reason: redact(reason.toWellFormed()) };
  stateDeletion(directory, {
    base: act.base,
    execution: uuid,
    statements: tombstoneStatements({ act, namespace, quads, ...told }),
  });
  forgetSnapshot(directory);
  await flush(directory, { includesOpen: false, ...(spool === undefined ? {} : { spool }) });
  return { execution, runs: runs.map(({ id, name }) => ({ id, name })), bytes };
}

interface Judged extends Pick<WholeExecution, "execution" | "runs" | "spool"> {
  /** The runs of all executions. */
  readonly all: readonly Run[];
  /** `try`: the directory was not flushed before, and what has ended in its spool is none that is in the way. */
  readonly mode?: "try" | "delete";
}

/** Why an execution cannot be deleted. */
export async function obstacle(
  directory: string,
  graph: Graph,
  { execution, runs, spool, all, mode = "delete" }: Judged,
): Promise<string | undefined> {
  const going = runs.find(({ status }) => status === "running" || status === "silent");
  if (going !== undefined)
    return `${going.name} (${shortId(going.id)}) is ${going.status}; end it, or say that it has ended: provml close ${going.id}`;
  const parts = partsOfId(execution);
  const left = parts === undefined ? [] : inSpool(directory, spool, parts.uuid);
  if (left.some(({ isSettled }) => mode === "delete" || !isSettled))
    return `${shortId(execution)} has a writer that has not ended; end it, or say that it has: provml close ${execution}`;
  const namespace = parts?.namespace ?? execution;
  const after = all.find((run) => run.execution !== execution && run.continues?.run.startsWith(namespace));
  if (after !== undefined)
    return `${after.name} (${shortId(after.id)}) went on from a checkpoint of ${after.continues?.name}, whose points are the first of its series; delete that one first`;
  const [later] = await graph.select(sparql`
SELECT ?part WHERE {
  ?part dcterms:isPartOf ?whole .
  FILTER(STRSTARTS(STR(?whole), ${namespace}) && !STRSTARTS(STR(?part), ${namespace}))
  FILTER NOT EXISTS { ?part provml:isDeleted true }
} LIMIT 1`);
  if (later !== undefined)
    return `${shortId(String(later.part))}, of another execution, is a part of it, as restarts are; delete that one first`;
  return undefined;
}

/** The segments of an execution; settled are those that the next flush moves. */
function inSpool(directory: string, spool: string | undefined, execution: string) {
  const spools = new Set([directoryPaths(directory).spool, ...(spool === undefined ? [] : [spool])]);
  return [...spools]
    .flatMap((one) => listSegments(one))
    .flatMap(({ path, sealed }) => {
      try {
        const reading = readSegment(path);
        reading?.close();
        if (reading?.header.execution !== execution) return [];
        return [{ path, isSettled: sealed || writerState(reading.header) === "dead" }];
      } catch {
        return []; // provml flush tells of it
      }
    });
}

/** What an execution takes in `graph/` and `series/`. */
export function bytesOf(directory: string, uuid: string): number {
  const { graph, series } = directoryPaths(directory);
  return sizeOf(join(graph, uuid)) + sizeOf(join(series, `execution=${uuid}`));
}

/** And in the spool, where it was not flushed. */
export function unflushedBytesOf(directory: string, spool: string | undefined, uuid: string): number {
  const sizes = inSpool(directory, spool, uuid).map(({ path }) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return bytesOf(directory, uuid) + sizes.reduce((sum, size) => sum + size, 0);
}

function sizeOf(folder: string): number {
  try {
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0; // it has none
  }
}

function refused(why: string): ProvenanceError {
  return new ProvenanceError("bad-argument", why);
}
