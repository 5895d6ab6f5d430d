import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { GRAPH_FILE_TRAILER, GRAPH_FILE_TRAILER_BYTES } from "../rdf/graph-file.ts";
import { PIECE_NAME } from "../spool/compacted.ts";
import { deletedExecutions } from "../spool/deleted.ts";
import { isSummaryOf, summarisedWriter } from "../spool/summary-names.ts";
import type { Retracted } from "./pending/retracted.ts";

const CHUNK_BYTES = 1_000_000;
/** A file that is listed and gone was compacted; its replacement is in the next listing. */
const MAX_LISTINGS = 100;

/** Files that were read, by their paths below `graph/`, as they were then. */
export type FilesRead = Map<string, string>;

export interface GraphFilesOptions {
  /** Summaries that what is in the spool makes untrue: they are left out. */
  readonly retracted?: Retracted;
  /** Executions whose files are left out. */
  readonly without?: ReadonlySet<string>;
  /** Files that need not be read; grows by those that were. */
  readonly read?: FilesRead;
}

/**
 * The bytes of all files below `graph/`, but for those of executions that were deleted, in pieces of at most a megabyte, checked against what each says at its end.
 * @throws {ProvenanceError} `corrupt` for a file that is not what was written, `unreadable`
 */
export async function* graphFiles(
  folder: string,
  { retracted, without, read: done = new Map() }: GraphFilesOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const listed = await namesIn(folder);
    const deleted = deletedExecutions(folder);
    const isLeft = (name: string) => !done.has(name) && !deleted.has(dirname(name)) && !without?.has(dirname(name));
    const names = listed.filter((name) => name.endsWith(".nq") && isLeft(name));
    if (listing > 1 && names.length === 0) return;
    let isComplete = !isLarge(listed);
    for (const name of names) {
      const path = join(folder, name);
      const gone = retracted?.of(basename(dirname(path)));
      if (gone?.writers.has(summarisedWriter(basename(name)) ?? "")) {
        done.set(name, "");
        continue;
      }
      const handle = await openFile(path);
      if (handle === undefined) {
        isComplete = false;
        continue;
      }
      try {
        const stats = await handle.stat();
        const pieces = wholeFile(handle, path, stats.size);
        yield* gone === undefined || PIECE_NAME.test(basename(name)) ? pieces : withoutSummaries(pieces, gone.series);
        done.set(name, stampOf(stats));
      } finally {
        await handle.close();
      }
    }
    if (isComplete) return;
  }
}

/**
 * A folder so large is listed in several steps, between which a compaction may fall: neither its file nor those it stands for
 * need be in the listing then, so it takes a second one that shows nothing new.
 */
function isLarge(names: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name.endsWith(".nq")) counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > LISTED_AT_ONCE);
}
const LISTED_AT_ONCE = 200;

/** Files are written once: one that is the same in these is the same. It begins with the size. */
export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

async function* wholeFile(handle: FileHandle, path: string, size: number): AsyncGenerator<Uint8Array, void, void> {
  const tail = Buffer.alloc(Math.min(size, GRAPH_FILE_TRAILER_BYTES));
  await readAll(handle, tail, size - tail.length);
  const trailer = GRAPH_FILE_TRAILER.exec(tail.toString("latin1"));
  if (trailer === null) throw corrupt(path, "its last line is missing");
  const end = size - tail.length + trailer.index + (trailer[0].startsWith("\n") ? 1 : 0);
  const hash = createHash("sha256");
  for (let at = 0; at < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
    await readAll(handle, piece, at);
    hash.update(piece);
    yield piece;
    at += piece.length;
  }
  if (hash.digest("hex") !== trailer[1]) throw corrupt(path, "its bytes do not match the check sum in its last line");
}

/** Lines may begin in one piece and end in the next. */
async function* withoutSummaries(
  pieces: AsyncIterable<Uint8Array>,
  series: ReadonlySet<string>,
): AsyncGenerator<Uint8Array, void, void> {
  let begun = "";
  for await (const piece of pieces) {
    const lines = (begun + Buffer.from(piece).toString("latin1")).split("\n");
    begun = lines.pop() as string;
    const kept = lines.filter((line) => !isSummaryOf(line, series));
    if (kept.length > 0) yield Buffer.from(`${kept.join("\n")}\n`, "latin1");
  }
  if (begun !== "" && !isSummaryOf(begun, series)) yield Buffer.from(begun, "latin1");
}

async function readAll(handle: FileHandle, into: Buffer, from: number): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, from + filled);
    if (bytesRead === 0) throw new ProvenanceError("corrupt", "a graph file became shorter while it was read");
    filled += bytesRead;
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ProvenanceError("unreadable", `${path} cannot be opened; look at its permissions`, { cause });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new ProvenanceError("unreadable", `${folder} cannot be listed; look at its permissions`, { cause });
  }
}

function corrupt(path: string, what: string): ProvenanceError {
  return new ProvenanceError("corrupt", `${path} is damaged: ${what}; restore it from a copy, or move it away`);
}
