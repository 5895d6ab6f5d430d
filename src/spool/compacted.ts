import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ProvenanceError } from "../model/error.ts";

/** A graph file that stands for others, by its content: `compact-<32 of its SHA-256>.nq`. */
export const COMPACT_NAME = /^compact-[0-9a-f]{32}\.nq$/;
/** A graph file that holds a range of a writer's sequence numbers. */
export const PIECE_NAME = /^([A-Za-z]\w*)-(\d+)-(\d+)\.nq$/;

/**
 * The names of the graph files in a folder, and of those that its compact files stand for, so that what was published once counts as
 * published: a compact file's first line lists them. Names of pieces come joined to longer ranges.
 */
export function publishedNames(folder: string): string[] {
  for (let listing = 1; ; listing++) {
    const there = namesIn(folder).filter((name) => name.endsWith(".nq"));
    if (there.length === 0) return [];
    const names = there.flatMap((name) => (COMPACT_NAME.test(name) ? replacedBy(join(folder, name)) : [name]));
    // A compaction may have taken one of them meanwhile: what it stood for is in another one now.
    const now = new Set(namesIn(folder));
    if (listing === MAX_LISTINGS || there.every((name) => now.has(name))) return names;
  }
}
const MAX_LISTINGS = 100;

/** Whether a graph file of this name was published, whatever file it stands in now. */
export function isPublished(folder: string, name: string): boolean {
  return publishedNames(folder).includes(name);
}

/** Whether all of these names are among those that are known, or in ranges of them. */
export function areKnown(names: readonly string[], known: ReadonlySet<string>): boolean {
  if (names.every((name) => known.has(name))) return true;
  if (!names.every((name) => known.has(name) || PIECE_NAME.test(name))) return false;
  const whole = joined(known);
  return joined([...whole, ...names]).join() === whole.join();
}

/**
 * The first line of a compact file: the names it stands for, each once, in order, ranges that touch as one. It has a check sum of its own: the spool's
 * segments go on the word of this list, and nobody reads the whole file for it.
 */
export function compactHeader(names: Iterable<string>): string {
  const list = JSON.stringify(joined(names));
  return `${HEADER}${checkSum(list)} ${list}\n`;
}

/** The names that a compact file stands for; none where it is gone, or no such file. */
export function replacedBy(path: string): string[] {
  const line = firstLine(path);
  if (line === undefined || !line.startsWith(HEADER)) return [];
  const [sum, list] = [
    line.slice(HEADER.length, HEADER.length + SUM_LENGTH),
    line.slice(HEADER.length + SUM_LENGTH + 1),
  ];
  if (sum !== checkSum(list)) return []; // then all of it is flushed again, which changes nothing
  const names: unknown = JSON.parse(list);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function checkSum(list: string): string {
  return crc32(list).toString(16).padStart(SUM_LENGTH, "0");
}
const SUM_LENGTH = 8;

const HEADER = "# provml compact 1 ";
const READ_BYTES = 65_536;

/** Names of pieces joined where their ranges overlap or follow each other, which is the same however often it is done. */
export function joined(names: Iterable<string>): string[] {
  const ranges = new Map<string, [first: number, last: number][]>();
  const kept = new Set<string>();
  for (const name of names) {
    const [, writer, first, last] = PIECE_NAME.exec(name) ?? [];
    if (writer === undefined) kept.add(name);
    else entry(ranges, writer).push([Number(first), Number(last)]);
  }
  for (const [writer, all] of ranges) {
    all.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let open = all[0] as [number, number];
    for (const next of all) {
      if (next[0] <= open[1] + 1) open = [open[0], Math.max(open[1], next[1])];
      else {
        kept.add(`${writer}-${open[0]}-${open[1]}.nq`);
        open = next;
      }
    }
    kept.add(`${writer}-${open[0]}-${open[1]}.nq`);
  }
  return [...kept].sort();
}

function entry<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function firstLine(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    return lineOf(descriptor);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    // That it cannot be read does not mean that it stands for nothing.
    throw new ProvenanceError("unreadable", `${path} cannot be read (${message}); look at its permissions`, {
      cause: error,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function lineOf(descriptor: number): string | undefined {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = Buffer.alloc(READ_BYTES);
    const length = readSync(descriptor, piece);
    const end = piece.subarray(0, length).indexOf(10);
    pieces.push(piece.subarray(0, end < 0 ? length : end));
    if (end >= 0 || length === 0) return Buffer.concat(pieces).toString("latin1");
    if (pieces.length === 1 && !pieces[0]?.toString("latin1", 0, HEADER.length).startsWith(HEADER)) return undefined;
  }
}

/** What lies in a folder; nothing where it cannot be listed. */
export function namesIn(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : []; // to be told so by an error takes ten times as long
  } catch {
    return [];
  }
}
