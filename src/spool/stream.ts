import { performance } from "node:perf_hooks";
import { ProvenanceError } from "../model/error.ts";
import { ROW_FIELDS, type SeriesDescription } from "../model/row.ts";
import { Announcements } from "./announcements.ts";
import { type SpoolFaults, spoolFault, type Written } from "./faults.ts";
import { SegmentFolder } from "./folder.ts";
import { type Ending, encodeHeaderBlock, SEGMENT_FORMAT, type SegmentHeader } from "./format.ts";
import {
  encodeFrameHeader,
  encodeJsonFrame,
  FRAME_HEADER_BYTES,
  MACHINE_BYTE_ORDER,
  type SeriesAnnouncement,
} from "./frame.ts";
import { processIdentity } from "./liveness.ts";
import type { SettledOptions } from "./options.ts";
import { Room } from "./room.ts";
import type { OpenSegment } from "./segment.ts";

/** A broken segment is given up, and a removed one looked for, at most this often. */
const SECOND_LOOK_MS = 1000;
const DISK_IS_FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "spool-full"]);

/** The kinds of frame that hold something. */
type ItemFrame = "statements" | "rows" | "packedRows";

/** A writer's frames one after the other over its segments, under one counter of statements and rows. */
export class SegmentStream {
  readonly #options: SettledOptions;
  readonly #faults: SpoolFaults;
  readonly #folder: SegmentFolder;
  readonly #identity = processIdentity();
  readonly #room: Room;
  readonly #announcements = new Announcements();
  #segment: OpenSegment | undefined;
  #segments = 0;
  #bytesWritten = 0;
  #sequence = 0;
  /** Losses that no segment has counted yet. */
  #uncounted = { statements: 0, rows: 0 };
  #abandonedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = 0;

  constructor(options: SettledOptions, faults: SpoolFaults) {
    this.#options = options;
    this.#faults = faults;
    this.#folder = new SegmentFolder(options);
    this.#room = new Room(options.spool, options.spoolBytes, options.freeSpaceBytes);
    if (!encodeHeaderBlock(this.#header(), 0)) {
      throw new ProvenanceError(
        "bad-option",
        "spool options base and root are too long to stand in a segment's header; shorten them",
      );
    }
  }

  get segments(): number {
    return this.#segments;
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  series(description: SeriesDescription): number {
    return this.#announcements.add(description);
  }

  /**
   * Appends a frame of so many bytes, with a payload in place, that holds the first `end` doubles of `rows`, and what it needs before it.
   * False: nothing is written.
   */
  rows(frame: Uint8Array, bytes: number, kind: "rows" | "packedRows", rows: Float64Array, end: number): boolean {
    try {
      const segment = this.#ready(bytes, "rows");
      this.#announcements.before(rows, end, segment.bytes, (announcement) => this.#announce(segment, announcement));
      this.#append(segment, frame, bytes, end / ROW_FIELDS, kind);
      return true;
    } catch (error) {
      this.#failed(error, "rows", bytes);
      return false;
    }
  }

  /** Appends a frame of statements of so many bytes; tries it once more when the disk refuses it. False: nothing is written. */
  statements(frame: Uint8Array, bytes: number, count: number): boolean {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        this.#append(this.#ready(bytes, "statements"), frame, bytes, count, "statements");
        return true;
      } catch (error) {
        this.#failed(error, "statements", bytes);
      }
    }
    return false;
  }

  /** What is lost uses up its sequence numbers, so that the gap shows, and is counted in the segment's header. */
  lost(statements: number, rows: number): void {
    this.#sequence += statements + rows;
    if (this.#segment && this.#segment.bytes > 0) {
      this.#segment.lost(statements, rows);
    } else {
      this.#uncounted.statements += statements;
      this.#uncounted.rows += rows;
    }
  }

  /** Brings everything written so far to the disk itself. */
  sync(): void {
    try {
      this.#segment?.sync();
      this.#folder.sync();
    } catch (error) {
      this.#failed(error, "statements", 0);
    }
  }

