import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROWS_PER_SECOND, rowsMoved, writerName } from "./steady.ts";
import { blame, type Outcome } from "./trial.ts";

/*
 * Whether a flusher keeps up with steady writers: what it takes for that, and whether it falls behind.
 */

/** How far behind a flusher was at some time, in seconds since it began. */
export interface Look {
  readonly at: number;
  readonly lagSeconds: number;
}

export interface Pace {
  readonly looks: readonly Look[];
  readonly writingSeconds: number;
  /** From the end of the last writer to the last file of the spool. */
  readonly drainSeconds: number;
  /** Its own time per time that passed. */
  readonly cores: number;
  readonly residentMiB: number;
  /** How long it waited for a core: it lets everyone else go first. */
  readonly starvedSeconds: number;
}

/** What more than this would be: not keeping up. */
export interface PaceLimits {
  readonly cores: number;
  readonly residentMiB: number;
  /** Between the first and the last third of the time, in the middle of each. */
  readonly lagGrowthSeconds: number;
  readonly drainSeconds: number;
}

/** The age of the oldest row or statement that its writer has written and the graph does not have, as seen from outside. */
export class Lag {
  readonly #directory: string;
  readonly #writers: number;
  readonly #rows: number;
  readonly #begun = new Map<number, number>();
  /** The most rows of each writer that were seen in the graph: a compaction gives files other names. */
  readonly #moved: Float64Array;

  constructor(directory: string, writers: number, seconds: number) {
    this.#directory = directory;
    this.#writers = writers;
    this.#rows = seconds * ROWS_PER_SECOND;
    this.#moved = new Float64Array(writers);
  }

  now(): number {
    let worst = 0;
    for (const [writer, seen] of rowsMoved(this.#directory, this.#writers).entries()) {
      const rows = Math.max(seen, this.#moved[writer] ?? 0);
      this.#moved[writer] = rows;
      const begun = this.#begunAt(writer);
      if (begun === undefined || rows >= this.#rows) continue;
      worst = Math.max(worst, (Date.now() - begun) / 1000 - rows / ROWS_PER_SECOND);
    }
    return worst;
  }

  /** When a writer wrote first, as the header of its segment says; undefined before that. */
  #begunAt(writer: number): number | undefined {
    if (!this.#begun.has(writer)) {
      try {
        const bytes = readFileSync(join(this.#directory, "spool", `${writerName(writer)}-0.open`));
        this.#begun.set(writer, JSON.parse(bytes.toString("utf8", 64, 64 + bytes.readUInt32LE(16))).createdAt);
      } catch {
        // It has not begun.
      }
    }
    return this.#begun.get(writer);
  }
}

export function judgePace(outcome: Outcome, pace: Pace, limits: PaceLimits): void {
  const { growth } = lagsOf(pace);
  const found: [number, number, string][] = [
    [pace.cores, limits.cores, "of a core"],
    [pace.residentMiB, limits.residentMiB, "MiB"],
    [growth, limits.lagGrowthSeconds, "s more lag in the last third than in the first"],
    [pace.drainSeconds, limits.drainSeconds, "s to empty the spool after the last writer"],
  ];
  for (const [value, most, what] of found)
    blame(outcome, "unexplained", value < most ? 0 : 1, `does not keep up: ${value.toFixed(2)} ${what}, not ${most}`);
}

export function paceText(pace: Pace, lagSeconds: number, limits: PaceLimits | undefined): string[] {
  const { first, last, worst } = lagsOf(pace);
  const atMost = (what: keyof PaceLimits) => (limits ? ` (limit ${limits[what]})` : "");
  return [
    `the flusher took ${pace.cores.toFixed(2)} of a core${atMost("cores")}, waited ${pace.starvedSeconds.toFixed(0)} s for one that others had, and took ${pace.residentMiB.toFixed(0)} MiB${atMost("residentMiB")}`,
    `the oldest that was not in the graph was ${first.toFixed(1)} s old in the first third and ${last.toFixed(1)} s in the last${limits ? ` (limit ${limits.lagGrowthSeconds} s more)` : ""}, ${worst.toFixed(1)} s at most; it may wait ${lagSeconds} s`,
    `the spool was empty ${pace.drainSeconds.toFixed(1)} s after the last writer${atMost("drainSeconds")}`,
  ];
}

function lagsOf({ looks, writingSeconds }: Pace) {
  const [first, last] = [
    median(looks.filter(({ at }) => at <= writingSeconds / 3)),
    median(looks.filter(({ at }) => at > (writingSeconds * 2) / 3)),
  ];
  return { first, last, growth: last - first, worst: Math.max(0, ...looks.map(({ lagSeconds }) => lagSeconds)) };
}

function median(looks: readonly Look[]): number {
  const lags = looks.map(({ lagSeconds }) => lagSeconds).sort((a, b) => a - b);
  return lags[lags.length >> 1] ?? 0;
}
