import { join } from "node:path";
import { PIECE_NAME, publishedNames } from "./compacted.ts";

/** A range of a writer's sequence numbers, both ends included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/** The name of the graph file that holds the statements with these sequence numbers, and says that its rows are in `series/`. */
export function graphFileName(writer: string, { first, last }: SequenceRange): string {
  return `${writer}-${first}-${last}.nq`;
}

/**
 * What of an execution has been moved out of the spool, by writer: read off the names of its graph files, which are written after the
 * series files of the same range, and off what compact files say they stand for. So no cursor has to be kept, and none can be wrong.
 */
export function readCoverage(graphFolder: string, execution: string): Map<string, SequenceRange[]> {
  const coverage = new Map<string, SequenceRange[]>();
  for (const name of publishedNames(join(graphFolder, execution))) {
    const [, writer, first, last] = PIECE_NAME.exec(name) ?? [];
    if (writer === undefined) continue;
    const ranges = coverage.get(writer) ?? [];
    ranges.push({ first: Number(first), last: Number(last) });
    coverage.set(writer, ranges);
  }
  for (const [writer, ranges] of coverage) coverage.set(writer, joined(ranges));
  return coverage;
}

/** Ranges that touch, as one: a program that runs for a month leaves thousands. */
function joined(ranges: readonly SequenceRange[]): SequenceRange[] {
  const whole: SequenceRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = whole.at(-1);
    if (before === undefined || range.first > before.last + 1) whole.push(range);
    else if (range.last > before.last) whole[whole.length - 1] = { first: before.first, last: range.last };
  }
  return whole;
}

/** Whether a frame with these sequence numbers lies wholly in one of the ranges. */
export function isCovered(ranges: readonly SequenceRange[] | undefined, { first, last }: SequenceRange): boolean {
  return ranges?.some((range) => range.first <= first && last <= range.last) ?? false;
}
