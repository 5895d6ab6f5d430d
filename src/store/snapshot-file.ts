import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import * as zlib from "node:zlib";

/** What the last bytes of a snapshot say of it. */
export interface SnapshotHeader {
  /** The SHA-256 of the engine's code. */
  readonly engine: string;
  /** Where in its memory the store is, how many bytes that has, how many entries its table, and which of them are which texts. */
  readonly store: number;
  readonly memory: number;
  readonly table: number;
  readonly texts: readonly (readonly [entry: number, text: string])[];
  readonly quads: number;
  /** The bytes of the memory that are in the file, one stretch after the other; all others are zero. */
  readonly stretches: readonly (readonly [start: number, end: number])[];
  /** The CRC-32 of those. */
  readonly crc: number;
  /** What it was loaded with, as who loaded it says it. */
  readonly holds: unknown;
}

/** Ends a snapshot file; another layout gets another one. Before it stand the length of the header and its CRC-32, as 32-bit numbers. */
const MAGIC = Buffer.from("\nprovml snapshot 1\n");
const TRAILER_BYTES = 8 + MAGIC.length;
/** Read and summed while it is in the processor's cache. */
const PIECE_BYTES = 1_048_576;
const LONGEST_HEADER = 256 * PIECE_BYTES;

/** Writes the memory of an engine, whole or not at all. */
export function writeSnapshot(
  path: string,
  memory: Uint8Array,
  header: Omit<SnapshotHeader, "stretches" | "crc">,
): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = openSync(draft, "wx", 0o600);
  try {
    if (!isOwn(fstatSync(file)))
      throw new Error("this file system keeps no owner or no access, so nobody would believe it");
    const stretches = stretchesOf(memory);
    let [crc, at] = [0, 0];
    for (const piece of pieces(memory, stretches)) {
      crc = zlib.crc32(piece, crc);
      writeAll(file, piece, at);
      at += piece.length;
    }
    const whole: SnapshotHeader = { ...header, stretches, crc };
    const text = Buffer.from(JSON.stringify(whole));
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32LE(text.length, 0);
    numbers.writeUInt32LE(zlib.crc32(text), 4);
    writeAll(file, Buffer.concat([text, numbers, MAGIC]), at);
    renameSync(draft, path);
  } catch (error) {
    ftruncateSync(file); // frees the room at once, whoever holds it open
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The header of a snapshot that is whole as far as its length shows, written by this user; undefined of anything else. */
export function readSnapshotHeader(path: string): SnapshotHeader | undefined {
  return opened(path, (file) => {
    const stats = fstatSync(file);
    const { size } = stats;
    if (!isOwn(stats) || size < TRAILER_BYTES) return undefined;
    const trailer = readBytes(file, size - TRAILER_BYTES, TRAILER_BYTES);
    if (trailer?.subarray(8).equals(MAGIC) !== true) return undefined;
    const length = trailer.readUInt32LE(0);
    const from = size - TRAILER_BYTES - length;
    if (length > LONGEST_HEADER || from < 0) return undefined;
    const text = readBytes(file, from, length);
    if (text === undefined || zlib.crc32(text) !== trailer.readUInt32LE(4)) return undefined;
    const header = JSON.parse(text.toString()) as SnapshotHeader;
    const bytes = header.stretches.reduce((sum, [start, end]) => sum + end - start, 0);
    return bytes === from ? header : undefined;
  });
}

/**
 * Reads the memory of a snapshot into that of an engine; false where it is not what was written, and the engine of no use any more. Several pieces at a time, on
 * threads of Node: what takes longest is that the system gives out the memory.
 */
export async function readSnapshot(path: string, header: SnapshotHeader, memory: Uint8Array): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      return await readPieces(file, header, memory);
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

async function readPieces(file: FileHandle, { stretches, crc }: SnapshotHeader, memory: Uint8Array): Promise<boolean> {
  const left = pieces(memory, stretches);
  const ahead: { readonly piece: Uint8Array; readonly read: Promise<boolean> }[] = [];
  let [sum, at] = [0, 0];
  const readAhead = () => {
    const { value: piece } = left.next();
    if (piece === undefined) return;
    ahead.push({ piece, read: readWhole(file, piece, at) });
    at += piece.length;
  };
  for (let i = 0; i < PIECES_AHEAD; i++) readAhead();
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    if (!(await next.read)) {
      await Promise.allSettled(ahead.map(({ read }) => read)); // nothing is written into the memory once this has returned
      return false;
    }
    readAhead();
    sum = zlib.crc32(next.piece, sum);
  }
  return sum === crc;
}
const PIECES_AHEAD = 4;

async function readWhole(file: FileHandle, into: Uint8Array, at: number): Promise<boolean> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, at + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

/** Whether this user alone can have written it. */
function isOwn({ uid, mode }: Stats): boolean {
  return uid === (process.getuid?.() ?? uid) && (mode & 0o022) === 0;
}

function opened<T>(path: string, read: (file: number) => T): T | undefined {
  try {
    const file = openSync(path, "r");
    try {
      return read(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // it is a copy of what can be read elsewhere
  }
}

function* pieces(memory: Uint8Array, stretches: SnapshotHeader["stretches"]): Generator<Uint8Array, void, void> {
  for (const [start, end] of stretches)
    for (let at = start; at < end; at += PIECE_BYTES) yield memory.subarray(at, Math.min(end, at + PIECE_BYTES));
}

/** What is not zero, in whole pages. */
function stretchesOf(memory: Uint8Array): [start: number, end: number][] {
  const stretches: [start: number, end: number][] = [];
  for (let at = 0; at < memory.length; at += PAGE_BYTES) {
    if (isZero(memory.subarray(at, at + PAGE_BYTES))) continue;
    const last = stretches.at(-1);
    if (last?.[1] === at) last[1] = at + PAGE_BYTES;
    else stretches.push([at, at + PAGE_BYTES]);
  }
  return stretches;
}
/** WebAssembly's memory grows by no less. */
const PAGE_BYTES = 65_536;
const ZEROS = new Uint8Array(PAGE_BYTES);

function isZero(page: Uint8Array): boolean {
  return Buffer.compare(page, ZEROS) === 0;
}

function readBytes(file: number, at: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return readInto(file, at, bytes) ? bytes : undefined;
}

function readInto(file: number, at: number, into: Uint8Array): boolean {
  for (let done = 0; done < into.length; ) {
    const read = readSync(file, into, done, into.length - done, at + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}
