import { existsSync, statSync } from "node:fs";
import { ProvenanceError } from "../model/error.ts";
import { AnnouncedSeries } from "../spool/announced-series.ts";
import { checkHeader, readSegment, type SegmentFile, type SegmentReading } from "../spool/reader.ts";
import { stateLoss } from "./ending.ts";
import { Mover } from "./mover.ts";
import type { Pass } from "./pass.ts";
import type { RememberedSegment } from "./remembered.ts";
import type { SegmentOutcome } from "./report.ts";

/**
 * Moves what a segment holds and no graph file covers yet. `taken`: another flusher was quicker. `headless`: its writer has not
 * written the header, and maybe never will. `refused`: it cannot be read; it stays, and the report says why.
 */
export async function moveSegment(
  pass: Pass,
  segment: SegmentFile,
): Promise<SegmentOutcome | "taken" | "headless" | "refused"> {
  let reading: SegmentReading | undefined;
  try {
    const known = pass.remembered?.of(segment);
    const mayRest = known !== undefined && known.outcome.path === segment.path && !isNewlyDead(pass, known);
    if (mayRest && pass.remembered?.isDue(segment.path, known) === false) return known.outcome;
    const from = known?.place === undefined ? {} : { from: known.place };
    reading = readSegment(segment.path, from);
    const isDead = reading !== undefined && !reading.sealed && pass.isDead(reading.header);
    if (isDead) {
      reading?.close();
      reading = readSegment(segment.path, { ...from, dead: true });
    }
    if (reading === undefined) return existsSync(segment.path) ? "headless" : "taken";
    const { path, header } = reading;
    checkHeader(segment, header);
    const isSettled = reading.sealed || isDead;
    const isDeleted = pass.deleted.has(header.execution);
    if (isDeleted && isSettled)
      return { path, header, isSettled, hasEnded: true, lastTime: 0, nextSequence: 0, isDeleted };
    if (!isSettled && (isDeleted || !pass.includesOpen))
      return { path, header, isSettled, hasEnded: false, lastTime: header.createdAt, nextSequence: header.sequence };
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const series = reading.goesOn ? (known?.series ?? new AnnouncedSeries()) : new AnnouncedSeries();
    const covered = reading.goesOn ? [] : pass.coverageOf(header);
    const mover = new Mover({
      ...{ ...pass, header, series, covered, isSummarised: pass.isSummarised(header) },
      onRetracted: () => pass.retracted.add(header.writer),
    });
    for (const frame of reading.frames()) await mover.take(frame);
    await mover.publish();
    if (isSettled) stateLoss(pass.directory, reading, pass.report);
    pass.report.segments++;
    const times = [mover.lastTime, known?.outcome.lastTime].filter((time) => time !== undefined);
    const lastTime = times.length > 0 ? Math.max(...times) : header.createdAt;
    const { ended: hasEnded, nextSequence } = reading;
    const outcome = { path, header, isSettled, hasEnded, lastTime, nextSequence };
    pass.remembered?.set(segment, { outcome, bytes, movedAt: pass.remembered.now, place: reading.place, series });
    return outcome;
  } catch (error) {
    // A disk that takes nothing stops the flusher; what only this segment holds, or a disk that does not give it back, this segment.
    const { syscall } = error as NodeJS.ErrnoException;
    if (!(error instanceof ProvenanceError) && syscall !== undefined && syscall !== "read") throw error;
    pass.report.refused.push({ path: segment.path, reason: (error as Error).message });
    return "refused";
  } finally {
    reading?.close();
  }
}

function isNewlyDead(pass: Pass, { outcome }: RememberedSegment): boolean {
  return !outcome.isSettled && pass.isDead(outcome.header);
}
