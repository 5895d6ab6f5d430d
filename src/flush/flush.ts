import { checkDirectory, directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { listSegments, segmentsByWriter } from "../spool/reader.ts";
import { completeDeletions } from "./deletion.ts";
import { moveWriter } from "./move-writer.ts";
import { newPass } from "./pass.ts";
import type { RememberedSegments } from "./remembered.ts";
import type { FlushReport } from "./report.ts";

export interface FlushOptions {
  /** Where the spool is if not in the directory. */
  readonly spool?: string;
  /** Whether the readable part of segments that are still written goes too. Default: true. */
  readonly includesOpen?: boolean;
  /** Called after each segment. */
  readonly onProgress?: (report: FlushReport) => void;
  /** Ends the pass after the segment under way; the rest is left for the next one. */
  readonly signal?: AbortSignal;
  /** Says of a writer of which nobody here can tell whether it lives that it does not: its scheduler or a person knows. */
  readonly declaresDead?: (header: SegmentHeader) => boolean;
  /** What the passes before this one know, where one process makes several. */
  readonly remembered?: RememberedSegments;
}

/**
 * Moves what is in the spool into `graph/` and `series/`, once. Safe at any time, by any number of processes at once, and at any
 * instant stopped: every file is published whole, and the spool's segment goes only after the files made from it are on disk.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`.
 */
export async function flush(directory: string, options: FlushOptions = {}): Promise<FlushReport> {
  checkDirectory(directory);
  const { includesOpen = true, onProgress, signal, declaresDead, remembered } = options;
  const spool = options.spool ?? directoryPaths(directory).spool;
  const pass = newPass({ directory, spool, includesOpen, onProgress, signal, declaresDead, remembered });
  const listed = listSegments(spool);
  remembered?.keepOnly(listed);
  for (const segments of segmentsByWriter(listed)) {
    if (signal?.aborted) break;
    await moveWriter(pass, segments);
  }
  completeDeletions(directory);
  return pass.report;
}
