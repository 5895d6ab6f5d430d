import { now } from "./clock.ts";
import type { Sink } from "./sink.ts";

/** A series of rows: the handle for loops in which every nanosecond counts. Get it once with `series(name)`, then `log`. */
export class Series {
  /** What stands in where a series could not be announced: it records nothing. */
  static readonly none = new Series({ row() {} }, 0);

  readonly #sink: Pick<Sink, "row">;
  readonly #number: number;
  /** The name of its entity. @internal */
  readonly id: string | undefined;
  /** Whether it is on record that it goes on from another run's. @internal */
  isResumed = false;

  constructor(sink: Pick<Sink, "row">, number: number, id?: string) {
    this.#sink = sink;
    this.#number = number;
    this.id = id;
  }

  /**
   * Records one row. `step` is a number of the caller's choice (exact up to 2⁵³), `time` milliseconds since 1970; giving the
   * time saves reading the clock, which costs more than the row. What is no number is recorded as NaN.
   */
  log(step: number, value: number, time: number = now()): void {
    if (typeof step === "number" && typeof value === "number" && typeof time === "number") {
      this.#sink.row(this.#number, step, value, time);
    } else {
      this.#sink.row(this.#number, toNumber(step), toNumber(value), toNumber(time));
    }
  }
}

/** Conversion that never throws, whatever a program without types hands over. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "bigint" || typeof value === "string" || typeof value === "boolean"
    ? Number(value)
    : Number.NaN;
}
