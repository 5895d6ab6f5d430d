import type { Brief, BriefValue } from "../model/brief.ts";
import type { SegmentHeader } from "./format.ts";
import type { SegmentReading } from "./reading.ts";

/**
 * What is stated of a writer that was proven dead, or declared so by a person or its scheduler: an entity of its own, timed by the last statement or row. No activity gets an end
 * that nobody saw; one that ends after all outranks it.
 */
export function closingStatements(
  { writer, pid, host }: SegmentHeader,
  lastTime: number,
  how: "proven" | "declared",
): Brief[] {
  const id = `x:${writer}-closing`;
  const attributes: [string, BriefValue][] = [
    ["prov:type", { name: "provml:Closing" }],
    ["provml:closes", { name: "x:execution" }],
    ["rdfs:comment", `the process ${pid} on ${host} ${HOW[how]}`],
  ];
  return [
    { kind: "entity", id, attributes },
    { kind: "wasGeneratedBy", entity: id, time: lastTime },
  ];
}

const HOW = {
  proven: "ended without closing its record",
  declared: "was declared to have ended; nobody could see whether it had",
} as const;

/** What a segment that nobody writes any more has lost, by its writer's own count and by damage; nothing where nothing is. */
export function lossStatements({ header, lostStatements, lostRows, damage }: SegmentReading): Brief[] {
  let damaged = 0;
  let damagedRows = 0;
  for (const { firstSequence, lastSequence, cost } of damage) {
    if (firstSequence === undefined || lastSequence === undefined) continue;
    if (cost === "rows") damagedRows += lastSequence - firstSequence + 1;
    else damaged += lastSequence - firstSequence + 1; // where nobody knows, statements are the worse loss
  }
  if (lostStatements + lostRows + damaged + damagedRows === 0) return [];
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
  return [{ kind: "entity", id: `x:${header.writer}-loss-${header.segment}`, attributes }];
}
