import { type Backlog, backlogOf } from "../flush/backlog.ts";
import { type FlusherState, readFlushers } from "../flush/health.ts";
import type { Finding } from "./finding.ts";
import { bytes, counted, duration } from "./output.ts";

/** What nobody writes any more, and nobody has moved for so long, is behind. */
export const BEHIND_MS = 3_600_000;
/** The same where a flusher watches. */
export const WATCHED_BEHIND_MS = 600_000;
/** A flusher that is so late for its next pass does not come to it. */
export const LATE_MS = 600_000;

/** How those that watch the directory are, and what waits for one. */
export function* flusherFindings(directory: string, spool: string, now: number): Generator<Finding> {
  const flushers = readFlushers(directory);
  for (const flusher of flushers) yield ofFlusher(flusher, now);
  yield* behind(backlogOf(directory, spool), flushers, now);
}

function ofFlusher({ state, path, health }: FlusherState, now: number): Finding {
  const { pid, host, failures, lastFault, nextPassAt, lastPassAt } = health;
  const who = `the flusher ${pid} on ${host}`;
  const last =
    lastPassAt === undefined ? "has made no pass yet" : `made its last pass ${duration(now - lastPassAt)} ago`;
  if (state === "dead")
    return { level: "wrong", text: `${who} is dead; it ${last}. Start it again: provml flush --watch` };
  if (now - nextPassAt > LATE_MS) {
    const text =
      state === "alive"
        ? `${who} lives, but ${last}; look at what it waits for, or end it and start it again`
        : `${who} ${last}, and nobody here can say if it lives; start it again there, or remove ${path}`;
    return { level: "wrong", text };
  }
  if (failures > 0) {
    const text = `${who} failed ${counted(failures, "time")} in a row, the last time with: ${lastFault}; it tries again`;
    return { level: "wrong", text };
  }
  return { level: "fine", text: `${who} watches; it ${last}` };
}

function* behind(
  { sealed, oldestSealedAt, bytes: size }: Backlog,
  flushers: readonly FlusherState[],
  now: number,
): Generator<Finding> {
  if (oldestSealedAt === undefined) return;
  const isWatched = flushers.some(({ state }) => state !== "dead");
  const age = now - oldestSealedAt;
  if (age <= (isWatched ? WATCHED_BEHIND_MS : BEHIND_MS)) return;
  const what = `${counted(sealed, "sealed segment")} in a spool of ${bytes(size)}, the oldest for ${duration(age)}`;
  if (isWatched) yield { level: "wrong", text: `the flusher is behind: ${what}; provml flush says what stays and why` };
  else yield { level: "advice", text: `nobody flushes: ${what}; run provml flush, from cron for one` };
}
