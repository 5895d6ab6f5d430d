import { crc32 } from "node:zlib";
import { decodeFrameHeader, FRAME_HEADER_BYTES, FRAME_MAGIC, type FrameHeader, MAX_PAYLOAD_BYTES } from "./frame.ts";
import type { FileWindow } from "./window.ts";

/** A frame whose check sums hold, or bytes that are none. */
export type Scanned =
  | {
      readonly what: "frame";
      readonly from: number;
      readonly to: number;
      readonly header: FrameHeader;
      readonly payload: Buffer;
    }
  /** `header` is there when it was whole and only the payload is not; `isTail`: the bytes end the file, and no frame is complete in them. */
  | {
      readonly what: "damage";
      readonly from: number;
      readonly to: number;
      readonly header?: FrameHeader;
      readonly isTail: boolean;
    };

export interface ScanRange {
  readonly segmentId: number;
  readonly from: number;
  readonly to: number;
  /** What ends the scan at the first byte that is no frame: a living writer may be about to overwrite it. */
  readonly stopsAtDamage: boolean;
}

/** The frames of a segment in file order. A payload is valid until the next one is asked for. */
export function* scanFrames(window: FileWindow, range: ScanRange): Generator<Scanned, void, void> {
  let at = range.from;
  while (at < range.to) {
    const found = frameAt(window, at, range);
    if (found?.payload) {
      yield { what: "frame", from: at, to: found.to, header: found.header, payload: found.payload };
      at = found.to;
      continue;
    }
    if (range.stopsAtDamage) return;
    // A header that is whole tells where the next frame starts; without one the next magic does.
    const isComplete = found !== undefined && found.to <= range.to;
    const to = isComplete ? found.to : nextFrame(window, at + 1, range);
    const header = found === undefined ? {} : { header: found.header };
    yield { what: "damage", from: at, to, isTail: to === range.to && !isComplete, ...header };
    at = to;
  }
}

/** The frame at an offset: undefined without a whole header, its payload only when that is whole too. */
function frameAt(
  window: FileWindow,
  at: number,
  range: ScanRange,
): { header: FrameHeader; to: number; payload?: Buffer } | undefined {
  const header = decodeFrameHeader(window.read(at, Math.min(FRAME_HEADER_BYTES, range.to - at)), range.segmentId);
  if (!header) return undefined;
  const to = at + FRAME_HEADER_BYTES + header.payloadBytes;
  if (to > range.to) return { header, to };
  const payload = window.read(at + FRAME_HEADER_BYTES, header.payloadBytes);
  const isWhole = payload.length === header.payloadBytes && crc32(payload, range.segmentId) === header.payloadCrc;
  return isWhole ? { header, to, payload } : { header, to };
}

/** Where the next whole frame header starts, or the end of the range. */
function nextFrame(window: FileWindow, from: number, range: ScanRange): number {
  let at = from;
  while (at < range.to) {
    const bytes = window.read(at, Math.min(MAX_PAYLOAD_BYTES, range.to - at));
    if (bytes.length < FRAME_HEADER_BYTES) return range.to;
    const magic = bytes.indexOf(FRAME_MAGIC);
    if (magic < 0) {
      at += bytes.length - FRAME_MAGIC.length + 1;
      continue;
    }
    at += magic;
    if (decodeFrameHeader(window.read(at, Math.min(FRAME_HEADER_BYTES, range.to - at)), range.segmentId)) return at;
    at++;
  }
  return range.to;
}
