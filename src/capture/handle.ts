import type { EntityKind } from "../model/ml.ts";
import type { Series } from "./series.ts";

export interface UsedOptions {
  /** What it was used as, e.g. `labels`. */
  readonly role?: string;
  readonly kind?: EntityKind;
  /** `now` digests a file of any size before the call returns; files over 1 MiB are otherwise digested by the flusher. */
  readonly digest?: "now";
}

export interface GeneratedOptions extends UsedOptions {
  readonly name?: string;
  /** What it was derived from. */
  readonly of?: unknown;
}

/**
 * One activity being recorded: a step, an epoch or other section of it, or the execution itself. User code gets it from
 * `current()`, `epochs()` and `section()`.
 */
export interface Step {
  /** Its absolute IRI. */
  readonly id: string;
  readonly label: string;
  /** Of a section: which one it is. */
  readonly number: number;
  /** Records that the step used a thing (an object, a path or URI) that no argument shows, and returns it. */
  used<T>(thing: T, options?: UsedOptions): T;
  /** Records that the step generated a thing that it does not return, and returns it. */
  generated<T>(thing: T, options?: GeneratedOptions): T;
  /** Records hyperparameters that no argument shows. */
  hyperparameters(values: object): void;
  /** Records one row in the series of each name. Default step: the section's number, else the next whole number. */
  log(values: Readonly<Record<string, number>>, step?: number): void;
  /** The series of this name: the handle for rows at high rates. */
  series(name: string): Series;
  /** Iterates over a number of epochs; each becomes rows, and an activity only if something is used or generated in it. */
  epochs(count: number): Generator<Section, void, void>;
  /** A part of the step, such as a fold, trial or batch; with a function, that function's call is the part. */
  section(kind: string, number: number): Section;
  section<T>(kind: string, number: number, fn: (section: Section) => T): T;
}

export interface Section extends Step {
  /** Ends the section. Sections of `epochs()` end by themselves. */
  close(): void;
  [Symbol.dispose](): void;
}
