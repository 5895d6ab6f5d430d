import type { Brief } from "../model/brief.ts";
import type { SegmentHeader } from "./format.ts";
import type { SeriesAnnouncement } from "./frame.ts";

export type Frame =
  | { readonly kind: "statements"; readonly sequence: number; readonly statements: readonly Brief[] }
  /** Quadruples series number, step, value, time; the first row has the sequence number, the next ones those after it. */
  | { readonly kind: "rows"; readonly sequence: number; readonly rows: Float64Array }
  /** Comes before the first row of the series, and may come again. */
  | ({ readonly kind: "series" } & SeriesAnnouncement);

/** Bytes of a segment that could not be read, or not be read as they stand. */
export interface Damage {
  /** The byte range `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** The sequence numbers of the statements and rows that it cost, both included; absent when it cost none, or nobody knows. */
  readonly firstSequence?: number;
  readonly lastSequence?: number;
  /** What it cost; absent where both may have gone, or nobody knows. */
  readonly cost?: "statements" | "rows";
}

export interface ReadOptions {
  /** The writer is proven dead: an open segment is read like a sealed one, and a torn tail is cut. */
  readonly dead?: boolean;
  /** Where an earlier reading of the segment stopped. It counts only if the segment still holds what was read last. */
  readonly from?: ReadingPlace;
  /** Only statements of frames whose payload holds one of these texts; the others are passed over unread. */
  readonly mentions?: readonly string[];
}

/** How far a segment has been read. What lies before was whole and in order, and is never written again. */
export interface ReadingPlace {
  readonly segmentId: number;
  /** The end of the last whole frame. */
  readonly offset: number;
  /** The sequence number that comes next. */
  readonly sequence: number;
  /** The numbers of the series that were announced before. */
  readonly announced: ReadonlySet<number>;
  /** That frame's start and check sum: a writer cuts away a whole frame that the disk would not keep, and writes another one there. */
  readonly lastFrame: { readonly offset: number; readonly payloadCrc: number };
}

/** What a segment holds. `damage`, `ended`, `nextSequence` and `tornBytes` are complete once `frames()` has been read to its end. */
export interface SegmentReading {
  readonly path: string;
  readonly header: SegmentHeader;
  readonly sealed: boolean;
  /** It begins at the place that was given, not at the first frame. */
  readonly goesOn: boolean;
  /** What the writer counted as lost. */
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly damage: readonly Damage[];
  /** Whether the writer's stream ended in this segment: it said so itself. */
  readonly ended: boolean;
  /** One more than the last sequence number that this segment used. */
  readonly nextSequence: number;
  /** Where a later reading goes on; undefined where nothing was read, or not all of it was whole. */
  readonly place: ReadingPlace | undefined;
  /** The torn tail of a dead writer's segment: nothing that was acknowledged. */
  readonly tornBytes: number;
  /** To be read once; closes the file at its end. */
  frames(): Generator<Frame, void, void>;
  close(): void;
}
