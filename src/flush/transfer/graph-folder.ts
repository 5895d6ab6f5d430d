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

/** The graph files of a folder, in the order of their names. */
export function graphFileNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".nq"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The different lines of all graph files in a folder, in latin1. A damaged file's lines do not count; it comes back by its path. */
export function linesBelow(folder: string): { readonly lines: Set<string>; readonly damaged: readonly string[] } {
  const lines = new Set<string>();
  const damaged = eachLine(folder, (line) => lines.add(line));
  return { lines, damaged };
}

/**
 * Shows the lines of all graph files in a folder, in latin1, those of one file in memory at a time; one that stands in several comes
 * several times.
 * @returns the paths of damaged files, whose lines are left out
 */
export function eachLine(folder: string, show: (line: string) => void): string[] {
  const done = new Set<string>();
  const damaged: string[] = [];
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const names = graphFileNames(folder).filter((name) => !done.has(name));
    // What was compacted meanwhile is in a file of the next listing.
    if (listing > 1 && names.length === 0) return damaged;
    for (const name of names) {
      const bytes = readIfThere(join(folder, name));
      if (bytes === undefined) continue;
      done.add(name);
      if (!isWhole(bytes)) damaged.push(join(folder, name));
      else for (const line of graphFileLines(bytes)) show(line);
    }
  }
  throw new ProvenanceError("unreadable", `${folder} changed whenever it was read; try again`);
}

/** Undefined where a compaction has just put the file's content into another one. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
