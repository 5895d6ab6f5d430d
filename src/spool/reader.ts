import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { decodeHeaderBlock, type HeaderBlock, MAX_BLOCK_BYTES, type SegmentHeader } from "./format.ts";
import type { ReadOptions, SegmentReading } from "./reading.ts";
import { SegmentReader } from "./segment-reader.ts";

export type { Damage, Frame, ReadingPlace, ReadOptions, SegmentReading } from "./reading.ts";

/** A segment's file by its name. */
export interface SegmentFile {
  readonly path: string;
  readonly writer: string;
  readonly segment: number;
  readonly sealed: boolean;
}

/** The segments of a spool folder, of all writers or of one, each writer's in order; none where the folder is missing. */
export function listSegments(spool: string, of?: string): SegmentFile[] {
  const files = new Map<string, SegmentFile>();
  for (const name of namesIn(spool)) {
    if (of !== undefined && !name.startsWith(`${of}-`)) continue;
    const match = /^([A-Za-z][A-Za-z0-9]*)-(\d+)\.(open|seg)$/.exec(name);
    if (!match) continue;
    const [, writer = "", number = "", state] = match;
    const key = `${writer}-${number}`;
    // A listing that meets a rename may show both names: the sealed one is the later one.
    if (state === "open" && files.has(key)) continue;
    files.set(key, { path: join(spool, name), writer, segment: Number(number), sealed: state === "seg" });
  }
  return [...files.values()].sort((a, b) =>
    a.writer === b.writer ? a.segment - b.segment : a.writer < b.writer ? -1 : 1,
  );
}

/** Listed segments, those of one writer together. */
export function* segmentsByWriter(listed: readonly SegmentFile[]): Generator<SegmentFile[], void, void> {
  for (let start = 0; start < listed.length; ) {
    let end = start;
    while (listed[end]?.writer === listed[start]?.writer) end++;
    yield listed.slice(start, end);
    start = end;
  }
}

/** The segments that a writer has begun after this one. */
export function segmentsAfter(spool: string, last: SegmentFile | undefined): SegmentFile[] {
  if (last === undefined) return [];
  return listSegments(spool, last.writer).filter(({ segment }) => segment > last.segment);
}

/**
 * That a segment is its writer's, whose names become names of files.
 * @throws {ProvenanceError} `corrupt`
 */
export function checkHeader({ path, writer }: SegmentFile, header: SegmentHeader): void {
  if (header.writer === writer && /^[\w-]+$/.test(header.execution)) return;
  throw new ProvenanceError(
    "corrupt",
    `${path}: its header names writer ${JSON.stringify(header.writer)} and execution ${JSON.stringify(header.execution)}; give the file back its name, or move it away`,
  );
}

/**
 * Opens a segment for reading. Undefined when there is nothing to read: the file has been taken (list again), or its writer
 * has not written the header yet. A path that ends in `.open` also finds the segment sealed meanwhile.
 * @throws {ProvenanceError} `foreign-directory` for a newer format (the file stays), `corrupt` when no header can be read,
 * `unreadable` when the file cannot be.
 */
export function readSegment(path: string, options: ReadOptions = {}): SegmentReading | undefined {
  const opened = openEither(path);
  if (!opened) return undefined;
  try {
    const block = readHeader(opened.fd, opened.path);
    if (block) return new SegmentReader(opened.fd, opened.path, block, options);
  } catch (error) {
    closeSync(opened.fd);
    throw error;
  }
  closeSync(opened.fd);
  return undefined;
}

function readHeader(fd: number, path: string): HeaderBlock | undefined {
  const bytes = Buffer.alloc(MAX_BLOCK_BYTES);
  const length = readSync(fd, bytes, 0, bytes.length, 0);
  const block = decodeHeaderBlock(bytes.subarray(0, length));
  if (block === "newer") {
    throw new ProvenanceError(
      "foreign-directory",
      `${path} was written by another version of provml; read it with that version. It is kept as it is.`,
    );
  }
  if (block !== "damaged") return block;
  if (path.endsWith(".open") && length < LEAST_BLOCK_BYTES) return undefined;
  throw new ProvenanceError(
    "corrupt",
    `${path}: neither copy of the segment's header can be read; restore the file or move it away`,
  );
}
const LEAST_BLOCK_BYTES = 4096;

function openEither(path: string): { fd: number; path: string } | undefined {
  const sealed = path.replace(/\.open$/, ".seg");
  for (const candidate of path === sealed ? [path] : [path, sealed]) {
    try {
      return { fd: openSync(candidate, "r"), path: candidate };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw new ProvenanceError("unreadable", `${basename(candidate)} cannot be opened; look at its permissions`, {
        cause,
      });
    }
  }
  return undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new ProvenanceError("unreadable", `${folder} cannot be listed; look at its permissions`, { cause });
  }
}
