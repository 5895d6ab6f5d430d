import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../folder.ts";
import { judgePace, Lag, type Look, type PaceLimits, paceText } from "../pace.ts";
import { cpuSeconds, cpuSecondsOfEnded, peakMiB, starvedSeconds } from "../proc.ts";
import { judgeSteady, rowsMoved } from "../steady.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const WRITES = fileURLToPath(new URL("../programs/writes-steadily.js", import.meta.url));

interface Size {
  /** Processes of one writer each, and writers in a few processes. */
  readonly real: number;
  readonly simulated: number;
  readonly seconds: number;
  /** How long what is written may wait, as the flusher is told. */
  readonly lagSeconds: number;
  /** Without these it is too short to say whether the flusher keeps up. */
  readonly limits?: PaceLimits;
  /** Writers wait half-way until the flusher has been there, so that it comes more than once on however busy a machine. */
  readonly isInHalves?: true;
}

const SIZES = {
  full: {
    real: 64,
    simulated: 882,
    seconds: 600,
    lagSeconds: 30,
    limits: { cores: 1, residentMiB: 256, lagGrowthSeconds: 15, drainSeconds: 300 },
  },
  sampled: { real: 3, simulated: 29, seconds: 3, lagSeconds: 1, isInHalves: true },
} as const;
const SIMULATING_PROCESSES = 2;
/** After the last writer has ended, on however busy a machine. */
const MOST_CATCHING_UP_MS = 600_000;

/** Many writers, one watching flusher: a statement and twenty rows a second each, into one spool. */
export const manyWriters: FaultTrial = {
  name: "many-writers",
  promise:
    "one flusher keeps up with 946 writers for ten minutes: on less than a core, within 256 MB, without falling behind; and all is there, once",
  needs: [],
  measuresSpeed: true,
  run: (scale, build) => runSize(SIZES[scale], build),
  sabotages: [
    {
      name: "the flusher goes on a little behind where it was",
      file: "flush/move-segment.js",
      find: "{ from: known.place }",
      replace: "{ from: { ...known.place, sequence: known.place.sequence + 5 } }",
    },
  ],
};

async function runSize(size: Size, build: string): Promise<Outcome> {
  const { real, simulated, seconds, lagSeconds, limits, isInHalves } = size;
  const outcome = noOutcome();
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const writers = real + simulated;
  const endedBefore = cpuSecondsOfEnded();
  const goOn = join(folder.path, "go-on");
  const children: ChildProcess[] = [];
  const start = (first: number, count: number) => {
    const args = [WRITES, build, directory, first, count, seconds, ...(isInHalves ? [goOn] : [])].map(String);
    if (count > 0) children.push(spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }));
  };
  for (let number = 0; number < real; number++) start(number, 1);
  const share = Math.ceil(simulated / SIMULATING_PROCESSES);
  for (let first = real; first < writers; first += share) start(first, Math.min(share, writers - first));
  const ends = Promise.all(children.map((child) => once(child, "exit")));
  while (!existsSync(join(directory, "provml.json"))) await sleep(20);

  const flusher = watching(build, directory, lagSeconds);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const isOver = ends.then(() => true);
  const lag = new Lag(directory, writers, seconds);
  const looks: Look[] = [];
  while (!(await Promise.race([isOver, sleep(Math.max(500, seconds * 10), false)]))) {
    looks.push({ at: elapsed(), lagSeconds: lag.now() });
    if (isInHalves && !existsSync(goOn) && rowsMoved(directory, writers).every((rows) => rows > 0))
      writeFileSync(goOn, "");
  }
  const writingSeconds = elapsed();
  const writersCpu = cpuSecondsOfEnded() - endedBefore;
  while (readdirSync(join(directory, "spool")).length > 0) {
    if (elapsed() > writingSeconds + MOST_CATCHING_UP_MS / 1000) break;
    await sleep(100);
  }
  const wallSeconds = elapsed();
  const pace = {
    looks,
    starvedSeconds: starvedSeconds(flusher.child.pid),
    writingSeconds,
    drainSeconds: wallSeconds - writingSeconds,
    cores: cpuSeconds(flusher.child.pid) / wallSeconds,
    residentMiB: peakMiB(flusher.child.pid),
  };
  flusher.child.kill("SIGTERM");
  const [code] = await once(flusher.child, "exit");
  blame(outcome, "unexplained", code === 0 ? 0 : 1, `the flusher ended with ${code}: ${flusher.errors()}`);
  outcome.trials = children.length;
  outcome.faults = (await ends).filter(([, signal]) => signal === "SIGKILL").length;
  const left = readdirSync(join(directory, "spool"));
  blame(outcome, "unexplained", left.length, `left in the spool: ${left.slice(0, 3).join(", ")}`);
  if (limits) judgePace(outcome, pace, limits);
  await judgeSteady(outcome, directory, writers, seconds);
  const files = readdirSync(directory, { recursive: true }).length;
  const own = (writersCpu / writingSeconds).toFixed(2);
  outcome.notes.push(
    `${writers} writers (${real} processes of their own) for ${writingSeconds.toFixed(0)} s, which took ${own} of a core themselves; ${files} files`,
    ...paceText(pace, lagSeconds, limits),
  );
  return outcome;
}

function watching(build: string, directory: string, lagSeconds: number) {
  const main = join(build, "src/cli/main.js");
  const args = [main, "flush", "--watch", "--interval", "0.5", "--lag", String(lagSeconds), "--dir", directory];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return { child, errors: () => errors.slice(0, 500) };
}
