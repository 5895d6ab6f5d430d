import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalLine } from "../../../src/rdf/normal-line.ts";
import { arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { seededRandom } from "../random.ts";
import { recordSpool } from "../recorded-spool.ts";
import { faultyServer, MOODS, type Mood } from "../server.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const FEEDS = fileURLToPath(new URL("../programs/feeds.js", import.meta.url));
const SIZES = {
  full: { days: 3, bad: 20, writers: 48, statements: 250, rows: 250 },
  sampled: { days: 1, bad: 4, writers: 24, statements: 20, rows: 20 },
} as const;
const SLOW_MS = 300;
/** Hours of the day in which nothing answers at all. */
const DOWN = { from: 6, to: 12 } as const;
const MOST_MIB = 256;

/** A real store behind an HTTP server that misbehaves in each way for a day, with the flusher that feeds it. */
export const serverAstray: FaultTrial = {
  name: "server-astray",
  promise:
    "a server that is down, slow, failing or breaking off for a day keeps the spool from nothing, and has everything once, by value, when it is well again",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    const { days, bad: badCount, ...size } = SIZES[scale];
    using spool = await recordSpool(size);
    const all = spool.undisturbed.lines;
    const every = Math.floor(all.length / badCount);
    const bad = new Set(all.filter((_, n) => n % every === 5));
    for (let day = 0; day < days; day++) {
      using folder = temporaryFolder();
      const directory = join(folder.path, ".provml");
      let hour: number | "over" = 0;
      const next = shuffledMoods(seededRandom(day));
      const isDown = () => hour !== "over" && hour >= DOWN.from && hour < DOWN.to;
      const mood = () => (hour === "over" ? "well" : isDown() ? "down" : next());
      await using server = await faultyServer({ mood, refuses: (line) => bad.has(line), slowMs: SLOW_MS });
      const child = fork(FEEDS, [build, directory, spool.directory, server.address]);
      const end = await followed(child, (now) => {
        hour = now;
      });
      outcome.trials += MOODS.length;
      outcome.faults += MOODS.filter((one) => (server.met.get(one) ?? 0) > 0).length;
      const where = `day ${day}`;
      if (end === undefined) blame(outcome, "unexplained", 1, `${where}: the feeder ended with ${child.exitCode}`);
      else judgeEnd(outcome, end, where);
      judge(outcome, spool.undisturbed, await arrivedIn(directory, "with stated"), `${where}, the directory`);
      judgeLines(outcome, new Set(all.filter((line) => !bad.has(line))), server.lines(), `${where}, the server`);
      judgeLines(outcome, bad, quarantined(directory), `${where}, quarantine`);
    }
    return outcome;
  },
  sabotages: [
    {
      name: "the cursor moves before the answer",
      file: "flush/replica/feed.js",
      find: "const result = deliverBatch(",
      replace: "cursor.add(files);\n        const result = deliverBatch(",
    },
    {
      name: "an answer that breaks off counts as given",
      file: "store/server/delivery.js",
      find: 'return { kind: "retry", reason };',
      replace: 'return { kind: "stored" };',
    },
    {
      name: "what stands beside a refused statement is refused with it",
      file: "flush/replica/delivery.js",
      find: "if (half === 0)",
      replace: "if (half >= 0)",
    },
    {
      name: "refused statements are not kept",
      file: "flush/replica/delivery.js",
      find: "quarantine(options, line, reason);",
      replace: ";",
    },
  ],
};

/** All moods and two good ones in an order that changes each time. */
function shuffledMoods(random: () => number): () => Mood {
  let rest: Mood[] = [];
  return () => {
    if (rest.length === 0) rest = [...MOODS, "well", "well"];
    return rest.splice(Math.floor(random() * rest.length), 1)[0] as Mood;
  };
}

interface End {
  /** Segments that a flush left in the spool. */
  readonly left: number;
  readonly waiting: string | undefined;
  readonly mostMiB: number;
}

async function followed(child: ChildProcess, tell: (hour: number | "over") => void): Promise<End | undefined> {
  let end: End | undefined;
  child.on("message", (message: { hour?: number; over?: true } & Partial<End>) => {
    if (message.hour !== undefined) tell(message.hour);
    else if (message.over) {
      tell("over");
      child.send("well");
    } else end = message as End;
  });
  await once(child, "close");
  return end;
}

function judgeEnd(outcome: Outcome, { left, waiting, mostMiB }: End, where: string): void {
  blame(outcome, "unexplained", left, `${where}: ${left} segments waited in the spool`);
  blame(outcome, "unexplained", Number(waiting !== undefined), `${where}: still waits: ${waiting}`);
  blame(outcome, "unexplained", Number(mostMiB > MOST_MIB), `${where}: the flusher took ${mostMiB.toFixed(0)} MiB`);
  if (outcome.notes.length === 0) outcome.notes.push(`the flusher took ${mostMiB.toFixed(0)} MiB at most`);
}

/** By value: each once, none missing, none more. */
function judgeLines(outcome: Outcome, wanted: ReadonlySet<string>, there: readonly string[], where: string): void {
  const expected = new Set([...wanted].map(normalLine));
  const found = new Set(there.map(normalLine));
  const lost = [...expected].filter((line) => !found.has(line));
  const more = [...found].filter((line) => !expected.has(line));
  blame(outcome, "lost", lost.length, `${where}: ${lost.length} quads, the first ${lost[0]}`);
  blame(outcome, "unexplained", more.length, `${where}: ${more.length} quads more, the first ${more[0]}`);
  blame(outcome, "duplicated", there.length - found.size, `${where}: ${there.length - found.size} quads`);
}

function quarantined(directory: string): string[] {
  const folder = join(directory, "quarantine");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("replica-")) : [];
  return names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")).quad);
}
