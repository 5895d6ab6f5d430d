import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { ProvenanceError } from "../../model/error.ts";
import { DELETIONS_FOLDER, deletedExecutions } from "../../spool/deleted.ts";
import { checkDirectory, directoryPaths } from "../../spool/directory.ts";
import { type FoundFile, graphFolders, namesOrWhy, readGraphFile } from "../transfer/graph-folder.ts";
import { Cursor, type DeliveredFile } from "./cursor.ts";
import { deletedThere, dropDeleted } from "./deletions.ts";
import {
  type BatchResult,
  type DeliveryClock,
  type DeliveryOptions,
  deliverBatch,
  linesOf,
  REAL_CLOCK,
  type Replica,
} from "./delivery.ts";
import { restating } from "./restating.ts";

export interface FeedOptions {
  /** The server's address; the cursor goes by it. */
  readonly server: string;
  /** How long a batch is tried again before the pass gives up. Default: a minute. */
  readonly patienceMs?: number;
  readonly clock?: DeliveryClock;
  readonly signal?: AbortSignal;
  readonly onWait?: (reason: string) => void;
  readonly onProgress?: (report: FeedReport) => void;
  /** What the cursor could not write, kept from pass to pass, so that each does not deliver all again. */
  readonly unwritten?: string[];
}

/** What one pass over `graph/` delivered. */
export interface FeedReport {
  /** Graph files that the server has now and had not before, as far as the cursor knew. */
  files: number;
  quads: number;
  /** Quads that the server refused; they lie in `quarantine/` with the reason. */
  refused: number;
  /** Damaged files, which were not delivered. */
  readonly damaged: string[];
  /** Why the cursor could not be written: what was delivered is delivered again. */
  cursorFault?: string | undefined;
  /** Files and folders that could not be read, and what could not be settled before a push, each with the reason. */
  readonly unreadable: string[];
  /** Why the pass gave up; the rest waits for the next one. */
  waiting: string | undefined;
}

export const PATIENCE_MS = 60_000;
/** Oxigraph and Fuseki pay for each request, whatever its size: as large as a flusher below 256 MB can have two of, in all their forms. */
const BATCH_BYTES = 7_500_000;
const MOST_BATCH_BYTES = BATCH_BYTES + 1_000_000;
/** How many batches are under way at once: while the server works on one the next one is read and checked. */
const MOST_UNDER_WAY = 2;
const MAX_LISTINGS = 100;

/**
 * Brings to a server what `graph/` holds and the cursor does not name. The cursor moves when the server has answered: a feeder that is
 * killed, or never hears the answer, delivers the same again, and a graph is a set. Any number may feed one server. The graph of what was deleted is dropped there, and
 * what the server knows to be deleted is not delivered.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`
 */
