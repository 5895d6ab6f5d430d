import { crc32 } from "node:zlib";

/*
 * The header block of a segment, byte by byte as docs/spool-format.md says. Fixed fields are little-endian everywhere;
 * the payload of rows is in the byte order of the machine that wrote it, which the header names.
 */

export const SEGMENT_FORMAT = 1;

/** What a segment says of itself and its writer. */
export interface SegmentHeader {
  readonly format: typeof SEGMENT_FORMAT;
  /** The writer's random, letter-led id; one per writing thread. */
  readonly writer: string;
  /** 0, 1, 2 … within the writer. */
  readonly segment: number;
  /** The sequence number of the segment's first statement or row. */
  readonly sequence: number;
  /** The execution's UUID, and the namespace that it lives in. */
  readonly execution: string;
  readonly base: string;
  /** The absolute directory that relative paths in the statements start from. */
  readonly root: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly host: string;
  readonly pid: number;
  readonly bootId?: string;
  readonly pidNamespace?: string;
  readonly processStart?: string;
  /** What wrote it, e.g. `provml 0.1.0`. */
  readonly recorder: string;
  readonly byteOrder: "LE" | "BE";
}

/** The part of the header block that changes after its creation; preallocated, so that a full disk cannot refuse it. */
export interface SegmentStatus {
  readonly lostStatements: number;
  readonly lostRows: number;
  /** Where the last frame ends, and the sequence number after the last item; 0 while the segment is open. */
  readonly endOffset: number;
  readonly endSequence: number;
  readonly ending: Ending | undefined;
}

/** Why a segment was sealed: its writer's stream goes on in the next one, or has ended. */
export type Ending = "rotate" | "close";

export const OPEN_STATUS: SegmentStatus = {
  lostStatements: 0,
  lostRows: 0,
  endOffset: 0,
  endSequence: 0,
  ending: undefined,
};

export interface HeaderBlock {
  readonly header: SegmentHeader;
  readonly status: SegmentStatus;
  /** Random; seeds every check sum of the segment, so that no frame of another segment passes for one of this. */
  readonly segmentId: number;
  readonly blockBytes: number;
  /** Offsets of copies of the header that do not match their check sum. */
  readonly damagedCopies: readonly number[];
}

const MAGIC = Buffer.from("PROVML\0");
const BLOCK_UNIT = 4096;
/** No header block is longer. */
export const MAX_BLOCK_BYTES = 16 * BLOCK_UNIT;
const JSON_OFFSET = 64;
const STATUS_OFFSET = 24;
const STATUS_BYTES = 40;
const ENDINGS: readonly (Ending | undefined)[] = [undefined, "rotate", "close"];

/** The whole header block: two copies of the same header, each in its half. Undefined when the header is too long. */
export function encodeHeaderBlock(
  header: SegmentHeader,
  segmentId: number,
  status: SegmentStatus = OPEN_STATUS,
): Buffer | undefined {
  const json = Buffer.from(JSON.stringify(header));
  const blockBytes = Math.ceil((2 * (JSON_OFFSET + json.length)) / BLOCK_UNIT) * BLOCK_UNIT;
  if (blockBytes > MAX_BLOCK_BYTES) return undefined;
  const copy = Buffer.alloc(blockBytes / 2);
  MAGIC.copy(copy);
  copy.writeUInt8(SEGMENT_FORMAT, 7);
  copy.writeUInt32LE(segmentId, 8);
  copy.writeUInt32LE(blockBytes, 12);
  copy.writeUInt32LE(json.length, 16);
  copy.writeUInt32LE(headerCrc(copy, json, segmentId), 20);
  encodeStatus(status, segmentId).copy(copy, STATUS_OFFSET);
  json.copy(copy, JSON_OFFSET);
  return Buffer.concat([copy, copy]);
}

/** The 40 bytes that stand at each of {@link statusOffsets}. */
export function encodeStatus(status: SegmentStatus, segmentId: number): Buffer {
  const bytes = Buffer.alloc(STATUS_BYTES);
  bytes.writeDoubleLE(status.lostStatements, 0);
  bytes.writeDoubleLE(status.lostRows, 8);
  bytes.writeDoubleLE(status.endOffset, 16);
  bytes.writeDoubleLE(status.endSequence, 24);
  bytes.writeUInt32LE(ENDINGS.indexOf(status.ending), 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 36), segmentId), 36);
  return bytes;
}

