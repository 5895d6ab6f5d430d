import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../folder.ts";
import { judgeSteady, ROWS_PER_SECOND, rowsMoved } from "../steady.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const WRITES = fileURLToPath(new URL("../programs/writes-steadily.js", import.meta.url));

interface Size {
  /** Processes of one writer each, and writers in a few processes. */
  readonly real: number;
  readonly simulated: number;
  readonly seconds: number;
  readonly lagSeconds: number;
}

const SIZES = {
  long: { real: 64, simulated: 882, seconds: 600, lagSeconds: 30 },
  full: { real: 64, simulated: 882, seconds: 60, lagSeconds: 10 },
  sampled: { real: 3, simulated: 29, seconds: 3, lagSeconds: 1 },
} as const;
const SIMULATING_PROCESSES = 4;
/** After the last writer has ended, on however busy a machine. */
const MOST_CATCHING_UP_MS = 600_000;

/** Many writers, one watching flusher: a statement and twenty rows a second each, into one spool. */
export const manyWriters: FaultTrial = {
  name: "many-writers",
  promise: "one flusher keeps up with 946 writers on less than a core, and all is there, once",
  needs: [],
  measuresSpeed: true,
  run: (scale, build) => runSize(SIZES[scale], build),
  runLong: (build) => runSize(SIZES.long, build),
  sabotages: [
    {
      name: "the flusher goes on a little behind where it was",
      file: "flush/move-segment.js",
      find: "{ from: known.place }",
      replace: "{ from: { ...known.place, sequence: known.place.sequence + 5 } }",
    },
  ],
};

async function runSize({ real, simulated, seconds, lagSeconds }: Size, build: string): Promise<Outcome> {
  const outcome = noOutcome();
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const writers = real + simulated;
  const children: ChildProcess[] = [];
  const start = (first: number, count: number) => {
    const args = [WRITES, build, directory, first, count, seconds].map(String);
    if (count > 0) children.push(spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] }));
  };
  for (let number = 0; number < real; number++) start(number, 1);
  const share = Math.ceil(simulated / SIMULATING_PROCESSES);
  for (let first = real; first < writers; first += share) start(first, Math.min(share, writers - first));
  const ends = Promise.all(children.map((child) => once(child, "exit")));
  while (!isThere(directory)) await sleep(20);

  const flusher = watching(build, directory, lagSeconds);
  const startedAt = performance.now();
  const isOver = ends.then(() => true);
  const looks: Look[] = [];
  const watched = [0, real, Math.floor((real + writers) / 2), writers - 1];
  while (!(await Promise.race([isOver, sleep(Math.max(500, seconds * 10), false)])))
    looks.push(look(flusher.child.pid, directory, watched, (performance.now() - startedAt) / 1000));
  const writingSeconds = (performance.now() - startedAt) / 1000;
  while (readdirSync(join(directory, "spool")).length > 0) {
    if (performance.now() - startedAt > writingSeconds * 1000 + MOST_CATCHING_UP_MS) break;
    await sleep(100);
  }
  const catchingUp = (performance.now() - startedAt) / 1000 - writingSeconds;
  const used = cpuSeconds(flusher.child.pid);
  const most = Math.max(0, ...looks.map(({ residentMiB }) => residentMiB));
  flusher.child.kill("SIGTERM");
  const [code] = await once(flusher.child, "exit");
  blame(outcome, "unexplained", code === 0 ? 0 : 1, `the flusher ended with ${code}: ${flusher.errors()}`);
  outcome.trials = children.length;
  outcome.faults = (await ends).filter(([, signal]) => signal === "SIGKILL").length;
  const left = readdirSync(join(directory, "spool"));
  blame(outcome, "unexplained", left.length, `left in the spool: ${left.slice(0, 3).join(", ")}`);
  await judgeSteady(outcome, directory, writers, seconds);
  const lags = looks.map(({ lagSeconds: lag }) => lag).sort((a, b) => a - b);
  const [middle = 0, worst = 0] = [lags[lags.length >> 1], lags.at(-1)];
  const files = readdirSync(directory, { recursive: true }).length;
  outcome.notes.push(
    `${writers} writers (${real} processes of their own), ${writingSeconds.toFixed(0)} s: the flusher took ${used.toFixed(1)} s of a core (${((100 * used) / writingSeconds).toFixed(0)} %) and ${most.toFixed(0)} MiB`,
    `what was written was in the graph after ${middle.toFixed(1)} s in the middle and ${worst.toFixed(1)} s at most (it may wait ${lagSeconds} s); the last of it ${catchingUp.toFixed(1)} s after the last writer, ${files} files`,
  );
  return outcome;
}

interface Look {
  readonly lagSeconds: number;
  readonly residentMiB: number;
}

function look(pid: number | undefined, directory: string, writers: readonly number[], elapsed: number): Look {
  const moved = [...rowsMoved(directory, writers).values()];
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const lagSeconds = Math.max(0, elapsed - Math.min(...moved) / ROWS_PER_SECOND);
  return { lagSeconds, residentMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024 };
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

/** Fields 14 and 15 of /proc/PID/stat: user and system time in hundredths of a second. */
function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function isThere(directory: string): boolean {
  try {
    readFileSync(join(directory, "provml.json"));
    return true;
  } catch {
    return false;
  }
}
