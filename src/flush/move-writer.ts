import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { ProvenanceError } from "../model/error.ts";
import { DELETIONS_FOLDER } from "../spool/deleted.ts";
import { directoryPaths } from "../spool/directory.ts";
import { type SegmentFile, segmentsAfter } from "../spool/reader.ts";
import { stateClosing } from "./ending.ts";
import { moveSegment } from "./move-segment.ts";
import type { Pass } from "./pass.ts";
import { syncFolder, syncGraphFolders } from "./publish.ts";
import type { SegmentOutcome } from "./report.ts";
import { stateSummaries } from "./summaries.ts";

/**
 * A writer's segments in order. Its stream has ended when it said so, or when it is dead; then all of them go, otherwise the
 * last one with a header stays, because it tells whose stream it is.
 */
export async function moveWriter(pass: Pass, listed: readonly SegmentFile[]): Promise<void> {
  const { directory, spool } = pass;
  const outcomes: SegmentOutcome[] = [];
  const headless: string[] = [];
  const deleted: string[] = [];
  let isComplete = true;
  let isTaken = false;
  let isDead = false;
  for (let segments = listed; segments.length > 0; ) {
    for (const segment of segments) {
      const outcome = pass.signal?.aborted ? "refused" : await moveSegment(pass, segment);
      // Whoever took the last one has stated how the stream ended; nobody can tell from an earlier one.
      if (outcome !== "headless") isTaken = outcome === "taken";
      if (outcome === "refused") isComplete = false;
      else if (outcome === "headless") headless.push(segment.path);
      else if (outcome !== "taken" && outcome.isDeleted) deleted.push(outcome.path);
      else if (outcome !== "taken") outcomes.push(outcome);
      pass.onProgress?.(pass.report);
      if (pass.signal) await turn(); // a signal to the process comes through only between two turns
    }
    const last = outcomes.at(-1);
    isDead = last?.isSettled === true && pass.isDead(last.header);
    // Only a list made after the death is known to be the whole: the writer may have gone on after the first one.
    segments = isDead ? segmentsAfter(spool, segments.at(-1)) : [];
  }
  if (deleted.length > 0) removeDeleted(pass, deleted);
  const last = outcomes.at(-1);
  if (last === undefined) return;
  const done = outcomes.filter(({ isSettled }) => isSettled).map(({ path }) => path);
  const isWhole = isComplete && !isTaken && done.length === outcomes.length;
  if (isWhole && (last.hasEnded || isDead)) {
    if (!last.hasEnded && !hasGoneOn(pass, last))
      stateClosing(directory, last, pass.isProvenDead(last.header) ? "proven" : "declared");
    if (!(await areSummed(pass, last))) done.pop();
    else if (isDead) done.push(...headless);
  } else if (isWhole && isLate(pass, last, listed)) {
    if (!(await areSummed(pass, last))) done.pop();
  } else {
    // Who takes the last one may have stated it before this pass took it back, and goes by it.
    if (pass.retracted.has(last.header.writer) && !isWritten(pass, last)) await areSummed(pass, last);
    if (last.isSettled) done.pop();
  }
  if (done.length === 0) return;
  syncGraphFolders(directory, last.header.execution);
  for (const path of done) rmSync(path, { force: true });
  syncFolder(spool);
}

/** What holds statements of executions that were deleted goes as it is; that they were is on the disk before. */
function removeDeleted({ directory, spool }: Pass, paths: readonly string[]): void {
  syncFolder(join(directoryPaths(directory).graph, DELETIONS_FOLDER));
  for (const path of paths) rmSync(path, { force: true });
  syncFolder(spool);
}

/** The last one of a stream stays until its end is stated: where a later one was moved and is gone, somebody has seen the end. */
function isLate(pass: Pass, last: SegmentOutcome, listed: readonly SegmentFile[]): boolean {
  return hasGoneOn(pass, last) && segmentsAfter(pass.spool, listed.at(-1)).length === 0;
}

/** Whether rows come still: then nobody has seen the stream's end before. */
function isWritten(pass: Pass, { isSettled, path, header }: SegmentOutcome): boolean {
  return !isSettled && existsSync(path) && !pass.isDead(header);
}

/**
 * Whether it is stated what the writer's series come to. Where a file of them cannot be read, its last segment waits until that one is whole again, or moved
 * away: the sum of the others would be none. Each pass names it till then, and moves all else.
 */
async function areSummed({ directory, report }: Pass, { header, path }: SegmentOutcome): Promise<boolean> {
  try {
    await stateSummaries(directory, header);
    return true;
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error; // a disk that takes nothing
    report.refused.push({ path, reason: `the sums of its series wait: ${error.message}` });
    return false;
  }
}

/** Later segments were moved before: this one was delivered late, or a second time. */
function hasGoneOn(pass: Pass, { header, nextSequence }: SegmentOutcome): boolean {
  return pass.coverageOf(header).some(({ last }) => last >= nextSequence);
}
