import { existsSync } from "node:fs";
import { ProvenanceError } from "../model/error.ts";
import { readCoverage, type SequenceRange } from "../spool/coverage.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { writerState } from "../spool/liveness.ts";
import { readSegment, type SegmentFile, type SegmentReading } from "../spool/reader.ts";
import { stateLoss } from "./ending.ts";
import { Mover } from "./mover.ts";
import type { FlushReport, SegmentOutcome } from "./report.ts";

/**
 * Moves what a segment holds and no graph file covers yet. `taken`: another flusher was quicker. `headless`: its writer has not
 * written the header, and maybe never will. `refused`: it cannot be read; it stays, and the report says why.
 */
export async function moveSegment(
  directory: string,
  segment: SegmentFile,
  coverage: Map<string, SequenceRange[]>,
  includesOpen: boolean,
  report: FlushReport,
): Promise<SegmentOutcome | "taken" | "headless" | "refused"> {
  let reading: SegmentReading | undefined;
  try {
    reading = readSegment(segment.path);
    const isDead = reading !== undefined && !reading.sealed && writerState(reading.header) === "dead";
    if (isDead) {
      reading?.close();
      reading = readSegment(segment.path, { dead: true });
    }
    if (reading === undefined) return existsSync(segment.path) ? "headless" : "taken";
    const { path, header } = reading;
    checkHeader(segment, header);
    const isSettled = reading.sealed || isDead;
    if (!isSettled && !includesOpen) return { path, header, isSettled, hasEnded: false, lastTime: header.createdAt };
    if (coverage.size === 0) {
      for (const [writer, ranges] of readCoverage(directoryPaths(directory).graph, header.execution))
        coverage.set(writer, ranges);
    }
    const mover = new Mover(directory, header, coverage.get(header.writer) ?? [], report);
    for (const frame of reading.frames()) await mover.take(frame);
    await mover.publish();
    if (isSettled) stateLoss(directory, reading, report);
    report.segments++;
    return { path, header, isSettled, hasEnded: reading.ended, lastTime: mover.lastTime ?? header.createdAt };
  } catch (error) {
    // A disk that does not give the segment's bytes back stops this segment, one that takes none stops the flusher.
    const isUnreadable = (error as NodeJS.ErrnoException).syscall === "read";
    if (!(error instanceof ProvenanceError) && !isUnreadable) throw error;
    report.refused.push({ path: segment.path, reason: (error as Error).message });
    return "refused";
  } finally {
    reading?.close();
  }
}

/** The header's names become names of files. */
function checkHeader({ path, writer }: SegmentFile, header: SegmentHeader): void {
  if (header.writer === writer && /^[\w-]+$/.test(header.execution)) return;
  throw new ProvenanceError(
    "corrupt",
    `${path}: its header names writer ${JSON.stringify(header.writer)} and execution ${JSON.stringify(header.execution)}; give the file back its name, or move it away`,
  );
}
