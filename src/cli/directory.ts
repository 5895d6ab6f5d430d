import { accessSync, constants, existsSync } from "node:fs";
import { backlogOf } from "../flush/backlog.ts";
import type { FlushReport } from "../flush/report.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Graph } from "../query/index.ts";
import { open } from "../query/open.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { checkDirectory, createDirectory, directoryPaths, findDirectory } from "../spool/directory.ts";
import { afterwards } from "./afterwards.ts";
import type { CommandInput } from "./command.ts";
import { counted, printNote, progress } from "./output.ts";
import { isAddress, storeAddress } from "./store.ts";

/**
 * The directory that a command is about.
 * @throws {ProvenanceError} `bad-option`, `no-directory`, `foreign-directory`.
 */
export function directoryOf({ options }: CommandInput): string {
  if (options.dir === "") throw new ProvenanceError("bad-option", "--dir is empty; name a .provml directory");
  const given = (options.dir as string | undefined) ?? (process.env.PROVML_DIR || findDirectory());
  if (given === undefined) {
    throw new ProvenanceError("no-directory", "there is no .provml directory here or above; name one with --dir");
  }
  checkDirectory(given);
  return given;
}

/**
 * The same, made where a program that records would make it: a plan may come before the first run.
 * @throws {ProvenanceError} `bad-option`, `foreign-directory`.
 */
export function madeDirectory(input: CommandInput): string {
  const { dir } = input.options;
  const given = dir === undefined ? process.env.PROVML_DIR || findDirectory() || ".provml" : (dir as string);
  if (given !== "") createDirectory(given);
  return directoryOf({ ...input, options: { ...input.options, dir: given } });
}

/** A backlog above this is answered from where it lies: to move it takes much longer than to read it. */
const MOST_BYTES_FIRST = 4 * 1024 * 1024;
const MOST_SEGMENTS_FIRST = 64;

/**
 * Opens a server for questions, if one is named, with the rows of series of the directory here, if there is one; else the directory. What has ended is flushed, a large backlog
 * once the command has given its answer, and where that cannot be, it stays where it lies; the answer is the same. What it lacks is told on the error stream.
 */
export async function openRecorded(input: CommandInput): Promise<Graph> {
  return await openAfter(flushNowOrLater, input);
}

/** The same with all that has ended flushed before. */
export async function openFlushed(input: CommandInput): Promise<Graph> {
  return await openAfter(flushEnded, input);
}

async function openAfter(prepare: (directory: string) => Promise<void>, input: CommandInput): Promise<Graph> {
  const address = storeAddress(input);
  if (address !== undefined) return await openServer(address, input);
  const directory = directoryOf(input);
  if (isWritable(directory)) await prepare(directory);
  const graph = await open(directory, { ...spoolOf(), snapshot: "keep" });
  for (const problem of graph.problems) printNote(`not in the answer: ${problem}`);
  return graph;
}

async function flushNowOrLater(directory: string): Promise<void> {
  const { spool } = spoolOf();
  const { bytes, segments } = backlogOf(directory, spool);
  if (bytes <= MOST_BYTES_FIRST && segments <= MOST_SEGMENTS_FIRST) return await flushEnded(directory);
  afterwards(() => flushEnded(directory).catch((error: Error) => printNote(error.message)));
  const { stateFindings } = await import("../flush/findings.ts");
  try {
    await stateFindings(directory, spool);
  } catch (error) {
    if (error instanceof ProvenanceError) throw error;
    printNote(`what is to be digested waits: ${(error as Error).message}`);
  }
}

async function openServer(address: string, input: CommandInput): Promise<Graph> {
  if (!isAddress(address)) {
    throw new ProvenanceError(
      "bad-option",
      `--store is ${JSON.stringify(address)}; give the URL of a SPARQL server, such as http://localhost:3030/dataset`,
    );
  }
  const { dir } = input.options;
  const beside = dir === undefined ? process.env.PROVML_DIR || findDirectory() : directoryOf(input);
  const hasDirectory = beside !== undefined && existsSync(beside);
  return await open(address, hasDirectory ? { directory: beside, ...spoolOf() } : {});
}

async function flushEnded(directory: string): Promise<void> {
  try {
    const { spool } = spoolOf();
    const hasDeleted = deletedExecutions(directoryPaths(directory).graph).size > 0;
    if (!hasDeleted && backlogOf(directory, spool).segments === 0) return; // who moves nothing loads no flusher
    const { flush } = await import("../flush/flush.ts");
    const { quarantined } = await flush(directory, { includesOpen: false, ...spoolOf(), onProgress: showProgress });
    if (quarantined > 0) printNote(`${counted(quarantined, "statement")} no graph can hold went to quarantine/`);
  } catch (error) {
    if (error instanceof ProvenanceError) throw error;
    printNote(`what is pending stays in the spool, and is read there: ${(error as Error).message}`);
  } finally {
    progress("");
  }
}

export function showProgress({ segments, statements, rows }: FlushReport): void {
  const what = [counted(segments, "segment"), counted(statements, "statement"), counted(rows, "row")];
  progress(`moving from the spool: ${what.join(", ")}`);
}

/** The spool's own place, where the program that records was told one. */
export function spoolOf(): { readonly spool?: string } {
  const spool = process.env.PROVML_SPOOL;
  return spool === undefined || spool === "" ? {} : { spool };
}

export function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
