import type { BriefValue } from "../model/brief.ts";
import type { SegmentReading } from "../spool/reader.ts";
import { publishFile, publishFirst } from "./publish.ts";
import type { FlushReport, SegmentOutcome } from "./report.ts";
import { isStated, statedFile } from "./stated.ts";

/**
 * States that a writer was proven dead, or declared so by a person or its scheduler: an entity of its own, timed by the last statement or row. No activity gets an end that
 * nobody saw; one that ends after all outranks it.
 */
export function stateClosing(
  directory: string,
  { header, lastTime }: SegmentOutcome,
  how: "proven" | "declared",
): void {
  const id = `x:${header.writer}-closing`;
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:Closing" }],
    ["provml:closes", { name: "x:execution" }],
    ["rdfs:comment", `the process ${header.pid} on ${header.host} ${HOW[how]}`],
  ];
  const { path, bytes } = statedFile(directory, header, "closing", [
    { kind: "entity", id, attributes },
    { kind: "wasGeneratedBy", entity: id, time: lastTime },
  ]);
  if (!isStated(path)) publishFirst(path, bytes);
}

const HOW = {
  proven: "ended without closing its record",
  declared: "was declared to have ended; nobody could see whether it had",
} as const;

/** A loss becomes provenance: what the writer counted, and what damage cost. */
export function stateLoss(directory: string, reading: SegmentReading, report: FlushReport): void {
  const { header, lostStatements, lostRows, damage } = reading;
  let damaged = 0;
  let damagedRows = 0;
  for (const { firstSequence, lastSequence, cost } of damage) {
    if (firstSequence === undefined || lastSequence === undefined) continue;
    if (cost === "rows") damagedRows += lastSequence - firstSequence + 1;
    else damaged += lastSequence - firstSequence + 1; // where nobody knows, statements are the worse loss
  }
  report.lostStatements += lostStatements;
  report.lostRows += lostRows;
  report.damaged += damage.length;
  if (lostStatements + lostRows + damaged + damagedRows === 0) return;
  const reasons = damage.map(({ from, to, reason, firstSequence, lastSequence }) => {
    const numbers = firstSequence === undefined ? "" : `; sequence numbers ${firstSequence}-${lastSequence}`;
    return `bytes ${from}-${to}: ${reason}${numbers}`;
  });
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:Loss" }],
    ["provml:lostStatements", lostStatements + damaged],
    ["provml:lostRows", lostRows + damagedRows],
    ...reasons.map((reason): [string, string] => ["rdfs:comment", reason]),
  ];
  const id = `x:${header.writer}-loss-${header.segment}`;
  const { path, bytes } = statedFile(directory, header, `loss-${header.segment}`, [{ kind: "entity", id, attributes }]);
  publishFile(path, bytes);
}
