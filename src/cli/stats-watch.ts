import { setTimeout as sleep } from "node:timers/promises";
import { backlogOf } from "../flush/backlog.ts";
import { readFlushers } from "../flush/health.ts";
import type { CommandInput } from "./command.ts";
import { spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { bytes, duration, plainText, printJson } from "./output.ts";
import { endingSignal, seconds } from "./watching.ts";

export const INTERVAL_MS = 5000;

/** A line now and after each interval until SIGINT or SIGTERM. It reads names and sizes only, and moves nothing. */
export async function watchBacklog(directory: string, input: CommandInput): Promise<number> {
  const intervalMs = seconds(input, "interval", INTERVAL_MS);
  const signal = endingSignal();
  for (let lines = 0; !signal.aborted; lines++) {
    const look = lookAt(directory);
    if (input.options.json === true) printJson(look, 0);
    else {
      if (lines % LINES_PER_HEAD === 0) console.log(HEAD);
      console.log(plainText(lineOf(look)));
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => {});
  }
  return EXIT.done;
}

const LINES_PER_HEAD = 20;
const WIDTHS = [20, 9, 11, 10, 11, 9];
const HEAD = padded(["time", "segments", "waiting", "oldest", "quarantine", "flushers", "state"]);

type Look = ReturnType<typeof lookAt>;

function lookAt(directory: string) {
  const now = Date.now();
  const { oldestSealedAt, ...backlog } = backlogOf(directory, spoolOf().spool);
  const flushers = readFlushers(directory).map(({ state, health }) => {
    const { pid, host, lastPassAt, lastPassMs, statements, rows, failures, lastFault, cpuMs, residentBytes } = health;
    const does = { lastPassAt, lastPassMs, statements, rows, failures, lastFault, cpuMs, residentBytes };
    return { pid, host, state, ...does };
  });
  const oldest = oldestSealedAt === undefined ? {} : { oldestSealedMs: Math.max(0, Math.round(now - oldestSealedAt)) };
  return { at: new Date(now).toISOString(), ...backlog, ...oldest, flushers };
}

function lineOf({ at, segments, bytes: size, oldestSealedMs, quarantined, flushers }: Look): string {
  const age = oldestSealedMs === undefined ? "-" : duration(oldestSealedMs);
  const alive = flushers.filter(({ state }) => state !== "dead");
  const failing = flushers.find(({ failures }) => failures > 0);
  const dead = flushers.length - alive.length;
  const state = failing
    ? `failing: ${failing.lastFault}`
    : dead > 0
      ? `${dead} dead`
      : alive.length > 0
        ? "ok"
        : "none watches";
  return padded([`${at.slice(0, 19)}Z`, segments, bytes(size), age, quarantined, alive.length, state]);
}

function padded(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, i) => String(cell).padEnd(WIDTHS[i] ?? 0))
    .join("  ")
    .trimEnd();
}
