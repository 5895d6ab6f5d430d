import { setTimeout as sleepFor } from "node:timers/promises";
import { ProvenanceError } from "../model/error.ts";
import { checkDirectory } from "../spool/directory.ts";
import { type FlushOptions, flush } from "./flush.ts";
import { clearHealth, Health } from "./health.ts";
import { Pace } from "./pace.ts";
import { RememberedSegments } from "./remembered.ts";
import type { FlushReport } from "./report.ts";

/** Time and chance, which tests give in hours and fixed numbers. */
export interface WatchClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after the time, or when the signal comes. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  /** Milliseconds of a core that this process has used. */
  workMs(): number;
}

export interface WatchOptions extends Omit<FlushOptions, "remembered" | "includesOpen" | "signal"> {
  /** Ends the watch: the segment under way goes to its end first. */
  readonly signal: AbortSignal;
  /** How long it waits after a short pass; see {@link Pace} for the others. Default: 2 s. */
  readonly intervalMs?: number;
  /** How long what a living program has written may wait in its segment. Default: 30 s. */
  readonly lagMs?: number;
  /** Called after each pass that came to its end. */
  readonly onPass?: (report: FlushReport) => void;
  /** What else there is to do after a pass; the next one waits for it. */
  readonly afterPass?: (report: FlushReport) => Promise<void>;
  /** Called after each pass that a fault outside ended, such as a full disk. It is tried again. */
  readonly onFault?: (error: Error) => void;
  readonly clock?: WatchClock;
}

export const WATCH_DEFAULTS = { intervalMs: 2000, lagMs: 30_000 } as const;

/**
 * Passes over the spool until the signal comes, at its own pace: no file is watched, nobody wakes it. A fault outside ends a pass,
 * never the watch. Its state lies in `flushers/` of the directory for as long as it works.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`, at the start only.
 */
export async function watch(directory: string, options: WatchOptions): Promise<void> {
  const { intervalMs, lagMs, clock, signal, onPass, afterPass, onFault, ...given } = {
    ...WATCH_DEFAULTS,
    clock: REAL,
    ...options,
  };
  checkDirectory(directory);
  const pace = new Pace({ intervalMs, random: clock.random });
  const remembered = new RememberedSegments(lagMs, clock.now);
  const health = new Health(directory, { intervalMs, lagMs, startedAt: clock.now() });
  clearHealth(directory);
  while (!signal.aborted) {
    const startedAt = clock.now();
    const workedBefore = clock.workMs();
    let pauseMs: number;
    try {
      const report = await flush(directory, { ...given, remembered, signal });
      const durationMs = clock.now() - startedAt;
      // What was moved is moved, whatever becomes of what follows.
      health.passed({ at: clock.now(), durationMs, report });
      onPass?.(report);
      await afterPass?.(report);
      pauseMs = pace.after({
        kind: report.statements + report.rows > 0 ? "moved" : "idle",
        workMs: clock.workMs() - workedBefore,
      });
      health.rests({ at: clock.now(), pauseMs });
    } catch (error) {
      pauseMs = pace.after({ kind: "failed" });
      health.failed({ at: clock.now(), pauseMs, failures: pace.failures, error });
      onFault?.(error instanceof Error ? error : new ProvenanceError("unreadable", String(error)));
    }
    if (!signal.aborted) await clock.sleep(pauseMs, signal);
  }
  health.ended();
}

const REAL: WatchClock = {
  now: Date.now,
  random: Math.random,
  workMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  sleep: (ms, signal) => sleepFor(ms, undefined, { signal }).catch(() => {}),
};
