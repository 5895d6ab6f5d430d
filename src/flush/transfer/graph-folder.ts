import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { graphFileLines, isWhole } from "../../rdf/graph-file.ts";

const MAX_LISTINGS = 100;

/** The folders of `graph/`: one for each execution, and one for each plan. */
export function graphFolders(graph: string): string[] {
  try {
    const entries = readdirSync(graph, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/**
 * The graph files of a folder, in the order of their names.
 * @throws {ProvenanceError} `unreadable`
 */
export function graphFileNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".nq"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

/** The different lines of all graph files in a folder, in latin1. The lines of a file that is damaged or cannot be read do not count; a sentence says so. */
export function linesBelow(folder: string): { readonly lines: Set<string>; readonly damaged: readonly string[] } {
  const lines = new Set<string>();
  const damaged = eachLine(folder, (line) => lines.add(line)).map(({ text }) => text);
  return { lines, damaged };
}

/**
 * Shows the lines of all graph files in a folder, in latin1, those of one file in memory at a time; one that stands in several comes
 * several times.
 * @returns what is damaged or cannot be read, whose lines are left out
 */
export function eachLine(folder: string, show: (line: string) => void): LeftOut[] {
  const done = new Set<string>();
  const leftOut: LeftOut[] = [];
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const names = namesOrWhy(folder);
    if (typeof names === "string") return [...leftOut, { kind: "unreadable", text: names }];
    const left = names.filter((name) => !done.has(name));
    // What was compacted meanwhile is in a file of the next listing.
    if (listing > 1 && left.length === 0) return leftOut;
    for (const name of left) {
      const path = join(folder, name);
      const file = readGraphFile(path);
      if (file.kind !== "gone") done.add(name);
      if (file.kind === "whole") for (const line of graphFileLines(file.bytes)) show(line);
      else if (file.kind === "damaged") leftOut.push({ kind: "damaged", text: `${path} does not match its check sum` });
      else if (file.kind === "unreadable") leftOut.push({ kind: "unreadable", text: file.reason });
    }
  }
  throw new ProvenanceError("unreadable", `${folder} changed whenever it was read; try again`);
}

/** A file or folder whose lines nobody has seen, and a sentence that says so. */
export interface LeftOut {
  readonly kind: "damaged" | "unreadable";
  readonly text: string;
}

/** The names of {@link graphFileNames}, or why there are none. */
export function namesOrWhy(folder: string): string[] | string {
  try {
    return graphFileNames(folder);
  } catch (error) {
    if (error instanceof ProvenanceError) return error.message;
    throw error;
  }
}

/** A graph file as it is found. `gone`: a compaction has just put its content into another one. */
export type FoundFile =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "damaged" | "gone" };

export function readGraphFile(path: string): FoundFile {
  try {
    const bytes = readIfThere(path);
    if (bytes === undefined) return { kind: "gone" };
    return isWhole(bytes) ? { kind: "whole", bytes } : { kind: "damaged" };
  } catch (error) {
    if (error instanceof ProvenanceError) return { kind: "unreadable", reason: error.message };
    throw error;
  }
}

/**
 * Undefined where a compaction has just put the file's content into another one.
 * @throws {ProvenanceError} `unreadable`
 */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, cause: unknown): ProvenanceError {
  return new ProvenanceError("unreadable", `${path} cannot be read (${(cause as Error).message})`, { cause });
}
