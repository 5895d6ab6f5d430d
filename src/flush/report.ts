import type { SegmentHeader } from "../spool/format.ts";

/** What one pass over the spool did. */
export interface FlushReport {
  segments: number;
  statements: number;
  rows: number;
  quads: number;
  /** Statements that no graph can hold; they lie in `quarantine/` with the reason. */
  quarantined: number;
  /** What writers counted as lost, and frames that damage cost. */
  lostStatements: number;
  lostRows: number;
  damaged: number;
  /** Segments that stay, with the reason: they could not be read, or a file with rows of their writer could not. */
  readonly refused: { readonly path: string; readonly reason: string }[];
}

/** What is known of a segment whose readable part has been moved. */
export interface SegmentOutcome {
  /** Where it lies now: it may have been sealed since it was listed. */
  readonly path: string;
  readonly header: SegmentHeader;
  /** Nobody writes it any more, and all of it is in `graph/` and `series/`. */
  readonly isSettled: boolean;
  /** The writer itself said that its stream ends here. */
  readonly hasEnded: boolean;
  /** One more than the last sequence number that it used. */
  readonly nextSequence: number;
  /** The latest time that a statement or row of it names, or else that of its header; milliseconds since 1970. */
  readonly lastTime: number;
  /** Its execution was deleted: what it holds is not moved, and goes. */
  readonly isDeleted?: true;
}
