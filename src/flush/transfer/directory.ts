import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { commentedGraphFile, isWhole } from "../../rdf/graph-file.ts";
import { areKnown, COMPACT_NAME, publishedNames, replacedBy } from "../../spool/compacted.ts";
import { directoryPaths } from "../../spool/directory.ts";
import { publishFirst, syncDirectory } from "../publish.ts";
import { Comparing, type Comparison, missingLines } from "./comparison.ts";
import { type Copied, copyOnce, hasSameBytes, hasSameSize, hasSameTrailer } from "./copy-file.ts";
import { graphFileNames, graphFolders, linesBelow, readIfThere } from "./graph-folder.ts";

export interface TransferReport {
  /** Files that were copied, and those that were there already. */
  copied: number;
  there: number;
  comparison: Comparison;
}

export interface TransferOptions {
  readonly onProgress?: (report: { readonly copied: number; readonly there: number }) => void;
}

/**
 * Brings everything over that one directory has and another lacks: kept content, manifests, series, quarantine, and the graph, last,
 * since its files say that the rest is there. Files are published whole and never changed, so it may be stopped at any instant and
 * run again, in both directions, by several at once. At the end both are compared line by line, and what is still missing is written.
 */
export function transferDirectory(from: string, to: string, options: TransferOptions = {}): TransferReport {
  const counts = { copied: 0, there: 0 };
  const note = (copied: Copied) => {
    if (copied === "copied") counts.copied++;
    else if (copied === "there" || copied === "differs") counts.there++;
    options.onProgress?.(counts);
  };
  for (const part of PARTS) copyFolder(join(from, part.folder), join(to, part.folder), part, note);
  const comparing = new Comparing();
  const [source, target] = [directoryPaths(from).graph, directoryPaths(to).graph];
  for (const folder of graphFolders(source)) {
    copyGraphFolder(join(source, folder), join(target, folder), note);
    compareFolder(comparing, folder, source, target);
  }
  syncDirectory(to);
  return { ...counts, comparison: comparing.result };
}

/** What goes along with the graph: which names are whole files, and when two of one name are the same. */
const PARTS = [
  { folder: "content", names: /^[0-9a-f]{64}$/, isSame: hasSameSize },
  { folder: "manifests", names: /^[0-9a-f]{64}\.parquet$/, isSame: hasSameSize },
  { folder: "series", names: /^[\w.-]+\.parquet$/, isSame: hasSameBytes },
  { folder: "quarantine", names: /^[\w.-]+\.json$/, isSame: hasSameBytes },
] as const;

function copyFolder(from: string, to: string, part: (typeof PARTS)[number], note: (copied: Copied) => void): void {
  for (let isComplete = false; !isComplete; ) {
    isComplete = true;
    for (const entry of entriesOf(from)) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) copyFolder(source, target, part, note);
      else if (entry.isFile() && part.names.test(entry.name)) {
        const copied = copyOnce(source, target, part.isSame);
        note(copied);
        if (copied === "gone") isComplete = false;
        // Names of rows and of refused statements may mean two things where damage met one copy: both are kept.
        else if (copied === "differs") note(copyOnce(source, besides(source, target), hasSameBytes));
      }
    }
  }
}

/** Another name beside one that is taken, made of the content. */
function besides(source: string, target: string): string {
  const bytes = readIfThere(source) ?? Buffer.alloc(0);
  const extension = extname(target);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const stem = target.slice(0, -extension.length || undefined).replace(/\.[0-9a-f]{16}$/, ""); // rows are known under one such mark
  return `${stem}.${digest}${extension}`;
}

/** What is known to be in a compact file there is not copied beside it; the comparison finds what that file may lack. */
function copyGraphFolder(from: string, to: string, note: (copied: Copied) => void): void {
  for (let isComplete = false; !isComplete; ) {
    isComplete = true;
    const known = new Set(publishedNames(to));
    for (const name of graphFileNames(from)) {
      const names = COMPACT_NAME.test(name) ? replacedBy(join(from, name)) : [name];
      if (names.length > 0 && areKnown(names, known)) {
        note("there");
        continue;
      }
      const copied = copyOnce(join(from, name), join(to, name), hasSameTrailer, isWhole);
      note(copied);
      if (copied === "gone") isComplete = false;
    }
  }
}

function compareFolder(comparing: Comparing, folder: string, source: string, target: string): void {
  const { lines, damaged } = linesBelow(join(source, folder));
  for (const path of damaged) comparing.trouble(`${path} does not match its check sum and was not brought over`);
  const there = linesBelow(join(target, folder));
  for (const path of there.damaged) comparing.trouble(`${path} does not match its check sum`);
  const missing = missingLines(lines, there.lines);
  bring(join(target, folder), missing);
  comparing.add(folder, lines, missing.length === 0 ? there.lines : linesBelow(join(target, folder)).lines);
}

/** Writes lines (in latin1) that a folder lacks into a file that is named by them. */
export function bring(folder: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const { bytes, sha256 } = commentedGraphFile("", [...lines].sort());
  publishFirst(join(folder, `brought-${sha256.slice(0, 32)}.nq`), bytes);
}

function entriesOf(folder: string): import("node:fs").Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
