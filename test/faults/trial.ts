import type { Tool } from "./tools.ts";

/** One fault that is brought about again and again, and what must be there afterwards. */
export interface FaultTrial {
  readonly name: string;
  /** The promise that it tries, in one sentence. */
  readonly promise: string;
  readonly needs: readonly Tool[];
  /** `build`: the `dist` folder that is tried. `sampled` takes seconds, `full` minutes. */
  run(scale: Scale, build: string): Promise<Outcome>;
  /** Says how fast something is: in full, nothing runs beside it. */
  readonly measuresSpeed?: true;
  /** Changes to the compiled code, each of which must make the sampled trial fail. */
  readonly sabotages: readonly Sabotage[];
}

export type Scale = "full" | "sampled";

/** What came of a trial, added up over its repetitions. */
export interface Outcome {
  trials: number;
  /** Faults that really happened, e.g. processes that ended by the signal; with fewer than `trials` the trial does not count as run. */
  faults: number;
  /** What was promised to be there and is not, and what is there twice. */
  lost: number;
  duplicated: number;
  /** Whatever else is not as promised: half statements, wrong values, exit codes, damage where there is none. */
  unexplained: number;
  /** What a reader should know: where it failed, or figures beside the table. */
  readonly notes: string[];
}

/** Code with one text replaced, so that a promise is broken. */
export interface Sabotage {
  readonly name: string;
  /** Below `dist/src`. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly find: string;
  readonly replace: string;
}

export function noOutcome(): Outcome {
  return { trials: 0, faults: 0, lost: 0, duplicated: 0, unexplained: 0, notes: [] };
}

/** Counts one thing that is not as promised; of many only the first few are noted. */
export function blame(
  outcome: Outcome,
  what: "lost" | "duplicated" | "unexplained",
  count: number,
  note: string,
): void {
  if (count === 0) return;
  outcome[what] += count;
  if (outcome.notes.length < MOST_NOTES) outcome.notes.push(`${what}: ${note}`);
}
const MOST_NOTES = 10;

/** Why the trial did not show what it promises; undefined where it did. */
export function failureOf({ trials, faults, lost, duplicated, unexplained }: Outcome): string | undefined {
  if (lost + duplicated + unexplained > 0) return "FAILED";
  if (trials === 0 || faults < trials) return "NOT RUN: its faults did not happen";
  return undefined;
}
