import { rmSync } from "node:fs";
import type { SequenceRange } from "../spool/coverage.ts";
import { checkDirectory, directoryPaths } from "../spool/directory.ts";
import { writerState } from "../spool/liveness.ts";
import { listSegments, type SegmentFile } from "../spool/reader.ts";
import { stateClosing } from "./ending.ts";
import { moveSegment } from "./move-segment.ts";
import { syncFolder, syncGraphFolders } from "./publish.ts";
import type { FlushReport, SegmentOutcome } from "./report.ts";
import { stateSummaries } from "./summaries.ts";

export interface FlushOptions {
  /** Where the spool is if not in the directory. */
  readonly spool?: string;
  /** Whether the readable part of segments that are still written goes too. Default: true. */
  readonly includesOpen?: boolean;
  /** Called after each segment. */
  readonly onProgress?: (report: FlushReport) => void;
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
    await moveWriter({ directory, spool, includesOpen, report, onProgress }, segments);
  }
  return report;
}

interface Pass {
  readonly directory: string;
  readonly spool: string;
  readonly includesOpen: boolean;
  readonly report: FlushReport;
  readonly onProgress: FlushOptions["onProgress"];
}

function* byWriter(segments: readonly SegmentFile[]): Generator<SegmentFile[]> {
  for (let start = 0; start < segments.length; ) {
    let end = start;
    while (segments[end]?.writer === segments[start]?.writer) end++;
    yield segments.slice(start, end);
    start = end;
  }
}

/**
 * A writer's segments in order. Its stream has ended when it said so, or when it is proven dead; then all of them go, otherwise the
 * last one with a header stays, because it tells whose stream it is.
 */
async function moveWriter(pass: Pass, listed: readonly SegmentFile[]): Promise<void> {
  const { directory, spool, includesOpen, report, onProgress } = pass;
  const coverage = new Map<string, SequenceRange[]>();
  const outcomes: SegmentOutcome[] = [];
  const headless: string[] = [];
  let isComplete = true;
  let isTaken = false;
  let isDead = false;
  for (let segments = listed; segments.length > 0; ) {
    for (const segment of segments) {
      const outcome = await moveSegment(directory, segment, coverage, includesOpen, report);
      // Whoever took the last one has stated how the stream ended; nobody can tell from an earlier one.
      if (outcome !== "headless") isTaken = outcome === "taken";
      if (outcome === "refused") isComplete = false;
      else if (outcome === "headless") headless.push(segment.path);
      else if (outcome !== "taken") outcomes.push(outcome);
      onProgress?.(report);
    }
    const last = outcomes.at(-1);
    isDead = last?.isSettled === true && writerState(last.header) === "dead";
    // Only a list made after the death is known to be the whole: the writer may have gone on after the first one.
    segments = isDead ? segmentsAfter(spool, segments.at(-1)) : [];
  }
  const last = outcomes.at(-1);
  if (last === undefined) return;
  const done = outcomes.filter(({ isSettled }) => isSettled).map(({ path }) => path);
  if (isComplete && !isTaken && done.length === outcomes.length && (last.hasEnded || isDead)) {
    await stateSummaries(directory, last.header);
    if (!last.hasEnded) stateClosing(directory, last);
    if (isDead) done.push(...headless);
  } else if (last.isSettled) {
    done.pop();
  }
  if (done.length === 0) return;
  syncGraphFolders(directory, last.header.execution);
  for (const path of done) rmSync(path, { force: true });
  syncFolder(spool);
}

function segmentsAfter(spool: string, last: SegmentFile | undefined): SegmentFile[] {
  return listSegments(spool).filter(
    ({ writer, segment }) => last !== undefined && writer === last.writer && segment > last.segment,
  );
}
