import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { SequenceRange } from "../spool/coverage.ts";
import { checkDirectory, directoryPaths } from "../spool/directory.ts";
import { writerState } from "../spool/liveness.ts";
import { listSegments, type SegmentFile } from "../spool/reader.ts";
import { stateClosing } from "./ending.ts";
import { syncFolder } from "./graph-file.ts";
import { moveSegment, type SegmentOutcome } from "./move-segment.ts";
import { stateSummaries } from "./summaries.ts";

export interface FlushOptions {
  /** Where the spool is if not in the directory. */
  readonly spool?: string;
  /** Whether the readable part of segments that are still written goes too. Default: true. */
  readonly includesOpen?: boolean;
  /** Called after each segment. */
  readonly onProgress?: (report: FlushReport) => void;
}

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
  /** Segments that could not be read, with the reason; they stay. */
  readonly refused: { readonly path: string; readonly reason: string }[];
}

/**
 * Moves what is in the spool into `graph/` and `series/`, once. Safe at any time, by any number of processes at once, and at any
 * instant stopped: every file is published whole, and the spool's segment goes only after the files made from it are on disk.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`.
 */
export async function flush(directory: string, options: FlushOptions = {}): Promise<FlushReport> {
  checkDirectory(directory);
  const { includesOpen = true, onProgress } = options;
  const spool = options.spool ?? directoryPaths(directory).spool;
  const report: FlushReport = {
    segments: 0,
    statements: 0,
    rows: 0,
    quads: 0,
    quarantined: 0,
    lostStatements: 0,
    lostRows: 0,
    damaged: 0,
    refused: [],
  };
  for (const segments of byWriter(listSegments(spool))) {
    await moveWriter(directory, segments, includesOpen, report, onProgress);
  }
  return report;
}

function* byWriter(segments: readonly SegmentFile[]): Generator<SegmentFile[]> {
  for (let start = 0; start < segments.length; ) {
    let end = start;
    while (segments[end]?.writer === segments[start]?.writer) end++;
    yield segments.slice(start, end);
    start = end;
  }
}

/** A writer's segments in order; its stream has ended when it said so, or when it is proven dead. */
async function moveWriter(
  directory: string,
  segments: readonly SegmentFile[],
  includesOpen: boolean,
  report: FlushReport,
  onProgress: FlushOptions["onProgress"],
): Promise<void> {
  const coverage = new Map<string, SequenceRange[]>();
  const done: SegmentFile[] = [];
  let last: SegmentOutcome | undefined;
  for (const segment of segments) {
    last = await moveSegment(directory, segment, coverage, includesOpen, report);
    if (last === undefined) continue; // refused or taken: what follows does not wait for it
    report.segments++;
    if (last.isSettled) done.push(segment);
    onProgress?.(report);
  }
  if (last?.hasEnded || (last?.isSettled && writerState(last.header) === "dead")) {
    await stateSummaries(directory, last.header);
    if (!last.hasEnded) stateClosing(directory, last);
  } else if (last?.isSettled) {
    done.pop(); // the last segment of a writer that may live tells readers of it
  }
  for (const segment of done) rmSync(segment.path, { force: true });
  if (done[0]) syncFolder(dirname(done[0].path));
}