export async function feed(directory: string, replica: Replica, options: FeedOptions): Promise<FeedReport> {
  checkDirectory(directory);
  const { clock = REAL_CLOCK, patienceMs = PATIENCE_MS, server, signal, onWait, onProgress } = options;
  const report: FeedReport = { files: 0, quads: 0, refused: 0, damaged: [], unreadable: [], waiting: undefined };
  const ending = new AbortController();
  const end = () => ending.abort();
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  const delivery: DeliveryOptions = { directory, server, clock, patienceMs, signal: ending.signal, onWait };
  const cursor = new Cursor(directory, server, options.unwritten);
  const target = restating(replica);
  const underWay: UnderWay[] = [];
  let batch = emptyBatch();
  const send = () => {
    const { lines, files } = batch;
    batch = emptyBatch();
    const result = deliverBatch(target, Buffer.concat(lines), delivery);
    result.catch(() => {}); // it is looked at in its turn, or never where an earlier one ends the pass
    underWay.push({ quads: lines.length, files, result });
  };
  /**
   * Notes the oldest ones until no more than so many are under way: a file may begin in one batch and end in a later one.
   * What comes behind one that has to wait is not noted, whatever became of it.
   */
  const settle = async (most: number): Promise<"on" | "waiting"> => {
    while (underWay.length > most) {
      const { quads, files, result } = underWay.shift() as UnderWay;
      const answer = await result;
      if (answer.kind === "waiting") {
        report.waiting = answer.reason;
        return "waiting";
      }
      report.quads += quads - answer.refused;
      report.refused += answer.refused;
      report.files += files.length;
      report.cursorFault = cursor.add(files);
      onProgress?.(report);
    }
    return "on";
  };
  try {
    let there: ReadonlySet<string> | undefined;
    for (const file of undelivered(directoryPaths(directory).graph, cursor, report)) {
      if (there === undefined) {
        const answer = await deletedThere(replica, delivery);
        if (answer.kind === "waiting") {
          report.waiting = answer.reason;
          return report;
        }
        there = answer.deleted;
      }
      if (there.has(file.folder)) continue;
      const isDeletion = file.folder === DELETIONS_FOLDER;
      const lines = isDeletion ? [...file.lines] : file.lines;
      if (isDeletion) {
        if ((await settle(0)) === "waiting") return report; // what is on its way may be of what goes
        report.waiting = await dropDeleted(replica, lines);
        if (report.waiting !== undefined) return report;
      }
      for (const line of lines) {
        if (batch.bytes >= BATCH_BYTES && !isOfOneSubject(batch, line)) {
          send();
          if ((await settle(MOST_UNDER_WAY - 1)) === "waiting") return report;
        }
        batch.lines.push(line);
        batch.bytes += line.length;
      }
      batch.files.push(file);
      if (signal?.aborted) break;
      await turn(); // what is under way goes on
    }
    if (batch.files.length > 0) send();
    await settle(0);
    return report;
  } finally {
    end();
    signal?.removeEventListener("abort", end);
    await Promise.allSettled(underWay.map(({ result }) => result));
  }
}

interface UnderWay {
  readonly quads: number;
  readonly files: readonly DeliveredFile[];
  readonly result: Promise<BatchResult>;
}

/** Lines that are delivered together, and the files that end among them. */
interface Batch {
  readonly lines: Uint8Array[];
  readonly files: DeliveredFile[];
  bytes: number;
}

/** What is said of a thing goes together, as far as that is no megabyte more: a summary is replaced as a whole. */
function isOfOneSubject({ lines, bytes }: Batch, line: Uint8Array): boolean {
  const last = lines.at(-1);
  const end = line.indexOf(SPACE);
  return (
    last !== undefined &&
    bytes < MOST_BATCH_BYTES &&
    Buffer.compare(last.subarray(0, end + 1), line.subarray(0, end + 1)) === 0
  );
}

function emptyBatch(): Batch {
  return { lines: [], files: [], bytes: 0 };
}

interface OpenFile extends DeliveredFile {
  readonly lines: Generator<Uint8Array>;
}

/** File by file: a file that a compaction takes meanwhile is in the next listing. */
function* undelivered(graph: string, cursor: Cursor, report: FeedReport): Generator<OpenFile, void, void> {
  const deleted = deletedExecutions(graph);
  for (const folder of graphFolders(graph)) {
    if (deleted.has(folder)) continue;
    const seen = new Set<string>();
    for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
      let isComplete = true;
      const names = namesOrWhy(join(graph, folder));
      if (typeof names === "string") {
        report.unreadable.push(names);
        break;
      }
      for (const name of names) {
        const path = join(graph, folder, name);
        if (seen.has(name)) continue;
        const file = undeliveredFile(cursor, { folder, name, path });
        if (file === undefined) continue;
        if (file.kind === "gone") isComplete = false;
        else seen.add(name);
        if (file.kind === "whole") yield { folder, name, path, lines: statedIn(file.bytes) };
        else if (file.kind === "damaged") report.damaged.push(path);
        else if (file.kind === "unreadable") report.unreadable.push(file.reason);
      }
      if (isComplete) break;
    }
  }
}

/** Undefined where the server has it. */
function undeliveredFile(cursor: Cursor, { folder, name, path }: DeliveredFile): FoundFile | undefined {
  try {
    return cursor.has(folder, name, path) ? undefined : readGraphFile(path);
  } catch (error) {
    if (error instanceof ProvenanceError) return { kind: "unreadable", reason: error.message };
    throw error;
  }
}

const SPACE = 32;
const COMMENT = 35;

function* statedIn(bytes: Buffer): Generator<Uint8Array, void, void> {
  for (const line of linesOf(bytes)) if (line[0] !== COMMENT && line.length > 1) yield line;
}