export function statusOffsets(blockBytes: number): readonly number[] {
  return [STATUS_OFFSET, blockBytes / 2 + STATUS_OFFSET];
}

/**
 * Reads a header block from the first bytes of a segment ({@link MAX_BLOCK_BYTES} suffice), from whichever copy is whole.
 * `newer`: another version of provml wrote it. `damaged`: no copy is whole.
 */
export function decodeHeaderBlock(bytes: Buffer): HeaderBlock | "newer" | "damaged" {
  for (let at = 0; at < bytes.length; at += BLOCK_UNIT / 2) {
    const copy = decodeCopy(bytes.subarray(at));
    if (!copy || (at !== 0 && at !== copy.blockBytes / 2)) continue;
    const second = copy.blockBytes / 2;
    const copies = [0, second].map((offset) => [offset, decodeCopy(bytes.subarray(offset, offset + second))] as const);
    const statuses = copies.map(([offset]) => decodeStatus(bytes.subarray(offset + STATUS_OFFSET), copy.segmentId));
    return {
      ...copy,
      status: latest(statuses),
      damagedCopies: copies.filter(([, whole], index) => !whole || !statuses[index]).map(([offset]) => offset),
    };
  }
  return isNewer(bytes) ? "newer" : "damaged";
}

function decodeCopy(bytes: Buffer): Omit<HeaderBlock, "status" | "damagedCopies"> | undefined {
  if (bytes.length < JSON_OFFSET || !MAGIC.equals(bytes.subarray(0, 7)) || bytes[7] !== SEGMENT_FORMAT)
    return undefined;
  const segmentId = bytes.readUInt32LE(8);
  const blockBytes = bytes.readUInt32LE(12);
  const json = bytes.subarray(JSON_OFFSET, JSON_OFFSET + bytes.readUInt32LE(16));
  if (json.length !== bytes.readUInt32LE(16) || bytes.readUInt32LE(20) !== headerCrc(bytes, json, segmentId))
    return undefined;
  if (blockBytes === 0 || blockBytes % BLOCK_UNIT !== 0 || blockBytes > MAX_BLOCK_BYTES) return undefined;
  const header = parse(json);
  return header && { header, segmentId, blockBytes };
}

function headerCrc(copy: Buffer, json: Buffer, segmentId: number): number {
  return crc32(json, crc32(copy.subarray(0, 20), segmentId));
}

function parse(json: Buffer): SegmentHeader | undefined {
  try {
    const header = JSON.parse(json.toString()) as SegmentHeader;
    const texts = [header.writer, header.execution, header.base, header.root, header.host, header.recorder];
    const numbers = [header.segment, header.sequence, header.createdAt, header.pid];
    const whole = texts.every((t) => typeof t === "string") && numbers.every(Number.isFinite);
    return whole && header.format === SEGMENT_FORMAT && /^[LB]E$/.test(header.byteOrder) ? header : undefined;
  } catch {
    return undefined;
  }
}

function decodeStatus(bytes: Buffer, segmentId: number): SegmentStatus | undefined {
  if (bytes.length < STATUS_BYTES || bytes.readUInt32LE(36) !== crc32(bytes.subarray(0, 36), segmentId))
    return undefined;
  return {
    lostStatements: bytes.readDoubleLE(0),
    lostRows: bytes.readDoubleLE(8),
    endOffset: bytes.readDoubleLE(16),
    endSequence: bytes.readDoubleLE(24),
    ending: ENDINGS[bytes.readUInt32LE(32)],
  };
}

/** The copies are written one after the other and their counters only grow: the larger one is the later one. */
function latest(statuses: readonly (SegmentStatus | undefined)[]): SegmentStatus {
  const age = (s: SegmentStatus) => s.lostStatements + s.lostRows + s.endOffset;
  return statuses.reduce<SegmentStatus>((best, s) => (s && age(s) > age(best) ? s : best), OPEN_STATUS);
}

function isNewer(bytes: Buffer): boolean {
  const version = MAGIC.equals(bytes.subarray(0, 7)) ? bytes[7] : undefined;
  return version !== undefined && version !== SEGMENT_FORMAT;
}
