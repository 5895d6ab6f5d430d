import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Call, recordedCalls } from "../calls.ts";
import { Disk } from "../disk.ts";
import { temporaryFolder } from "../folder.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";
import { judgeReadBack, type ReadBack, type Reader, readerOf, WRITER } from "../written.ts";

const WRITES = fileURLToPath(new URL("../programs/writes.js", import.meta.url));
/** `everyNth`: which of the writes are tried; the last one of all is among them. */
const SCALES = {
  full: { statements: 200, segmentBytes: 12_000, everyNthKill: 1, everyNthCut: 1 },
  sampled: { statements: 20, segmentBytes: 9000, everyNthKill: 7, everyNthCut: 4 },
} as const;
const AT_ONCE = 2;
const MOST_SEGMENTS = 40;
/** A write that is cut in a header leaves the header's other copy. */
const OF_ONE_COPY = /one copy of the segment's header/;

/** kill -9 before each write of a run, and again with the write before it cut at every length: a kill may tear a write too. */
export const killedAtEachWrite: FaultTrial = {
  name: "killed-at-each-write",
  promise: "what a call has returned survives kill -9 at every write, and no half statement is ever read",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    const read = await readerOf(build);
    using folder = temporaryFolder();
    const program = (name: string): Program => programIn(join(folder.path, name), build, scale);
    const undisturbed = program("undisturbed");
    const calls = recordedCalls(undisturbed.args);
    const writes = calls.filter(
      ({ name, path }) => name === "write" && path.startsWith(`${undisturbed.spool}/`),
    ).length;

    const { everyNthKill, everyNthCut } = SCALES[scale];
    const kills = Array.from({ length: writes }, (_, n) => n + 1).filter((n) => n % everyNthKill === 0 || n === writes);
    const work = async () => {
      for (let n = kills.shift(); n !== undefined; n = kills.shift())
        await killAt(n, program(`kill-${n}`), read, outcome);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const beyond = await killed(program("beyond"), writes + 1);
    if (beyond !== null) blame(outcome, "unexplained", 1, `there are more than ${writes} writes`);

    const kill = outcome.trials;
    cutEach(calls, undisturbed, everyNthCut, read, outcome);
    outcome.notes.push(`${kill} kills, ${outcome.trials - kill} cuts of a write`);
    return outcome;
  },
  sabotages: [
    {
      name: "a torn tail is taken for damage",
      file: "spool/scan.js",
      find: "isTail: to === range.to && !isComplete",
      replace: "isTail: false",
    },
    {
      name: "a call returns before its statements are written",
      file: "spool/writer.js",
      find: "this.#writeStatements(list);\n        this.#faults.tell();",
      replace: "setImmediate(() => this.#writeStatements(list));\n        this.#faults.tell();",
    },
  ],
};

interface Program {
  readonly spool: string;
  readonly ledger: string;
  readonly args: readonly string[];
}

function programIn(folder: string, build: string, scale: keyof typeof SCALES): Program {
  mkdirSync(folder);
  const [directory, ledger] = [join(folder, ".provml"), join(folder, "ledger")];
  const { statements, segmentBytes } = SCALES[scale];
  // No clock decides how many writes there are.
  const options = JSON.stringify({ segmentBytes, rowDelayMs: 60_000 });
  const args = [WRITES, build, directory, ledger, String(statements), "return", options];
  return { spool: join(directory, "spool"), ledger, args };
}

async function killAt(write: number, program: Program, read: Reader, outcome: Outcome): Promise<void> {
  outcome.trials++;
  if ((await killed(program, write)) !== "SIGKILL") return;
  outcome.faults++;
  const { spool, ledger } = program;
  const acknowledged = existsSync(ledger) ? readFileSync(ledger, "utf8").split("\n").length - 1 : 0;
  const segments = namesOfSegments()
    .flatMap((name) => [`${name}.seg`, `${name}.open`])
    .map((name) => join(spool, name));
  judge(
    outcome,
    read(
      segments.filter((path) => existsSync(path)),
      "dead",
    ),
    acknowledged,
    `kill at write ${write}`,
  );
}

/** The signal goes before the write, which then does not happen. strace must know the files exactly. */
function killed({ spool, args }: Program, write: number): Promise<NodeJS.Signals | null> {
  const paths = namesOfSegments().flatMap((name) => ["-P", join(spool, `${name}.open`)]);
  const injected = ["-e", "trace=pwrite64", "-e", `inject=pwrite64:signal=SIGKILL:when=${write}`];
  const child = spawn("strace", ["-f", "-qq", "-o", "/dev/null", ...paths, ...injected, process.execPath, ...args], {
    stdio: "ignore",
  });
  return new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
}

function namesOfSegments(): string[] {
  return Array.from({ length: MOST_SEGMENTS }, (_, n) => `${WRITER}-${n}`);
}

/** Each write of the recorded run, cut after every one of its bytes but the last. */
function cutEach(
  calls: readonly Call[],
  { spool, ledger }: Program,
  everyNth: number,
  read: Reader,
  outcome: Outcome,
): void {
  using folder = temporaryFolder();
  const disk = new Disk(spool);
  let acknowledged = 0;
  let before: { readonly path: string; readonly back: ReadBack } | undefined;
  let number = 0;
  for (const call of calls) {
    if (call.name === "write" && call.path === ledger) acknowledged++;
    if (call.name === "write" && call.path.startsWith(`${spool}/`) && ++number % everyNth === 0) {
      const image = disk.now();
      for (const [path, content] of image)
        if (content !== "folder") writeFileSync(join(folder.path, basename(path)), content);
      const others = [...image.keys()].filter((path) => path !== call.path);
      const path = join(folder.path, basename(call.path));
      if (before?.path !== path) {
        const earlier = others.map((other) => join(folder.path, basename(other)));
        before = { path, back: read(earlier, "dead") };
      }
      const uncut = read([path], "dead");
      judge(outcome, together(before.back, uncut), acknowledged, `before write ${number}`);
      const content = contentOf(uncut);
      const file = openSync(path, "r+");
      for (let length = 1; length < call.bytes.length; length++) {
        writeSync(file, call.bytes, length - 1, 1, call.offset + length - 1);
        outcome.trials++;
        outcome.faults++;
        const cut = read([path], "dead");
        // A write that is not whole must not show.
        if (contentOf(cut) === content && cut.damage.length === 0) continue;
        const where = `write ${number} cut after ${length} bytes`;
        judge(outcome, together(before.back, cut), acknowledged, where);
        if (contentOf(cut) !== content) blame(outcome, "unexplained", 1, `${where}: it is read`);
      }
      closeSync(file);
    }
    disk.apply(call);
  }
}

function contentOf({ statements, rows, sequences }: ReadBack): string {
  return JSON.stringify([statements, rows, sequences]);
}

function together(a: ReadBack, b: ReadBack): ReadBack {
  return {
    statements: [...a.statements, ...b.statements],
    rows: [...a.rows, ...b.rows],
    sequences: [...a.sequences, ...b.sequences],
    damage: [...a.damage, ...b.damage],
  };
}

function judge(outcome: Outcome, back: ReadBack, acknowledged: number, where: string): void {
  judgeReadBack(outcome, back, acknowledged, where);
  const damage = back.damage.filter((reason) => !OF_ONE_COPY.test(reason));
  blame(outcome, "unexplained", damage.length, `${where}: ${damage[0]}`);
}
