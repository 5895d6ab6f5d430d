import { cpSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { arrivedIn, judge } from "../arrived.ts";
import { temporaryFolder } from "../folder.ts";
import { flushed, type RecordedSpool, recordSpool } from "../recorded-spool.ts";
import { blame, type FaultTrial, noOutcome, type Outcome } from "../trial.ts";

const SIZES = {
  full: { writers: 16, statements: 50, rows: 200, segmentBytes: 6000 },
  sampled: { writers: 4, statements: 50, rows: 100, segmentBytes: 6000 },
} as const;
const TRIALS = { full: 20, sampled: 3 } as const;
/** Between two passes so many segments arrive. */
const MOST_AT_ONCE = 6;
/** The share of the passes that a compaction follows. */
const COMPACTED = 0.4;

/** The segments of a spool come one to three times, in any order, with passes of the flusher between, and compactions after some of them. */
export const segmentsRedelivered: FaultTrial = {
  name: "segments-redelivered",
  promise:
    "segments that are delivered again and in any order, also after a compaction, make the same graph, series and summaries",
  needs: [],
  async run(scale, build) {
    const outcome = noOutcome();
    using recorded = await recordSpool(SIZES[scale]);
    for (let n = 0; n < TRIALS[scale]; n++) await tryOne(outcome, recorded, build);
    return outcome;
  },
  sabotages: [
    {
      name: "a segment whose beginning has been moved counts as moved",
      file: "spool/coverage.js",
      find: "range.first <= first && last <= range.last",
      replace: "range.first <= last",
    },
    {
      name: "what was stated of fewer rows stays beside what is stated of all",
      file: "flush/summary-files.js",
      find: "listing <= MAX_LISTINGS",
      replace: "listing < 0",
    },
    {
      name: "a compaction takes a summary for final",
      file: "flush/summary-files.js",
      find: "isConcerned &&",
      replace: "false &&",
    },
  ],
};

async function tryOne(outcome: Outcome, recorded: RecordedSpool, build: string): Promise<void> {
  using folder = temporaryFolder();
  const directory = join(folder.path, ".provml");
  cpSync(recorded.directory, directory, { recursive: true });
  const segments = join(folder.path, "segments");
  renameSync(join(directory, "spool"), segments);
  mkdirSync(join(directory, "spool"), { mode: 0o700 });
  const names = readdirSync(segments);
  const deliveries = shuffled(names.flatMap((name) => Array<string>(1 + Math.floor(Math.random() * 3)).fill(name)));
  outcome.trials++;
  if (deliveries.length > names.length && isReordered(deliveries)) outcome.faults++;
  while (deliveries.length > 0) {
    for (const name of deliveries.splice(0, 1 + Math.floor(Math.random() * MOST_AT_ONCE))) {
      cpSync(join(segments, name), join(folder.path, name));
      renameSync(join(folder.path, name), join(directory, "spool", name));
    }
    await flushed(build, directory);
    if (Math.random() < COMPACTED) await compacted(build, directory);
  }
  const where = `${names.length} segments, again and in any order`;
  const [wanted, there] = [recorded.undisturbed, await arrivedIn(directory, "with stated")];
  judge(outcome, withoutClosings(wanted), withoutClosings(there), where);
  const left = readdirSync(join(directory, "spool"));
  blame(outcome, "unexplained", left.length, `${where}: left in the spool: ${left.slice(0, 3).join(", ")}`);
}

async function compacted(build: string, directory: string): Promise<void> {
  const { compact }: typeof import("../../../src/flush/compaction/compact.ts") = await import(
    join(build, "src/flush/compaction/compact.js")
  );
  await compact(directory);
}

/** Who sees the first segments of a dead writer only closes the stream by what it knows; later ones change no closing. */
function withoutClosings<T extends { readonly lines: readonly string[] }>(held: T): T {
  return { ...held, lines: held.lines.filter((line) => !line.includes("-closing")) };
}

/** A later segment of some writer comes before an earlier one. */
function isReordered(names: readonly string[]): boolean {
  const place = (name: string) => /^(\w+)-(\d+)\./.exec(name) ?? [];
  return names.some((name, i) => {
    const [, writer, number] = place(name);
    return names.slice(0, i).some((before) => {
      const [, other, earlier] = place(before);
      return other === writer && Number(earlier) > Number(number);
    });
  });
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
