import { type BriefList, type BriefNumbers, listedValues } from "../src/model/brief.ts";
import { ROW_FIELDS } from "../src/model/row.ts";
import { directoryPaths } from "../src/spool/directory.ts";
import { listSegments, readSegment } from "../src/spool/reader.ts";

/** What a spool holds: rows with the sums of two columns, and the values in lists of parameters and of outputs. */
interface Spooled {
  rows: number;
  stepSum: number;
  valueSum: number;
  parameters: number;
  outputs: number;
}

/** Throws when the spool of a process that has ended does not hold exactly this. */
export function expectSpooled(directory: string, expected: Partial<Spooled>): void {
  const found = readSpool(directory);
  const wrong = (Object.keys(expected) as (keyof Spooled)[]).filter((key) => found[key] !== expected[key]);
  if (wrong.length === 0) return;
  throw new Error(`the spool holds ${wrong.map((key) => `${key} ${found[key]}, not ${expected[key]}`).join("; ")}`);
}

/** 0 + 1 + … + (n - 1). */
export function sumBelow(n: number): number {
  return (n * (n - 1)) / 2;
}

function readSpool(directory: string): Spooled {
  const found: Spooled = { rows: 0, stepSum: 0, valueSum: 0, parameters: 0, outputs: 0 };
  for (const { path } of listSegments(directoryPaths(directory).spool)) {
    const reading = readSegment(path, { dead: true });
    if (!reading) throw new Error(`${path} is gone`);
    for (const frame of reading.frames()) {
      if (frame.kind === "rows") addRows(frame.rows, found);
      if (frame.kind !== "statements") continue;
      for (const brief of frame.statements) {
        if (brief.kind === "parameters" || brief.kind === "outputs") {
          found[brief.kind] += listedValues(brief as BriefList | BriefNumbers).length;
        }
      }
    }
    if (reading.damage.length > 0) throw new Error(`${path} is damaged: ${reading.damage[0]?.reason}`);
  }
  return found;
}

function addRows(rows: Float64Array, found: Spooled): void {
  let { stepSum, valueSum } = found;
  for (let at = 0; at < rows.length; at += ROW_FIELDS) {
    stepSum += rows[at + 1] as number;
    valueSum += rows[at + 2] as number;
  }
  found.rows += rows.length / ROW_FIELDS;
  found.stepSum = stepSum;
  found.valueSum = valueSum;
}
