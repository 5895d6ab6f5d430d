/** How a pass went, as far as the pause after it depends on that. `workMs` is time of a core: others, and the disk, may make a pass last longer. */
export type PassResult =
  | { readonly kind: "moved"; readonly workMs: number }
  | { readonly kind: "idle"; readonly workMs: number }
  | { readonly kind: "failed" };

export interface PaceOptions {
  /** The pause after a short pass. */
  readonly intervalMs: number;
  /** A number from 0 to 1, so that flushers that failed together do not try again together. */
  readonly random: () => number;
}

/** Of its time a flusher works a quarter at most, so that passes over many writers gather more of each instead of coming more often. */
const REST_PER_WORK = 3;
/** The longest pause for the sake of that. */
export const MOST_REST_MS = 60_000;
/** A pass that finds nothing doubles the pause, up to so many intervals. */
const MOST_IDLE_INTERVALS = 8;
/** The longest pause after a fault. */
export const MOST_BACKOFF_MS = 300_000;

/** When to look again: follows the passes one after the other. */
export class Pace {
  readonly #options: PaceOptions;
  #idle = 0;
  #failures = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Faults in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait after a pass. */
  after(result: PassResult): number {
    const { intervalMs, random } = this.#options;
    switch (result.kind) {
      case "moved":
        this.#idle = this.#failures = 0;
        return rest(intervalMs, result.workMs);
      case "idle":
        this.#failures = 0;
        this.#idle = Math.min(this.#idle + 1, Math.log2(MOST_IDLE_INTERVALS) + 1);
        return rest(intervalMs * 2 ** (this.#idle - 1), result.workMs);
      case "failed": {
        this.#idle = 0;
        const longest = Math.min(
          intervalMs * 2 ** Math.min(++this.#failures, 30),
          Math.max(MOST_BACKOFF_MS, intervalMs),
        );
        return longest * (0.5 + random() / 2);
      }
      default:
        return result satisfies never;
    }
  }
}

function rest(pauseMs: number, workMs: number): number {
  return Math.max(pauseMs, Math.min(REST_PER_WORK * workMs, MOST_REST_MS));
}
