import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spread, twoAtOnce } from "../at-once.ts";
import { temporaryFolder } from "../folder.ts";
import { copied, flushed, judgeFlushed, type RecordedSpool, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const FLUSHES = fileURLToPath(new URL("../programs/flushes.js", import.meta.url));

/** Whatever changes the disk. What lies between two of these is opened and written under a temporary name. */
const CALLS = ["write", "fsync", "rename", "link", "mkdir", "unlink"] as const;
const SIZES = {
  full: { writers: 16, statements: 50, rows: 200 },
  sampled: { writers: 2, statements: 20, rows: 40 },
} as const;
/** Of each call and thread. */
const KILLS = { full: Number.POSITIVE_INFINITY, sampled: 2 } as const;

/** The flusher ends before each of its calls that change the disk, and the next one goes on from there. */
export const flusherKilled: FaultTrial = {
  name: "flusher-killed",
  promise: "a flusher killed before any of its writes leaves all to the next one, which makes the same graph",
  needs: ["strace"],
  async run(scale, build) {
    const outcome = noOutcome();
    using recorded = await recordSpool(SIZES[scale]);
    const counts = await callsOf(recorded, build);
    const kills = counts.flatMap(({ count, ...kill }) =>
      spread(count, KILLS[scale]).map((when) => ({ ...kill, when })),
    );
    await twoAtOnce(kills, (kill) => tryOne(outcome, recorded, build, kill));
    return outcome;
  },
  sabotages: [
    {
      name: "a segment goes before what was made of it is published",
      file: "flush/move-segment.js",
      find: "const bytes = statSync(",
      replace: '(await import("node:fs")).rmSync(path);\n        const bytes = statSync(',
    },
    {
      name: "files are written under their own names",
      file: "flush/publish.js",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the compiled code
      find: 'const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;',
      replace: "const temporary = path;\n    rmSync(path, { force: true });",
    },
    {
      name: "the name that says that rows are there comes before them",
      file: "flush/mover.js",
      find: "if (this.#rows.length > 0) {",
      replace:
        "publishFile(join(graph, execution, graphFileName(writer, this.#piece)), graphFile(this.#lines));\n        if (this.#rows.length > 0) {",
    },
  ],
};

/** Counters of strace are per call and thread. */
interface Kill {
  readonly call: (typeof CALLS)[number];
  readonly thread: "main" | "other";
  readonly when: number;
}

async function tryOne(outcome: Outcome, recorded: RecordedSpool, build: string, kill: Kill): Promise<void> {
  const { call, thread, when } = kill;
  const where = `${call} ${when} of the ${thread} thread`;
  using folder = temporaryFolder();
  const directory = copied(recorded.directory, folder.path);
  const injection = ["-e", `inject=${call}:signal=SIGKILL:when=${when}`];
  const { signal, code, errors } = await traced(build, directory, thread === "main" ? injection : ["-f", ...injection]);
  // Node writes to wake its own threads, how often varies: a pass may end before it comes to this one, and nothing was tried.
  if (call === "write" && code === 0) return;
  outcome.trials++;
  if (signal === "SIGKILL" || code === 137) outcome.faults++;
  else blame(outcome, "unexplained", 1, `${where}: the flusher ended with ${code}: ${errors}`);
  await flushed(build, directory);
  await judgeFlushed(outcome, recorded, directory, where);
}

/** How often an undisturbed pass makes each call, on its main thread and on the one that writes series files. */
async function callsOf(
  recorded: RecordedSpool,
  build: string,
): Promise<(Omit<Kill, "when"> & { readonly count: number })[]> {
  using folder = temporaryFolder();
  const log = join(folder.path, "trace");
  const directory = copied(recorded.directory, folder.path);
  await traced(build, directory, ["-f", "-e", `trace=execve,${CALLS.join()}`], log);
  const lines = readFileSync(log, "utf8").split("\n");
  const main = lines[0]?.split(" ", 1)[0];
  return CALLS.flatMap((call) => {
    const threads = lines.filter((line) => line.includes(` ${call}(`)).map((line) => line.split(" ", 1)[0]);
    const own = threads.filter((thread) => thread === main).length;
    // Which of the others writes a wake-up is chance.
    const others = call === "write" ? 0 : threads.length - own;
    return [
      { call, thread: "main" as const, count: own },
      { call, thread: "other" as const, count: others },
    ];
  });
}

async function traced(build: string, directory: string, strace: readonly string[], log = "/dev/null") {
  const command = ["-qq", "-o", log, ...strace, process.execPath, FLUSHES, build, directory];
  const child = spawn("strace", command, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" },
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, errors: errors.slice(0, 500) };
}
