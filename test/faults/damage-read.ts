import type { FramePlace } from "./segment.ts";
import { blame, type Outcome } from "./trial.ts";

export type Reader = typeof import("../../src/spool/reader.ts");

/** A segment that is damaged in one way after the other. */
export interface Tried {
  readonly outcome: Outcome;
  readonly reader: Reader;
  readonly path: string;
  readonly bytes: Buffer;
  readonly frames: readonly FramePlace[];
}

/** What a reader says of a segment. */
export interface Said {
  readonly numbers: readonly number[];
  /** The numbers that damage is said to have cost. */
  readonly named: readonly number[];
  readonly damages: number;
  readonly isEnded: boolean;
  readonly tornBytes: number;
}

/** What is not hit is there, what is hit is named, so many damages are told of. */
export function expect(
  outcome: Outcome,
  frames: readonly FramePlace[],
  hit: readonly FramePlace[],
  found: Said,
  damages: readonly number[],
  where: string,
): void {
  compare(
    outcome,
    frames.filter((frame) => !hit.includes(frame)),
    hit,
    found,
    damages,
    where,
  );
  if (hit.length === 0) blame(outcome, "unexplained", Number(!found.isEnded), `${where}: the stream's end is not seen`);
}

/** Holds what is read against the frames that are whole, and what is named against those that are not. */
export function compare(
  outcome: Outcome,
  whole: readonly FramePlace[],
  hit: readonly FramePlace[],
  { numbers, named, damages }: Said,
  wanted: readonly number[],
  where: string,
): void {
  outcome.trials++;
  outcome.faults++;
  const expected = whole.flatMap((frame) => frame.numbers);
  const there = new Set(numbers);
  const lost = expected.filter((number) => !there.has(number));
  const strange = numbers.filter((number) => !expected.includes(number));
  const cost = hit.flatMap((frame) => frame.numbers);
  const isNamed = cost.join() === [...new Set(named)].join();
  blame(outcome, "lost", lost.length, `${where}: ${lost.join()}`);
  blame(outcome, "duplicated", numbers.length - there.size, `${where}: numbers stand twice`);
  blame(outcome, "unexplained", strange.length, `${where}: ${strange.join()} cannot be there`);
  blame(outcome, "unexplained", Number(!isNamed), `${where}: it cost ${cost.join()} and ${named.join()} is named`);
  blame(outcome, "unexplained", Number(!wanted.includes(damages)), `${where}: ${damages} damages named`);
}

export function said(reader: Reader, path: string, options: { readonly dead?: boolean } = {}): Said {
  const reading = reader.readSegment(path, options);
  if (reading === undefined) return { numbers: [], named: [], damages: 0, isEnded: false, tornBytes: 0 };
  const numbers: number[] = [];
  for (const frame of reading.frames()) {
    if (frame.kind === "series") continue;
    const count = frame.kind === "rows" ? frame.rows.length / 4 : frame.statements.length;
    for (let n = 0; n < count; n++) numbers.push(frame.sequence + n);
  }
  const named = reading.damage.flatMap(({ firstSequence, lastSequence }) =>
    firstSequence === undefined || lastSequence === undefined
      ? []
      : Array.from({ length: lastSequence - firstSequence + 1 }, (_, n) => firstSequence + n),
  );
  return { numbers, named, damages: reading.damage.length, isEnded: reading.ended, tornBytes: reading.tornBytes };
}
