import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { commentedGraphFile, graphFileLines, isWhole } from "../../rdf/graph-file.ts";
import { COMPACT_NAME, compactHeader, replacedBy } from "../../spool/compacted.ts";
import { publishFile, syncFolder } from "../publish.ts";
import { readIfThere } from "../transfer/graph-folder.ts";

/** What is read at once: it takes ten times as much memory, of which a flusher has less than 256 MB. */
const MOST_BYTES = 8 * 1024 * 1024;
const MAX_LISTINGS = 100;

export interface CompactedGraph {
  /** How many files there were, and are. */
  readonly before: number;
  readonly after: number;
  /** Files that could not be read, with the reason. */
  readonly unreadable: readonly string[];
}

/**
 * Makes one graph file of those in an execution's folder (a few, where they are large). The replacement is a pure function of the
 * files it stands for and is on the disk before the first of them goes, so at any instant, and with any number of compactions at
 * once, every line is in a whole file. A file that is damaged or cannot be read stays as it is.
 */
export function compactGraph(folder: string): CompactedGraph {
  const before = filesIn(folder).length;
  const unreadable = new Map<string, string>();
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const groups = grouped(folder, unreadable);
    if (groups.every((group) => compactGroup(folder, group, unreadable))) break;
  }
  return { before, after: filesIn(folder).length, unreadable: [...unreadable.values()] };
}

/** False where another one was quicker: then the files are listed again. */
function compactGroup(folder: string, names: readonly string[], unreadable: Map<string, string>): boolean {
  if (names.length < 2) return true;
  const lines = new Set<string>();
  const replaced = new Set<string>();
  const taken: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      const bytes = readIfThere(path);
      if (bytes === undefined) return false;
      if (!isWhole(bytes)) continue;
      const stoodFor = COMPACT_NAME.test(name) ? replacedBy(path) : [name];
      for (const line of graphFileLines(bytes)) lines.add(line);
      for (const one of stoodFor) replaced.add(one);
      taken.push(name);
    } catch (error) {
      unreadable.set(path, `${path}: ${(error as Error).message}`);
    }
  }
  if (taken.length < 2) return true;
  const { bytes, sha256 } = commentedGraphFile(compactHeader(replaced), [...lines].sort());
  const whole = `compact-${sha256.slice(0, 32)}.nq`;
  if (!taken.includes(whole)) publishFile(join(folder, whole), bytes);
  else if (existsSync(join(folder, whole)))
    syncFolder(join(folder, whole)); // whoever brought it may not have brought it to the disk
  else return false;
  syncFolder(folder);
  for (const name of taken) if (name !== whole) rmSync(join(folder, name), { force: true });
  syncFolder(folder);
  return true;
}

/** In the order of their names, as many together as may be read at once. */
function grouped(folder: string, unreadable: ReadonlyMap<string, string>): string[][] {
  const groups: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const name of filesIn(folder)) {
    if (unreadable.has(join(folder, name))) continue;
    const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes + size > MOST_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(name);
    bytes += size;
  }
  return groups;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".nq"))
    .sort();
}
