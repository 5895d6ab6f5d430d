import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { twoAtOnce } from "../at-once.ts";
import { temporaryFolder } from "../folder.ts";
import { copied, judgeFlushed, type RecordedSpool, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const FLUSHES = fileURLToPath(new URL("../programs/flushes.js", import.meta.url));
const SIZES = {
  full: { writers: 16, statements: 10_000, rows: 10_000, segmentBytes: 500_000 },
  sampled: { writers: 4, statements: 200, rows: 200, segmentBytes: 8000 },
} as const;
const KILLS = { full: 500, sampled: 4 } as const;
/** The latest kill of a pass, and no later than an undisturbed pass takes. */
const LATEST_KILL_MS = 500;

/** Flushers one after the other on the same spool, each killed at some moment, until one comes to its end; then again from a new copy. */
export const flusherKilledAtRandom: FaultTrial = {
  name: "flusher-killed-at-random",
  promise: "flushers killed at any moment, one after the other, get on all the same and make the same graph",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using recorded = await recordSpool(SIZES[scale]);
    const latestKillMs = Math.min(LATEST_KILL_MS, await undisturbedMs(recorded, build));
    const work = async () => {
      while (outcome.faults < KILLS[scale]) await tryOne(outcome, recorded, build, latestKillMs, KILLS[scale]);
    };
    await twoAtOnce([work, work], (one) => one());
    return outcome;
  },
  sabotages: [
    {
      name: "segments go before what was made of them is on the disk",
      file: "flush/move-segment.js",
      find: "const bytes = statSync(",
      replace: '(await import("node:fs")).rmSync(path);\n        const bytes = statSync(',
    },
    {
      name: "what has been moved of a frame counts for the frames behind it",
      file: "spool/coverage.js",
      find: "range.first <= first && last <= range.last",
      replace: "range.first <= first",
    },
  ],
};

async function tryOne(
  outcome: Outcome,
  recorded: RecordedSpool,
  build: string,
  latestKillMs: number,
  kills: number,
): Promise<void> {
  using folder = temporaryFolder();
  const directory = copied(recorded.directory, folder.path);
  let killed = 0;
  for (;;) {
    const mayBeKilled = outcome.faults < kills;
    const { code, signal } = await flushedFor(build, directory, mayBeKilled ? Math.random() * latestKillMs : undefined);
    if (signal === "SIGKILL") {
      killed++;
      outcome.trials++;
      outcome.faults++;
      continue;
    }
    blame(outcome, "unexplained", code === 0 ? 0 : 1, `a flusher ended with ${code} after ${killed} kills`);
    break;
  }
  await judgeFlushed(outcome, recorded, directory, `after ${killed} kills`);
}

async function undisturbedMs(recorded: RecordedSpool, build: string): Promise<number> {
  using folder = temporaryFolder();
  const { durationMs } = await flushedFor(build, copied(recorded.directory, folder.path), undefined);
  return durationMs;
}

async function flushedFor(build: string, directory: string, killAfterMs: number | undefined) {
  const child = spawn(process.execPath, [FLUSHES, build, directory], { stdio: ["ignore", "pipe", "inherit"] });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let beginsAt = performance.now();
  child.stdout.once("data", () => {
    beginsAt = performance.now();
    if (killAfterMs !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, durationMs: performance.now() - beginsAt };
}
