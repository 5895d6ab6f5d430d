import { closeSync, fstatSync, readSync } from "node:fs";
import { ProvenanceError } from "../model/error.ts";
import { ROW_FIELDS } from "../model/row.ts";
import { SegmentDamage } from "./damage.ts";
import type { HeaderBlock, SegmentHeader } from "./format.ts";
import {
  decodeAnnouncement,
  decodeEnding,
  decodeFrameHeader,
  decodePackedRows,
  decodeRows,
  decodeStatements,
  FRAME_HEADER_BYTES,
  type SeriesAnnouncement,
} from "./frame.ts";
import type { Damage, Frame, ReadingPlace, ReadOptions, SegmentReading } from "./reading.ts";
import { type Scanned, scanFrames } from "./scan.ts";
import { SequenceTrack } from "./sequence.ts";
import { FileWindow } from "./window.ts";

/** Reads an open file whose header block is known. */
export class SegmentReader implements SegmentReading {
  readonly path: string;
  readonly header: SegmentHeader;
  readonly sealed: boolean;
  readonly goesOn: boolean;
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly damage: readonly Damage[];
  ended: boolean;
  readonly #fd: number;
  readonly #block: HeaderBlock;
  readonly #mentions: ReadOptions["mentions"];
  /** Sealed, or its writer is dead: nobody will overwrite what is damaged. */
  readonly #isSettled: boolean;
  readonly #track: SequenceTrack;
  readonly #damaged: SegmentDamage;
  readonly #announced: Set<number>;
  #lastFrame: ReadingPlace["lastFrame"] | undefined;
  /** Where the reading begins, and how far it has come. */
  #offset: number;
  #later: Map<number, SeriesAnnouncement> | undefined;
  #isEndSeen = false;
  #isClosed = false;

