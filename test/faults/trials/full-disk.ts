import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arrivedIn } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { blame, type FaultTrial, noOutcome, type Outcome, type Scale } from "../trial.ts";

const FILLS = fileURLToPath(new URL("../programs/fills.js", import.meta.url));
const ROUNDS = 30;
/** Rounds on a disk of 256 KiB that is really full. */
const REAL_ROUNDS = 300;
/** Writes of the segment in an undisturbed run are some more than two a round. */
const WRITES = 2 * ROUNDS + 8;
/** How many writes a fault lasts that lasts. */
const LASTING = 8;
const AT_ONCE = 2;

/** What the program says at its end. */
interface Told {
  readonly statements: number;
  readonly rows: number;
  readonly lostStatements: number;
  readonly lostRows: number;
  readonly segments: number;
  readonly sum: number;
  readonly lastFault?: string;
}

interface Fault {
  readonly name: string;
  /** Of strace, `@` being the number of the call. */
  readonly inject: string;
  readonly durability: "os" | "sync";
  readonly code: string;
  /** Whether something must be lost: the fault lasts. */
  readonly lasts?: true;
}

const FAULTS: readonly Fault[] = [
  { name: "full for one write", inject: "pwrite64:error=ENOSPC:when=@", durability: "os", code: "ENOSPC" },
  {
    name: "full for eight writes",
    inject: "pwrite64:error=ENOSPC:when=@..@+7",
    durability: "os",
    code: "ENOSPC",
    lasts: true,
  },
  {
    name: "over quota for eight writes",
    inject: "pwrite64:error=EDQUOT:when=@..@+7",
    durability: "os",
    code: "EDQUOT",
    lasts: true,
  },
  { name: "broken for one write", inject: "pwrite64:error=EIO:when=@", durability: "os", code: "EIO" },
  { name: "broken at one fdatasync", inject: "fdatasync:error=EIO:when=@", durability: "sync", code: "EIO" },
];

/** A disk that refuses: at every write, for one or for many, and at every fsync. */
export const failingDisk: FaultTrial = {
  name: "failing-disk",
  promise:
    "a disk that refuses any write, or fails at any fsync, changes nothing of the program; loss is counted exactly and becomes provenance, and capture resumes",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    const tries = FAULTS.flatMap((fault) => numbersOf(fault, scale).map((at) => [fault, at] as const));
    const work = async () => {
      for (let next = tries.shift(); next; next = tries.shift()) await tryFault(outcome, build, ...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return outcome;
  },
  sabotages: [
    {
      name: "what the disk refuses is not counted",
      file: "spool/writer.js",
      find: "this.#stream.lost(statements, 0);",
      replace: "",
    },
    {
      name: "a refused write moves on",
      file: "spool/segment.js",
      find: "this.#cut();\n            throw error;\n        }\n    }\n    /** Gives",
      replace: "this.#position += length;\n            throw error;\n        }\n    }\n    /** Gives",
    },
    {
      name: "nothing is written after a fault",
      file: "spool/stream.js",
      find: "if (!this.#isPrepared)\n            this.#prepare();",
      replace:
        "if (this.#faults.last)\n            throw this.#faults.last;\n        if (!this.#isPrepared)\n            this.#prepare();",
    },
  ],
};

/** A file system of 256 KiB that is filled to its last byte, and freed, and one whose program is killed while it is full. */
export const fullDisk: FaultTrial = {
  name: "full-disk",
  promise:
    "on a disk that is really full the program ends as it would, what it lost is counted exactly even if it is killed, and it goes on when there is room",
  needs: ["tmpfs", "root"],
  async run(scale, build) {
    const outcome = noOutcome();
    const turns = scale === "full" ? 6 : 1;
    for (let turn = 0; turn < turns; turn++) {
      for (const how of ["freed", "killed"] as const) await onFullDisk(outcome, build, REAL_ROUNDS + 7 * turn, how);
    }
    await underLimit(outcome, build);
    return outcome;
  },
  sabotages: [
    {
      name: "the loss is counted at the end only",
      file: "spool/segment.js",
      find: "lostRows: lostRows + rows };\n        this.#writeStatus();",
      replace: "lostRows: lostRows + rows };",
    },
    {
      name: "what the disk refuses is not counted",
      file: "spool/writer.js",
      find: "this.#stream.lost(statements, 0);",
      replace: "",
    },
  ],
};

/** A disk that takes nothing to the very end can be told nothing: then only the program's own `stats()` tell what it lost. */
function numbersOf({ inject, lasts }: Fault, scale: Scale): number[] {
  const most = inject.startsWith("fdatasync") ? ROUNDS : lasts ? WRITES - LASTING : WRITES;
  if (scale === "sampled") return lasts ? [9] : [];
  return Array.from({ length: most }, (_, n) => n + 1);
}

async function tryFault(outcome: Outcome, build: string, fault: Fault, at: number): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  const inject = fault.inject.replace("@+7", String(at + 7)).replace("@", String(at));
  const segments = [0, 1, 2].flatMap((n) => ["-P", join(directory, `spool/wfull-${n}.open`)]);
  const strace = ["-f", "-qq", "-o", "/dev/null", ...segments, "-e", `inject=${inject}`];
  const args = [...strace, process.execPath, FILLS, build, directory, String(ROUNDS), fault.durability];
  const where = `${fault.name}, at ${at}`;
  outcome.trials++;
  const { status, stdout } = await ended("strace", args);
  const told = read(stdout);
  // After the last write there is none to refuse: the writes of an undisturbed run are fewer for some faults.
  const isStatus = told !== undefined && told.lastFault === undefined;
  if (told?.lastFault === fault.code || isStatus) outcome.faults++;
  judgeProgram(outcome, told, status, ROUNDS, where);
  if (told) await judgeLoss(outcome, build, directory, told, where);
  if (told) await judgeLast(outcome, directory, ROUNDS, where);
  if (told && !fault.lasts)
    blame(outcome, "lost", told.lostStatements + told.lostRows, `${where}: one fault cost something`);
}

