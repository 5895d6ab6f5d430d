import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalLine } from "../../../src/rdf/normal-line.ts";
import { type Arrived, arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { seededRandom } from "../random.ts";
import { copied, flushed, recordSpool } from "../recorded-spool.ts";
import { faultyServer } from "../server.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const TRANSFERS = fileURLToPath(new URL("../programs/transfers.js", import.meta.url));
const KILLS = { full: 30, sampled: 2 } as const;
/** Some come to their end before the kill: so many more are tried. */
const MOST_TRIES_EACH = 5;
const SIZE = { writers: 8, statements: 60, rows: 240, segmentBytes: 16_384 } as const;

/** A directory, and another one or a server, in the midst of being brought to the same. */
interface Scene {
  readonly what: string;
  readonly directory: string;
  readonly other: string;
  readonly folder: string;
  /** What is where it should be when all is done; before that, what of it is there. */
  there(): Promise<Arrived> | Arrived;
  /** Whether a kill may leave less than everything there. */
  readonly grows: boolean;
  /** A server holds no rows. */
  readonly holds: "graph and rows" | "graph";
}

/** Compaction, push and pull, between directories and with a real store behind HTTP, killed at any moment and run again. */
export const transfersKilled: FaultTrial = {
  name: "transfers-killed",
  promise:
    "compact, push and pull may be killed at any moment: nothing is half there or gone, and run again they lose nothing and double nothing",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using spool = await recordSpool(SIZE);
    using base = temporaryFolder();
    const whole = copied(spool.directory, base.path);
    await flushed(build, whole);
    const random = seededRandom(42);
    for (const what of Object.keys(SCENES)) {
      let durationMs = 0;
      let kills = 0;
      for (let number = 0; kills < KILLS[scale] && number < 1 + MOST_TRIES_EACH * KILLS[scale]; number++) {
        using folder = temporaryFolder();
        await using server = await faultyServer();
        const scene = await (SCENES[what] as MakeScene)(whole, folder.path, server, build);
        const where = `${what}, kill ${number}`;
        // The first one goes to its end and tells how long that takes.
        const at = ((number % KILLS[scale]) + 0.5 + (random() - 0.5) / 2) / KILLS[scale];
        const { signal, tookMs } = await run(build, scene, number === 0 ? undefined : at * durationMs);
        if (number === 0) {
          durationMs = tookMs;
          continue;
        }
        if (signal === "SIGKILL") kills++;
        else durationMs = Math.min(durationMs, tookMs); // the machine is quicker now
        const wanted = scene.holds === "graph" ? withoutRows(spool.undisturbed) : spool.undisturbed;
        if (signal === "SIGKILL") judgeStopped(outcome, wanted, await scene.there(), scene, where);
        const again = await run(build, scene, undefined);
        blame(outcome, "unexplained", Number(again.code !== 0), `${where}: run again it ended with ${again.code}`);
        judge(outcome, inValues(wanted), inValues(await scene.there()), `${where}, run again`);
      }
      outcome.trials += KILLS[scale];
      outcome.faults += kills;
    }
    return outcome;
  },
  sabotages: [
    {
      name: "compaction takes away before its replacement is there",
      file: "flush/compaction/graph.js",
      find: "const whole = `compact-",
      replace: `for (const name of taken) rmSync(join(folder, name), { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    const whole = \`compact-`,
    },
    {
      name: "a file is copied under its final name",
      file: "flush/transfer/copy-file.js",
      find: "publishFirst(to, bytes);",
      replace: `const fs = process.getBuiltinModule("node:fs");
    fs.mkdirSync(process.getBuiltinModule("node:path").dirname(to), { recursive: true });
    fs.writeFileSync(to, bytes.subarray(0, bytes.length >> 1));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
    fs.writeFileSync(to, bytes);`,
    },
    {
      name: "the cursor moves before the answer",
      file: "flush/replica/feed.js",
      find: "const result = deliverBatch(",
      replace: `cursor.add(files);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
        const result = deliverBatch(`,
    },
  ],
};

type Server = Awaited<ReturnType<typeof faultyServer>>;
type MakeScene = (whole: string, folder: string, server: Server, build: string) => Promise<Scene> | Scene;

const SCENES: Readonly<Record<string, MakeScene>> = {
  compact(whole, folder) {
    const directory = copied(whole, folder);
    return {
      what: "compact",
      directory,
      other: "",
      folder,
      holds: "graph and rows",
      grows: false,
      there: () => arrived(directory),
    };
  },
  push(whole, folder) {
    const other = join(folder, "other", ".provml");
    return {
      what: "push",
      directory: whole,
      other,
      folder,
      holds: "graph and rows",
      grows: true,
      there: () => arrived(other),
    };
  },
  feed(whole, folder, server) {
    const directory = copied(whole, folder);
    return {
      what: "feed",
      directory,
      other: server.address,
      folder,
      holds: "graph",
      grows: true,
      there: () => held(server),
    };
  },
  "push-server"(whole, folder, server) {
    const directory = copied(whole, folder);
    return {
      what: "push-server",
      directory,
      other: server.address,
      folder,
      holds: "graph",
      grows: true,
      there: () => held(server),
    };
  },
  async "pull-server"(whole, folder, server, build) {
    const other = server.address;
    const full = copied(whole, folder);
    await run(build, { what: "feed", directory: full, other }, undefined);
    const directory = join(folder, "pulled", ".provml");
    return {
      what: "pull-server",
      directory,
      other,
      folder,
      holds: "graph",
      grows: true,
      there: () => arrived(directory),
    };
  },
};

function withoutRows(given: Arrived): Arrived {
  return { ...given, rows: [] };
}

async function arrived(directory: string): Promise<Arrived> {
  if (!existsSync(join(directory, "series"))) return { lines: [], rows: [], repeatedRows: 0, broken: [] };
  return await arrivedIn(directory, "with stated");
}

function held(server: Server): Arrived {
  return { lines: server.lines(), rows: [], repeatedRows: 0, broken: [] };
}

/** At the moment of the kill: nothing but what belongs there, whole; and of what is only put together nothing less. */
function judgeStopped(outcome: Outcome, wanted: Arrived, there: Arrived, { grows }: Scene, where: string): void {
  const [all, now] = [inValues(wanted), inValues(there)];
  const known = { lines: new Set(all.lines), rows: new Set(all.rows) };
  const part = {
    lines: now.lines.filter((line) => known.lines.has(line)),
    rows: now.rows.filter((row) => known.rows.has(row)),
  };
  judge(outcome, grows ? part : all, now, where);
}

function inValues(given: Arrived): Arrived {
  return { ...given, lines: given.lines.map(normalLine) };
}

async function run(
  build: string,
  { what, directory, other }: Pick<Scene, "what" | "directory" | "other">,
  killAfterMs: number | undefined,
): Promise<{ signal: NodeJS.Signals | null; code: number | null; tookMs: number }> {
  const args = [TRANSFERS, build, what, directory, ...(other === "" ? [] : [other])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let started = performance.now();
  child.stdout.once("data", () => {
    started = performance.now();
    if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  const [code, signal] = await once(child, "close");
  return { signal, code, tookMs: performance.now() - started };
}
