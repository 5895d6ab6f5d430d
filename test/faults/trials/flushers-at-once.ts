import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../folder.ts";
import { copied, judgeFlushed, type RecordedSpool, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const FLUSHES = fileURLToPath(new URL("../programs/flushes.js", import.meta.url));
const SIZES = {
  full: { writers: 16, statements: 200, rows: 400, segmentBytes: 8000 },
  sampled: { writers: 4, statements: 100, rows: 100, segmentBytes: 5000 },
} as const;
const TRIALS = { full: 30, sampled: 2 } as const;
const FLUSHERS = 4;
const LATEST_KILL_MS = { full: 300, sampled: 100 } as const;

/** Four flushers work on one spool; two of them are killed. */
export const flushersAtOnce: FaultTrial = {
  name: "flushers-at-once",
  promise: "four flushers at once, two of which are killed, make the graph that one makes",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using recorded = await recordSpool(SIZES[scale]);
    for (let n = 0; n < TRIALS[scale] * MOST_TRIES && outcome.trials < TRIALS[scale]; n++)
      await tryOne(outcome, recorded, build, LATEST_KILL_MS[scale]);
    return outcome;
  },
  sabotages: [
    {
      name: "the last segment goes while another flusher moves the ones before it",
      file: "flush/move-segment.js",
      find: "const bytes = statSync(",
      replace: `(await import("node:fs")).rmSync(path, { force: true });
        await new Promise((resolve) => setTimeout(resolve, 100));
        const bytes = statSync(`,
    },
  ],
};

/** A kill may come too late; then it is no trial. */
const MOST_TRIES = 5;

async function tryOne(outcome: Outcome, recorded: RecordedSpool, build: string, latestKillMs: number): Promise<void> {
  using folder = temporaryFolder();
  const directory = copied(recorded.directory, folder.path);
  const ends = await Promise.all(
    Array.from({ length: FLUSHERS }, async (_, n) => {
      const child = spawn(process.execPath, [FLUSHES, build, directory], { stdio: ["ignore", "pipe", "pipe"] });
      let errors = "";
      child.stderr.on("data", (text) => {
        errors += text;
      });
      if (n % 2 === 0)
        child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), Math.random() * latestKillMs));
      const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
      return { code, signal, errors };
    }),
  );
  const killed = ends.filter(({ signal }) => signal === "SIGKILL").length;
  const failed = ends.filter(({ code, signal }) => code !== 0 && signal !== "SIGKILL");
  blame(
    outcome,
    "unexplained",
    failed.length,
    `a flusher ended with ${failed[0]?.code}: ${failed[0]?.errors.slice(0, 300)}`,
  );
  // The two that lived have made all of it, whatever the others left half done.
  await judgeFlushed(outcome, recorded, directory, `${FLUSHERS} flushers, ${killed} killed`);
  if (killed === 0) return;
  outcome.trials++;
  outcome.faults++;
}