async function onFullDisk(outcome: Outcome, build: string, rounds: number, how: "freed" | "killed"): Promise<void> {
  using folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path]);
  outcome.trials++;
  if (mounted.status !== 0) return;
  try {
    const directory = join(folder.path, ".provml");
    const args = [
      FILLS,
      build,
      directory,
      String(rounds),
      "os",
      join(folder.path, "ballast"),
      how === "killed" ? "kill" : "",
    ];
    const { status, signal, stdout } = await ended(process.execPath, args);
    const told = read(stdout);
    const where = `${rounds} rounds on a full disk, ${how}`;
    if (told && told.lostStatements > 0 && told.lastFault === "ENOSPC") outcome.faults++;
    if (how === "freed") judgeProgram(outcome, told, status, rounds, where);
    else blame(outcome, "unexplained", Number(signal !== "SIGKILL"), `${where}: ended by ${signal ?? status}`);
    // The flusher needs room that the killed program's disk has not; it is told of elsewhere.
    using rescued = temporaryFolder();
    spawnSync("cp", ["-a", directory, rescued.path]);
    if (told) await judgeLoss(outcome, build, join(rescued.path, ".provml"), told, where);
    if (how === "freed") await judgeLast(outcome, join(rescued.path, ".provml"), rounds, where);
  } finally {
    spawnSync("umount", [folder.path]);
  }
}

/** Without root: no file may be longer than 16 KiB. */
async function underLimit(outcome: Outcome, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  outcome.trials++;
  const command = `ulimit -f 16; exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, FILLS, build, directory, String(ROUNDS * 4), "os"];
  const { status, stdout } = await ended("bash", args);
  const told = read(stdout);
  if (told?.lastFault === "EFBIG") outcome.faults++;
  judgeProgram(outcome, told, status, ROUNDS * 4, "under a limit of 16 KiB");
  if (told) await judgeLoss(outcome, build, directory, told, "under a limit of 16 KiB");
}

function judgeProgram(
  outcome: Outcome,
  told: Told | undefined,
  status: number | null,
  rounds: number,
  where: string,
): void {
  const sum = (rounds * (rounds - 1)) / 2;
  const isSame = told?.sum === sum && status === 3;
  blame(
    outcome,
    "unexplained",
    Number(!isSame),
    `${where}: the program ended with ${status} and ${told?.sum}, not with 3 and ${sum}`,
  );
}

/** What was taken has arrived, once; what was lost stands in the graph, to the number. */
async function judgeLoss(outcome: Outcome, build: string, directory: string, told: Told, where: string): Promise<void> {
  const { flush }: typeof import("../../../src/flush/flush.ts") = await import(join(build, "src/flush/flush.js"));
  const report = await flush(directory);
  const { rows, lines, repeatedRows, broken } = await arrivedIn(directory, "with stated");
  const things = new Set(lines.flatMap((line) => /^<[^>]*\/(e-\d+)>/.exec(line)?.[1] ?? []));
  blame(
    outcome,
    "lost",
    Math.max(0, told.statements - things.size),
    `${where}: ${told.statements} statements taken, ${things.size} there`,
  );
  blame(
    outcome,
    "unexplained",
    Math.max(0, things.size - told.statements),
    `${where}: ${things.size} statements, ${told.statements} taken`,
  );
  blame(
    outcome,
    "lost",
    Math.max(0, told.rows - rows.length),
    `${where}: ${told.rows} rows taken, ${rows.length} there`,
  );
  blame(outcome, "duplicated", repeatedRows, `${where}: rows stand twice`);
  blame(
    outcome,
    "unexplained",
    broken.length + report.damaged + report.refused.length,
    `${where}: damage, or files that are not whole`,
  );
  const stated = (term: string) =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`#${term}> "(\\d+)"`).exec(line)?.[1] ?? 0), 0);
  const [statements, lostRows] = [stated("lostStatements"), stated("lostRows")];
  blame(
    outcome,
    "unexplained",
    Math.abs(statements - told.lostStatements),
    `${where}: ${told.lostStatements} statements lost, the graph says ${statements}`,
  );
  blame(
    outcome,
    "unexplained",
    Math.abs(lostRows - told.lostRows),
    `${where}: ${told.lostRows} rows lost, the graph says ${lostRows}`,
  );
  blame(outcome, "unexplained", readdirSync(join(directory, "spool")).length, `${where}: segments are left`);
}

async function judgeLast(outcome: Outcome, directory: string, rounds: number, where: string): Promise<void> {
  const { lines } = await arrivedIn(directory, "without stated");
  const isThere = lines.some((line) => line.includes(`/e-${rounds - 1}>`));
  blame(outcome, "lost", Number(!isThere), `${where}: capture did not go on when the disk took something again`);
}

function read(stdout: string): Told | undefined {
  const line = stdout.trim().split("\n").at(-1);
  return line ? (JSON.parse(line) as Told) : undefined;
}

async function ended(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  return await new Promise<{ status: number | null; signal: NodeJS.Signals | null; stdout: string }>((resolve) =>
    child.once("close", (status, signal) => resolve({ status, signal, stdout })),
  );
}
