// One of several that record into one directory at once: a leader starts others in its way, everyone else works until it has done its part or is ended.
// What it may rely on goes into a ledger of its own, fsynced: `fit ID`, `mark N`, `started ID`, `ended`, `all ROWS`, `lost N`, `child NAME END`.
// usage: node works-together.js <build, or "-" to record nothing> <.provml> <ledgers> [<role> <name>]; without the last two ROLE and NAME say them, for ranks of a
// job have the same arguments
import { type ChildProcess, fork, spawn } from "node:child_process";
import cluster from "node:cluster";
import { once } from "node:events";
import { existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { threadId, Worker } from "node:worker_threads";
import { GO_ON, labelOf, markedValue } from "../together.ts";

const SELF = fileURLToPath(import.meta.url);
const { ROLE = "", NAME = "" } = process.env;
const [, , build = "", directory = "", ledgers = "", role = ROLE, name = NAME] = process.argv;
const LATEST_KILL_MS = 60;
const STEPS = 8;

/** The same program without provml. */
const NOTHING: unknown = {
  activity: <F>(_name: string, fn: F) => fn,
  training: <F>(_name: string, fn: F) => fn,
  current: () => ({ id: "none", log() {} }),
  carrier: () => ({}),
  stats: () => ({ lost: 0 }),
};

async function recording() {
  const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
  return provenance({ directory, workflow: "together", agent: "ada", announce: false });
}

const prov = build === "-" ? (NOTHING as Awaited<ReturnType<typeof recording>>) : await recording();
const ledger = openSync(join(ledgers, name), "a");
const mark = process.pid * 64 + threadId;
let rows = 0;

function write(...words: (string | number)[]): void {
  writeSync(ledger, `${words.join(" ")}\n`);
  fsyncSync(ledger);
}

/** Nothing counts as acknowledged once something is lost. */
function note(...words: (string | number)[]): void {
  const { lost } = prov.stats();
  if (lost > 0) write("lost", lost);
  else write(...words);
}

const part = prov.activity("part", (n: number) => {
  note("started", prov.current().id);
  return { n };
});

/** The statements of a step come after the rows before it, so its return acknowledges them too. */
function step(): void {
  for (let k = 0; k < 5; k++) prov.current().log({ loss: markedValue(mark, rows) }, rows++);
  part(rows);
  note("ended");
  note("all", rows);
}

function begin(): void {
  note("fit", prov.current().id);
  write("mark", mark);
}

/** A training that goes on until this says that it is over. */
async function work(isOver: () => boolean, end?: () => void): Promise<void> {
  await prov.training(labelOf(name), async () => {
    begin();
    for (let n = 0; n < STEPS || !isOver(); n++) {
      step();
      await sleep(10);
    }
    end?.();
  })();
  if (process.connected) process.disconnect(); // or a worker of a cluster would not end
}

type Ended = readonly [code: number | null, signal?: NodeJS.Signals | null];

const to = (role: string, name: string) => [build, directory, ledgers, role, name];
const environment = () => ({ ...process.env, ...prov.carrier() });

function forked(role: string, name: string): ChildProcess {
  return fork(SELF, to(role, name), { env: environment() });
}

/** A shell that starts a node, and does this afterwards. */
function inShell(then: string, role: string, name: string): ChildProcess {
  const command = `"$0" "$@" & { wait $!; } 2>/dev/null; ${then}`;
  return spawn("sh", ["-c", command, process.execPath, SELF, ...to(role, name)], {
    env: environment(),
    stdio: "inherit",
  });
}

function clustered(role: string, name: string) {
  cluster.setupPrimary({ exec: SELF, args: to(role, name) });
  return cluster.fork(prov.carrier());
}

function threaded(role: string, name: string): Worker {
  return new Worker(SELF, { argv: to(role, name) });
}

async function ended(name: string, child: { once: unknown }): Promise<void> {
  const [code, signal] = (await once(child as ChildProcess, "exit")) as unknown as Ended;
  write("child", name, String(signal ?? code));
}

/** The words of another's ledger that begin with this one, once it has got so far. */
async function told(other: string, word: string): Promise<string> {
  for (;;) {
    const path = join(ledgers, other);
    const line = existsSync(path) && new RegExp(`^${word} (.*)\n`, "m").exec(readFileSync(path, "utf8"));
    if (line) return line[1] ?? "";
    await sleep(20);
  }
}

/** In the middle of what it does. */
async function killAtWork(other: string, kill: () => unknown): Promise<void> {
  await told(other, "mark");
  await sleep(Math.random() * LATEST_KILL_MS);
  await kill();
}

async function killed(name: string, child: ChildProcess, pid?: () => Promise<number>): Promise<void> {
  await Promise.all([
    ended(name, child),
    killAtWork(name, async () => process.kill((await pid?.()) ?? (child.pid as number), "SIGKILL")),
  ]);
}

/** How a leader starts the others. */
const LEADERS: Readonly<Record<string, () => Promise<unknown>>> = {
  forks: () =>
    Promise.all([
      killed("forks-1", forked("on", "forks-1")),
      ended("forks-2", forked("well", "forks-2")),
      ended("forks-3", forked("exits", "forks-3")),
    ]),
  shells: () => {
    const pidOf = async () => Math.floor(Number(await told("shells-2", "mark")) / 64);
    return Promise.all([
      killed("shells-1", inShell(":", "until told", "shells-1")), // the shell; the node goes on
      killed("shells-2", inShell("exit 7", "on", "shells-2"), pidOf),
    ]);
  },
  cluster: async () => {
    const replaced = async (name: string) => {
      await killed(name, clustered("on", name).process);
      await ended(`${name}-again`, clustered("well", `${name}-again`).process);
    };
    await Promise.all([replaced("cluster-1"), ended("cluster-2", clustered("well", "cluster-2").process)]);
  },
  threads: async () => {
    const second = threaded("on", "threads-2");
    for (const name of ["threads-3", "threads-4"]) threaded("on", name);
    await Promise.all([
      ended("threads-1", threaded("well", "threads-1")),
      ended("threads-2", second),
      killAtWork("threads-2", () => second.terminate()),
    ]);
    await told("threads-3", "mark");
    await killAtWork("threads-4", () => process.exit(3));
  },
  dies: async () => {
    for (const name of ["dies-1", "dies-2"]) forked("until told", name);
    await told("dies-1", "mark");
    await killAtWork("dies-2", () => process.kill(process.pid, "SIGKILL"));
  },
};

const ROLES: Readonly<Record<string, () => Promise<unknown>>> = {
  well: () => work(() => true),
  on: () => work(() => false),
  exits: () =>
    work(
      () => true,
      () => process.exit(3),
    ),
  "until told": () => work(() => existsSync(join(ledgers, GO_ON))),
  async leader() {
    // What children do in a training is part of it; in another step a training of theirs is a run of its own.
    const kind = name === "shells" ? "training" : "activity";
    await prov[kind](name, async () => {
      begin();
      let isOver = false;
      const others = LEADERS[name]?.().finally(() => {
        isOver = true;
      });
      while (!isOver) {
        step();
        await sleep(100);
      }
      await others;
    })();
  },
};

await ROLES[role]?.();
