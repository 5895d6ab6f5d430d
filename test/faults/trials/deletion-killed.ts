import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Arrived, arrivedIn, judge } from "../arrived.ts";
import { spread, twoAtOnce } from "../at-once.ts";
import { temporaryFolder } from "../folder.ts";
import { copied, flushed, type RecordedSpool, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const DELETES = fileURLToPath(new URL("../programs/deletes.js", import.meta.url));
/** The first of the two that are recorded, and its writers. */
const EXECUTION = "0199d3c0-0000-7000-8000-000000000000";
const ITS_ROWS = /^w00[0-3] /;
const SIZE = { writers: 5, statements: 10, rows: 20 } as const;
/** Whatever changes the disk. */
const CALLS = ["write", "fsync", "link", "unlink", "rmdir"] as const;
/** Of each call. */
const KILLS = { full: 12, sampled: 1 } as const;

/** A directory that was flushed, into whose spool a copy of what was moved has come back. */
interface Scene {
  readonly whole: string;
  readonly spool: RecordedSpool;
  readonly build: string;
}

export const deletionKilled: FaultTrial = {
  name: "deletion-killed",
  promise:
    "a deletion killed before any of its writes is whole or not begun for whoever reads, the next flush completes it, and what comes back stays deleted",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    using spool = await recordSpool(SIZE);
    using base = temporaryFolder();
    const whole = copied(spool.directory, base.path);
    await flushed(BUILD, whole);
    cpSync(join(spool.directory, "spool"), join(whole, "spool"), { recursive: true });
    const scene = { whole, spool, build };
    const counts = await callsOf(scene);
    const kills = CALLS.flatMap((call) => spread(counts.get(call) ?? 0, KILLS[scale]).map((when) => ({ call, when })));
    await twoAtOnce(kills, ({ call, when }) => tryOne(outcome, scene, call, when));
    return outcome;
  },
  sabotages: [
    {
      name: "the graph goes before it is said that it was deleted",
      file: "flush/deletion.js",
      find: "const prefixes = briefPrefixes(",
      replace: "remove(join(directoryPaths(directory).graph, execution));\n    const prefixes = briefPrefixes(",
    },
    {
      name: "nobody asks what was deleted",
      file: "spool/deleted.js",
      find: "if (isEmpty(folder))",
      replace: "if (folder !== undefined)",
    },
    {
      name: "what was begun is not completed",
      file: "flush/flush.js",
      find: "completeDeletions(directory);",
      replace: "",
    },
  ],
};

const BUILD = fileURLToPath(new URL("../../..", import.meta.url));

async function tryOne(outcome: Outcome, scene: Scene, call: string, when: number): Promise<void> {
  const { whole, spool, build } = scene;
  const where = `${call} ${when}`;
  using folder = temporaryFolder();
  const directory = copied(whole, folder.path);
  const { code, signal } = await traced(build, directory, ["-e", `inject=${call}:signal=SIGKILL:when=${when}`]);
  // Node writes to wake its own threads, how often varies.
  if (call === "write" && code === 0) return;
  outcome.trials++;
  if (signal === "SIGKILL" || code === 137) outcome.faults++;
  const isDeleted = hasTombstone(directory);
  const seen = await seenBy(build, directory);
  const all = spool.undisturbed.lines.filter(isIts).length;
  const wanted = isDeleted ? 0 : all;
  blame(
    outcome,
    "unexplained",
    Number(seen !== wanted),
    `${where}: a reader saw ${seen} of ${all} lines, not ${wanted}`,
  );
  await flushed(build, directory);
  judge(outcome, isDeleted ? withoutIt(spool.undisturbed) : spool.undisturbed, await arrived(directory), where);
  if (!isDeleted) await traced(build, directory, []);
  cpSync(whole, directory, { recursive: true, force: false });
  blame(outcome, "unexplained", await seenBy(build, directory), `${where}: read again once it came back`);
  await flushed(build, directory);
  judge(outcome, withoutIt(spool.undisturbed), await arrived(directory), `${where}, when it came back`);
  const left = readdirSync(join(directory, "spool")).length;
  blame(outcome, "unexplained", left, `${where}: ${left} left in the spool`);
}

function isIts(line: string): boolean {
  return line.includes(EXECUTION);
}

function withoutIt(given: Arrived): Arrived {
  return {
    ...given,
    lines: given.lines.filter((line) => !isIts(line)),
    rows: given.rows.filter((row) => !ITS_ROWS.test(row)),
  };
}

/** What lies there, but for what says that it was deleted. */
async function arrived(directory: string): Promise<Arrived> {
  const all = await arrivedIn(directory, "with stated");
  return { ...all, lines: all.lines.filter((line) => !line.endsWith(`/${EXECUTION}/tombstone> .`)) };
}

function hasTombstone(directory: string): boolean {
  const folder = join(directory, "graph", "deletions");
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".nq"));
}

/** How many lines of the execution a reader sees, but for what says that it was deleted. */
async function seenBy(build: string, directory: string): Promise<number> {
  const load = (path: string) => import(join(build, "src/query", path));
  const { graphFiles }: typeof import("../../../src/query/graph-files.ts") = await load("graph-files.js");
  const pieces: Uint8Array[] = [];
  for await (const piece of graphFiles(join(directory, "graph"))) pieces.push(piece);
  const lines = new Set(Buffer.concat(pieces).toString().split("\n"));
  return [...lines].filter((line) => !line.startsWith("#") && isIts(line) && !line.endsWith("/tombstone> .")).length;
}

/** How often an undisturbed deletion makes each call. */
async function callsOf({ whole, build }: Scene): Promise<Map<string, number>> {
  using folder = temporaryFolder();
  const directory = copied(whole, folder.path);
  const log = join(folder.path, "trace");
  await traced(build, directory, ["-e", `trace=${CALLS.join()}`], log);
  const counts = new Map<string, number>();
  for (const [, call = ""] of readFileSync(log, "utf8").matchAll(/^(\w+)\(/gm))
    counts.set(call, (counts.get(call) ?? 0) + 1);
  return counts;
}

async function traced(build: string, directory: string, strace: readonly string[], log = "/dev/null") {
  const command = ["-qq", "-o", log, ...strace, process.execPath, DELETES, build, directory, EXECUTION];
  const child = spawn("strace", command, { stdio: "ignore", env: { ...process.env, UV_USE_IO_URING: "0" } });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
