import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { heldIn } from "../oracle.ts";
import { expectedRuns, GO_ON, MEMBERS, type Start, starts } from "../together.ts";
import { endsIn, judgeSegments, judgeTogether } from "../together-judged.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const WORKS = fileURLToPath(new URL("../programs/works-together.js", import.meta.url));
const ROUNDS = { full: 12, sampled: 1 } as const;
const LATEST_KILL_MS = 60;
const FLUSH_EVERY_MS = 500;
const GOING_ON = new Map([
  ["dies-1", "running"],
  ["dies-2", "running"],
]);
/** Nobody waits for a process that hangs. */
const LONGEST_MS = 240_000;

type Flush = typeof import("../../../src/flush/flush.ts").flush;
type Open = typeof import("../../../src/query/open.ts").open;

/** Forks, shells, a cluster, threads, orphans and ranks, all at once into one directory, and some of each killed. */
export const severalProcesses: FaultTrial = {
  name: "several-processes",
  promise:
    "of processes and threads that record into one directory at once, each has files of its own: what one has acknowledged is kept, once, whoever else is killed, and only who was killed is shown as interrupted",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const { flush }: { flush: Flush } = await import(join(build, "src/flush/flush.js"));
    const { open }: { open: Open } = await import(join(build, "src/query/open.js"));
    if (scale === "full") await withoutProvml(outcome);
    for (let round = 0; round < ROUNDS[scale]; round++) {
      const isFlushed = round % 2 === 0 ? "meanwhile" : "afterwards";
      const ends = await together(outcome, { build, flush, open, isFlushed, where: `round ${round}` });
      const killed = Object.entries(MEMBERS).filter(([, { record }]) => record === "closed");
      outcome.trials += killed.length;
      outcome.faults += killed.filter(([name, { end }]) => ends.get(name) === end).length;
      judgeEnds(outcome, ends, `round ${round}`);
    }
    return outcome;
  },
  sabotages: [
    {
      name: "the threads of a process are one writer",
      file: "capture/execution.js",
      find: "randomBytes(8).readBigUInt64LE()",
      replace: "BigInt(process.pid)",
    },
    {
      name: "who lives is taken for dead",
      file: "spool/liveness.js",
      find: '? "alive" : "dead"',
      replace: '? "dead" : "dead"',
    },
  ],
};

/** Leaders, and whom they start, without provml. */
async function withoutProvml(outcome: Outcome): Promise<void> {
  using folder = temporaryFolder();
  const ledgers = join(folder.path, "ledgers");
  mkdirSync(ledgers);
  const leaders = starts("").filter(({ role }) => role === "leader");
  const all = leaders.map((start) => startOne(start, ["-", "", ledgers], folder.path));
  await Promise.all(all.map(({ exit }) => exit));
  writeFileSync(join(ledgers, GO_ON), "");
  await Promise.all(all.map(({ close }) => close));
  judgeEnds(outcome, await endsOf(all, ledgers), "without provml");
}

/** What ended did so as it should, and as it does without provml. */
function judgeEnds(outcome: Outcome, ends: ReadonlyMap<string, string>, where: string): void {
  for (const [name, end] of ends) {
    const expected = MEMBERS[name]?.end;
    blame(outcome, "unexplained", end === expected ? 0 : 1, `${where}, ${name}: ends with ${end}, not ${expected}`);
  }
}

interface Round {
  readonly build: string;
  readonly flush: Flush;
  readonly open: Open;
  readonly isFlushed: "meanwhile" | "afterwards";
  readonly where: string;
}

/** All of them once, and how they ended. */
async function together(outcome: Outcome, round: Round): Promise<Map<string, string>> {
  const { build, flush, open, where } = round;
  using folder = temporaryFolder();
  const [directory, ledgers] = [join(folder.path, ".provml"), join(folder.path, "ledgers")];
  mkdirSync(ledgers);
  const all = starts(randomUUID()).map((start) => startOne(start, [build, directory, ledgers], folder.path));
  const watching = new AbortController();
  const watched = round.isFlushed === "meanwhile" ? flushOn(directory, flush, watching.signal) : undefined;
  await Promise.all(all.map(({ exit }) => exit));
  // The children go on whose parent was killed.
  await judgeRuns(outcome, directory, open, GOING_ON, `${where}, meanwhile`);
  writeFileSync(join(ledgers, GO_ON), "");
  await Promise.all(all.map(({ close }) => close));
  watching.abort();
  await watched;

  const ledger = new Map(Object.keys(MEMBERS).map((name) => [name, readFileSync(join(ledgers, name), "utf8")]));
  const held = round.isFlushed === "afterwards" ? heldIn(directory) : undefined;
  if (held) judgeSegments(outcome, directory, ledger, where);
  await flush(directory);
  const left = readdirSync(join(directory, "spool"));
  blame(outcome, "unexplained", left.length, `${where}: left in the spool: ${left[0]}`);
  const arrived = await arrivedIn(directory, "without stated");
  judge(outcome, held ?? arrived, arrived, where);
  for (const [name, text] of ledger) judgeTogether(outcome, directory, { name, text, arrived, where });
  await judgeRuns(outcome, directory, open, expectedRuns(), where);
  return await endsOf(all, ledgers);
}

interface Started {
  readonly name: string;
  readonly exit: Promise<string>;
  /** When nobody is left who was started by it, or by one of those. */
  readonly close: Promise<unknown>;
}

/** `places`: the build, the directory, the ledgers. */
function startOne({ name, role, environment }: Start, places: readonly string[], cwd: string): Started {
  const env = { ...process.env, ...environment, ROLE: role, NAME: name };
  const child = spawn(process.execPath, [WORKS, ...places], {
    ...{ cwd, env, stdio: ["ignore", "pipe", "inherit"], timeout: LONGEST_MS, killSignal: "SIGQUIT" },
  });
  child.stdout.resume();
  const exit = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  if (role === "on") void killAtWork(child, join(places[2] ?? "", name));
  return { name, exit, close: once(child, "close") };
}

async function killAtWork(child: ChildProcess, ledger: string): Promise<void> {
  while (!existsSync(ledger) || !readFileSync(ledger, "utf8").includes("mark")) await sleep(20);
  await sleep(Math.random() * LATEST_KILL_MS);
  child.kill("SIGKILL");
}

/** As whoever started them saw it. */
async function endsOf(all: readonly Started[], ledgers: string): Promise<Map<string, string>> {
  const own = await Promise.all(all.map(async ({ name, exit }) => [name, await exit] as const));
  return new Map([...endsIn(readdirSync(ledgers).map((name) => readFileSync(join(ledgers, name), "utf8"))), ...own]);
}

async function flushOn(directory: string, flush: Flush, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (existsSync(join(directory, "provml.json"))) await flush(directory, { signal });
    await sleep(FLUSH_EVERY_MS);
  }
}

/** Of those runs that are expected, how they stand. */
async function judgeRuns(
  outcome: Outcome,
  directory: string,
  open: Open,
  expected: ReadonlyMap<string, string>,
  where: string,
): Promise<void> {
  await using graph = await open(directory);
  const shown = new Map((await graph.runs()).map(({ name, status }) => [name, status]));
  for (const [name, status] of expected) {
    const found = shown.get(name) ?? "not there";
    blame(outcome, "unexplained", found === status ? 0 : 1, `${where}: ${name} is ${found}, not ${status}`);
  }
}
