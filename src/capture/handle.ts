import type { EntityKind } from "../model/ml.ts";
import type { SeedOptions } from "./seeds.ts";
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

export interface CheckpointOptions {
  /** Default: `checkpoint <step>`; of a file its name. */
  readonly name?: string;
  /** The file that the model was saved to before the call, where `checkpoint` is given the model itself. */
  readonly path?: string | URL;
  /** `now` digests a file of any size before the call returns, so that a file that is soon overwritten is still found again. */
  readonly digest?: "now";
}

export interface SeriesOptions {
  /**
   * That the series goes on where another run's of this name stopped: the run whose checkpoint this run uses. Its rows up to the
   * checkpoint's step are then read before these; with a number up to that step, where the series counts otherwise than the checkpoint.
   */
  readonly resumed?: boolean | number;
}

export interface EpochsOptions {
  /** The number of the first epoch: of a resumed training the one after its checkpoint. Default: 0. */
  readonly first?: number;
}

export interface StoppedOptions {
  /** Why, e.g. `validation loss did not improve in 5 epochs`. */
  readonly reason?: string;
  /** The number of the epoch whose model is kept. */
  readonly best?: number;
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
  /**
   * Records what random numbers of the step start from (a number, a text or some numbers), and returns it: `seedrandom(step.seed(42, { of: "weights" }))`.
   * @throws {ProvenanceError} `bad-argument` for what can be no seed.
   */
  seed<T>(value: T, options?: SeedOptions): T;
  /** Records hyperparameters that no argument shows. */
  hyperparameters(values: object): void;
  /** Records one row in the series of each name. Default step: the section's number, else the next whole number. */
  log(values: Readonly<Record<string, number>>, step?: number): void;
  /** The series of this name: the handle for rows at high rates. */
  series(name: string, options?: SeriesOptions): Series;
  /**
   * Records the state in which a model is now, and returns what it was given: the object, the path or URI that it was saved to, or the
   * object with `{ path }`. `step`: after which step, as rows are counted. Default: the section's, else that of the last row logged here.
   * A run that uses it later, here or elsewhere by the file's content, is known to continue this one.
   */
  checkpoint<T>(thing: T, step?: number, options?: CheckpointOptions): T;
  /** Iterates over epochs; each becomes rows, and an activity only if something is used or generated in it. Leaving the loop is on record. */
  epochs(count: number, options?: EpochsOptions): Generator<Section, void, void>;
  /** Records why the step ends before its planned end, and which epoch was the best; called before or after its loop is left. */
  stoppedEarly(options?: StoppedOptions): void;
  /**
   * A part of the step, such as a fold, trial or batch; with a function, that function's call is the part. Rows of an `epoch`, `batch`,
   * `step` or `iteration` are the step's at its number; of batches inside epochs at a number that goes on from epoch to epoch.
   * Other parts have series of their own. What is left open ends with the step, as ended early.
   */
  section(kind: string, number: number): Section;
  section<T>(kind: string, number: number, fn: (section: Section) => T): T;
}

export interface Section extends Step {
  /** Ends the section. Sections of `epochs()` end by themselves. */
  close(): void;
  [Symbol.dispose](): void;
}
