import { crc32 } from "node:zlib";
import type { Brief } from "../model/brief.ts";
import { ROW_BYTES, type SeriesDescription } from "../model/row.ts";
import { unpackRows } from "./packed-rows.ts";

/*
 * The frames of a segment, byte by byte as docs/spool-format.md says: a header of 32 bytes and 1 byte to 1 MiB of payload.
 */

export const FRAME_HEADER_BYTES = 32;
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

export const FRAME_KINDS = { statements: 1, rows: 2, series: 3, end: 4, packedRows: 5 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

export interface FrameHeader {
  readonly kind: FrameKind;
  readonly payloadBytes: number;
  /** How many statements or rows; 0 for the other kinds, which use no sequence number. */
  readonly count: number;
  /** The sequence number of the first item; of the next one to come where there is none. */
  readonly sequence: number;
  readonly payloadCrc: number;
}

/** A series as a segment announces it before its first row: the number stands for it in rows. Ids are brief names. */
export interface SeriesAnnouncement extends SeriesDescription {
  readonly number: number;
}

/** 0xF5 and 0xFA occur in no UTF-8, so no payload of JSON holds the magic. */
export const FRAME_MAGIC = Buffer.from([0xf5, 0x50, 0x46, 0xfa]);
const MAGIC = FRAME_MAGIC.readUInt32LE(0);

/** Writes the frame header into the 32 bytes before a payload that is in place. Byte by byte: the calls for it take longer than the work. */
export function encodeFrameHeader(
  frame: Uint8Array,
  kind: FrameKind,
  payload: Uint8Array,
  count: number,
  sequence: number,
  segmentId: number,
): void {
  put32(frame, 0, MAGIC);
  put32(frame, 4, FRAME_KINDS[kind]); // u8 kind, three bytes of zero
  put32(frame, 8, payload.byteLength);
  put32(frame, 12, count);
  SEQUENCE.setFloat64(0, sequence, true);
  put32(frame, 16, SEQUENCE.getUint32(0, true));
  put32(frame, 20, SEQUENCE.getUint32(4, true));
  put32(frame, 24, crc32(payload, segmentId));
  put32(frame, 28, headerCrc(frame, segmentId));
}
const SEQUENCE = new DataView(new ArrayBuffer(8));

function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** zlib's `crc32` of the first 28 bytes; for so few the call alone takes thrice as long. */
function headerCrc(frame: Uint8Array, seed: number): number {
  let crc = ~seed;
  for (let i = 0; i < FRAME_HEADER_BYTES - 4; i++) {
    crc = (CRC_OF_BYTE[(crc ^ (frame[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc;
}

const CRC_OF_BYTE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The frame header at the start of these bytes, or undefined when there is none that is whole. */
export function decodeFrameHeader(bytes: Buffer, segmentId: number): FrameHeader | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(0, 28), segmentId)) return undefined;
  const kind = KIND_OF[bytes.readUInt32LE(4)];
  const payloadBytes = bytes.readUInt32LE(8);
  const sequence = bytes.readDoubleLE(16);
  if (kind === undefined || payloadBytes === 0 || payloadBytes > MAX_PAYLOAD_BYTES) return undefined;
  if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return { kind, payloadBytes, count: bytes.readUInt32LE(12), sequence, payloadCrc: bytes.readUInt32LE(24) };
}

const KIND_OF = Object.fromEntries(Object.entries(FRAME_KINDS).map(([kind, n]) => [n, kind])) as Record<
  number,
  FrameKind | undefined
>;

/** A whole frame around a payload that is given as JSON. */
export function encodeJsonFrame(kind: "series" | "end", value: unknown, sequence: number, segmentId: number): Buffer {
  const frame = Buffer.from(`${" ".repeat(FRAME_HEADER_BYTES)}${JSON.stringify(value)}`);
  encodeFrameHeader(frame, kind, frame.subarray(FRAME_HEADER_BYTES), 0, sequence, segmentId);
  return frame;
}

/** The statements of a frame, or undefined when the payload is not what the header promises. */
export function decodeStatements(payload: Buffer, count: number): readonly Brief[] | undefined {
  const list = parse(payload);
  return Array.isArray(list) && list.length === count ? list : undefined;
}

/** The rows of a frame as quadruples (series, step, value, time), copied out of the payload. */
export function decodeRows(payload: Buffer, count: number, byteOrder: "LE" | "BE"): Float64Array | undefined {
  return payload.length === count * ROW_BYTES ? doublesOf(payload, byteOrder) : undefined;
}

/** The same of a frame of packed rows. */
export function decodePackedRows(payload: Buffer, count: number, byteOrder: "LE" | "BE"): Float64Array | undefined {
  return payload.length % Float64Array.BYTES_PER_ELEMENT === 0
    ? unpackRows(doublesOf(payload, byteOrder), count)
    : undefined;
}

function doublesOf(payload: Buffer, byteOrder: "LE" | "BE"): Float64Array {
  const bytes = new Uint8Array(payload);
  if (byteOrder !== MACHINE_BYTE_ORDER) Buffer.from(bytes.buffer).swap64();
  return new Float64Array(bytes.buffer);
}

export function decodeAnnouncement(payload: Buffer): SeriesAnnouncement | undefined {
  const value = parse(payload) as Partial<SeriesAnnouncement> | undefined;
  const texts = [value?.id, value?.name, value?.activity];
  return Number.isSafeInteger(value?.number) && texts.every((t) => typeof t === "string")
    ? (value as SeriesAnnouncement)
    : undefined;
}

export function decodeEnding(payload: Buffer): "rotate" | "close" | undefined {
  const reason = (parse(payload) as { reason?: unknown } | undefined)?.reason;
  return reason === "rotate" || reason === "close" ? reason : undefined;
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) ?? undefined;
  } catch {
    return undefined;
  }
}

export const MACHINE_BYTE_ORDER: "LE" | "BE" = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "LE" : "BE";
