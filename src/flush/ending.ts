import { closingStatements, lossStatements } from "../spool/ending-statements.ts";
import type { SegmentReading } from "../spool/reader.ts";
import { publishFile, publishFirst } from "./publish.ts";
import type { FlushReport, SegmentOutcome } from "./report.ts";
import { isStated, statedFile } from "./stated.ts";

/** States that a writer was proven dead, or declared so. */
export function stateClosing(
  directory: string,
  { header, lastTime }: SegmentOutcome,
  how: "proven" | "declared",
): void {
  const { path, bytes } = statedFile(directory, header, "closing", closingStatements(header, lastTime, how));
  if (!isStated(path)) publishFirst(path, bytes);
}

/** A loss becomes provenance: what the writer counted, and what damage cost. */
export function stateLoss(directory: string, reading: SegmentReading, report: FlushReport): void {
  const { header, lostStatements, lostRows, damage } = reading;
  report.lostStatements += lostStatements;
  report.lostRows += lostRows;
  report.damaged += damage.length;
  const statements = lossStatements(reading);
  if (statements.length === 0) return;
  const { path, bytes } = statedFile(directory, header, `loss-${header.segment}`, statements);
  publishFile(path, bytes);
}