  constructor(fd: number, path: string, block: HeaderBlock, { dead, from, mentions }: ReadOptions) {
    this.#mentions = mentions;
    this.#fd = fd;
    this.path = path;
    this.#block = block;
    this.header = block.header;
    this.sealed = path.endsWith(".seg");
    this.lostStatements = block.status.lostStatements;
    this.lostRows = block.status.lostRows;
    this.ended = block.status.ending === "close";
    this.#isSettled = this.sealed || dead === true;
    const place = from && isStillThere(fd, block, from) ? from : undefined;
    this.goesOn = place !== undefined;
    this.#track = new SequenceTrack(place?.sequence ?? block.header.sequence);
    this.#damaged = new SegmentDamage(block, this.#track, this.sealed);
    this.damage = this.#damaged.list;
    this.#announced = new Set(place?.announced);
    this.#offset = place?.offset ?? block.blockBytes;
    this.#lastFrame = place?.lastFrame;
    if (this.#isSettled) this.#damaged.nameCopies();
  }

  get nextSequence(): number {
    return this.#track.next;
  }

  get tornBytes(): number {
    return this.#damaged.tornBytes;
  }

  get place(): ReadingPlace | undefined {
    if (this.#lastFrame === undefined || this.damage.length > 0 || this.#isEndSeen) return undefined;
    const { segmentId } = this.#block;
    const [offset, sequence] = [this.#offset, this.nextSequence];
    return { segmentId, offset, sequence, announced: this.#announced, lastFrame: this.#lastFrame };
  }

  *frames(): Generator<Frame, void, void> {
    if (this.#isClosed)
      throw new ProvenanceError(
        "bad-argument",
        `${this.path}: the frames of a segment are read once; read the segment anew`,
      );
    try {
      const end = fstatSync(this.#fd).size;
      for (const scanned of this.#scan(this.#offset, end)) {
        if (scanned.what === "damage") this.#damaged.nameBytes(scanned);
        else if (this.#isSettled || scanned.header.sequence >= this.#track.next) {
          this.#lastFrame = { offset: scanned.from, payloadCrc: scanned.header.payloadCrc };
          this.#offset = scanned.to;
          yield* this.#decode(scanned, end);
        } else return; // an open segment is read as far as it is in order
      }
      if (this.#isSettled) this.#damaged.settle({ end, isEndSeen: this.#isEndSeen });
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#fd);
  }

  #scan(from: number, to: number): Generator<Scanned, void, void> {
    const range = { segmentId: this.#block.segmentId, from, to, stopsAtDamage: !this.#isSettled };
    return scanFrames(new FileWindow(this.#fd, to - from), range);
  }

  *#decode(scanned: Scanned & { what: "frame" }, end: number): Generator<Frame, void, void> {
    const { header, payload } = scanned;
    const place = this.#track.take(header.sequence, header.count);
    this.#damaged.nameOrder(scanned, place);
    if (place.order === "repeated") return;
    switch (header.kind) {
      case "statements": {
        if (this.#mentions?.some((text) => payload.includes(text)) === false) return;
        const statements = decodeStatements(payload, header.count);
        if (statements) yield { kind: "statements", sequence: header.sequence, statements };
        else this.#damaged.nameFrame(scanned, "a frame of statements does not hold what its header says");
        return;
      }
      case "rows":
      case "packedRows": {
        const decode = header.kind === "rows" ? decodeRows : decodePackedRows;
        const rows = decode(payload, header.count, this.header.byteOrder);
        if (rows) yield* this.#knownRows(scanned, rows, end);
        else this.#damaged.nameFrame(scanned, "a frame of rows does not hold what its header says");
        return;
      }
      case "series": {
        const announcement = decodeAnnouncement(payload);
        if (announcement) yield this.#announce(announcement);
        else this.#damaged.nameFrame(scanned, "an announcement of a series cannot be read");
        return;
      }
      case "end":
        this.#isEndSeen = true;
        if (decodeEnding(payload) === "close") this.ended = true;
        return;
      default:
        header.kind satisfies never;
    }
  }

  #announce(announcement: SeriesAnnouncement): Frame {
    this.#announced.add(announcement.number);
    const { number, id, name, activity } = announcement;
    return { kind: "series", number, id, name, activity };
  }

  /** The rows whose series is announced, if need be by the second copy further on; the others are named. */
  *#knownRows(scanned: Scanned & { what: "frame" }, rows: Float64Array, end: number): Generator<Frame, void, void> {
    const { sequence } = scanned.header;
    for (const number of unannounced(rows, this.#announced)) {
      const announcement = this.#laterAnnouncements(scanned.to, end).get(number);
      if (announcement) yield this.#announce(announcement);
    }
    if (unannounced(rows, this.#announced).size === 0) {
      yield { kind: "rows", sequence, rows };
      return;
    }
    const isKnown = (row: number) => this.#announced.has(rows[row * ROW_FIELDS] as number);
    const count = rows.length / ROW_FIELDS;
    for (let first = 0, next = 0; first < count; first = next) {
      const known = isKnown(first);
      for (next = first + 1; next < count && isKnown(next) === known; ) next++;
      if (known)
        yield { kind: "rows", sequence: sequence + first, rows: rows.subarray(first * ROW_FIELDS, next * ROW_FIELDS) };
      else this.#damaged.nameRows(scanned, sequence + first, sequence + next - 1);
    }
  }

  #laterAnnouncements(from: number, end: number): ReadonlyMap<number, SeriesAnnouncement> {
    if (this.#later) return this.#later;
    this.#later = new Map();
    for (const scanned of this.#scan(from, end)) {
      if (scanned.what !== "frame" || scanned.header.kind !== "series") continue;
      const announcement = decodeAnnouncement(scanned.payload);
      if (announcement) this.#later.set(announcement.number, announcement);
    }
    return this.#later;
  }
}

function isStillThere(fd: number, { segmentId }: HeaderBlock, { lastFrame, ...place }: ReadingPlace): boolean {
  if (place.segmentId !== segmentId) return false;
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES);
  const read = readSync(fd, bytes, 0, bytes.length, lastFrame.offset);
  return decodeFrameHeader(bytes.subarray(0, read), segmentId)?.payloadCrc === lastFrame.payloadCrc;
}

function unannounced(rows: Float64Array, announced: ReadonlySet<number>): Set<number> {
  const missing = new Set<number>();
  for (let at = 0; at < rows.length; at += ROW_FIELDS) {
    const number = rows[at] as number;
    if (!announced.has(number)) missing.add(number);
  }
  return missing;
}
