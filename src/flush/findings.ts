import type { Brief, BriefDigest, BriefTree } from "../model/brief.ts";
import { isCovered, readCoverage } from "../spool/coverage.ts";
import { checkDirectory, directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { writerState } from "../spool/liveness.ts";
import { checkHeader, listSegments, readSegment, type SegmentFile } from "../spool/reader.ts";
import { digestLater } from "./digest.ts";
import { digestTreeLater } from "./tree.ts";

/** What stands in a request to digest a file or a directory, in any writer's JSON. */
const REQUESTS = ['"digest"', '"tree"'];

/**
 * Finds out what statements in the spool leave to the flusher, of streams that nobody writes any more: the digests of large files and of directories. All else waits for
 * a flush; whoever reads the spool itself then knows as much as if there had been one. What cannot be read is left to it, too, and told by it.
 */
export async function stateFindings(directory: string, spool: string = directoryPaths(directory).spool): Promise<void> {
  checkDirectory(directory);
  for (const segment of listSegments(spool)) {
    try {
      await stateOf(directory, segment);
    } catch (error) {
      const { syscall } = error as NodeJS.ErrnoException;
      if (syscall !== undefined && syscall !== "read") throw error; // a disk that takes nothing
    }
  }
}

async function stateOf(directory: string, segment: SegmentFile): Promise<void> {
  const reading = readSegment(segment.path, { mentions: REQUESTS });
  if (reading === undefined) return;
  try {
    const { header, sealed } = reading;
    checkHeader(segment, header);
    if (!sealed && writerState(header) !== "dead") return;
    const covered = readCoverage(directoryPaths(directory).graph, header.execution).get(header.writer);
    for (const frame of reading.frames()) {
      if (frame.kind !== "statements") continue;
      const { sequence, statements } = frame;
      if (isCovered(covered, { first: sequence, last: sequence + statements.length - 1 })) continue;
      for (const [i, brief] of statements.entries()) await stateOne(directory, header, brief, sequence + i);
    }
  } finally {
    reading.close();
  }
}

async function stateOne(directory: string, header: SegmentHeader, brief: Brief, sequence: number): Promise<void> {
  try {
    if (brief.kind === "digest") digestLater(directory, header, brief as BriefDigest, sequence);
    if (brief.kind === "tree") await digestTreeLater(directory, header, brief as BriefTree, sequence);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error; // else the statement's fault
  }
}