  /** States the end of the stream, in a segment of its own where the last one is already sealed. */
  close(): void {
    if (this.#segments === 0) return;
    try {
      this.#segment ??= this.#create();
      if (this.#segment.bytes === 0) this.#begin(this.#segment);
    } catch (error) {
      this.#faults.note(error, "statements");
    }
    this.#seal("close");
  }

  #append(segment: OpenSegment, frame: Uint8Array, bytes: number, count: number, kind: ItemFrame): void {
    encodeFrameHeader(frame, kind, frame.subarray(FRAME_HEADER_BYTES, bytes), count, this.#sequence, segment.id);
    segment.append(frame, bytes, kind === "statements" ? "sync" : "later");
    this.#sequence += count;
    this.#bytesWritten += bytes;
    this.#faults.wentWell(kind === "statements" ? kind : "rows");
  }

  #announce(segment: OpenSegment, announcement: SeriesAnnouncement): void {
    const frame = encodeJsonFrame("series", announcement, this.#sequence, segment.id);
    segment.append(frame, frame.length, "later");
    this.#bytesWritten += frame.length;
  }

  /** A segment that takes a frame of so many bytes. Throws the file system's error, or `spool-full`. */
  #ready(bytes: number, what: Written): OpenSegment {
    this.#folder.make();
    const refusal = this.#room.refusal(this.#segment?.bytes ?? 0, bytes, what);
    if (refusal !== undefined) throw spoolFault("spool-full", refusal);
    if (this.#segment) this.#leaveInTime(this.#segment, bytes);
    this.#segment ??= this.#create();
    if (this.#segment.bytes === 0) this.#begin(this.#segment);
    return this.#segment;
  }

  /** Seals the segment when it is full, drops it when someone has removed it. */
  #leaveInTime(segment: OpenSegment, bytes: number): void {
    const now = performance.now();
    if (now - this.#lookedAt >= SECOND_LOOK_MS) {
      this.#lookedAt = now;
      if (segment.isGone) {
        this.#segment = undefined;
        segment.discard();
        this.#folder.makeAnew();
        return;
      }
    }
    if (segment.bytes > segment.headerBytes && segment.bytes + bytes > this.#options.segmentBytes) this.#seal("rotate");
  }

  #create(): OpenSegment {
    const segment = this.#folder.open(this.#segments);
    this.#segments++;
    return segment;
  }

  #begin(segment: OpenSegment): void {
    segment.begin(this.#header(), this.#uncounted.statements, this.#uncounted.rows);
    this.#uncounted = { statements: 0, rows: 0 };
    this.#bytesWritten += segment.bytes;
    this.#announcements.begin(this.#segments);
  }

  #header(): SegmentHeader {
    const { writer, execution, base, root, recorder } = this.#options;
    return {
      format: SEGMENT_FORMAT,
      writer,
      segment: Math.max(this.#segments - 1, 0),
      sequence: this.#sequence,
      execution,
      base,
      root,
      createdAt: performance.timeOrigin + performance.now(),
      ...this.#identity,
      recorder,
      byteOrder: MACHINE_BYTE_ORDER,
    };
  }

  #seal(ending: Ending): void {
    const segment = this.#segment;
    if (!segment) return;
    this.#segment = undefined;
    if (segment.bytes === 0) {
      segment.discard();
      return;
    }
    try {
      this.#announcements.last(segment.bytes, (announcement) => this.#announce(segment, announcement));
    } catch {
      // They are second copies.
    }
    const before = segment.bytes;
    const { path, errors } = segment.seal(ending, this.#sequence);
    this.#bytesWritten += segment.bytes - before;
    this.#room.sealed(path, segment.bytes);
    this.#folder.sealed(path);
    if (errors.length > 0) this.#faults.note(errors[0], "statements");
  }

  /** Gives a segment up that may not grow (EFBIG), or on which the disk reports anything but that it is full. */
  #failed(error: unknown, what: Written, frameBytes: number): void {
    const code = this.#faults.note(error, what);
    if (!this.#segment || DISK_IS_FULL.has(code)) return;
    // Under a limit on a file's size the next one takes at least what this one took.
    const isOutgrown = code === "EFBIG" && this.#segment.bytes - this.#segment.headerBytes >= frameBytes;
    if (!isOutgrown && performance.now() - this.#abandonedAt < SECOND_LOOK_MS) return;
    this.#abandonedAt = performance.now();
    this.#seal("rotate");
  }
}
