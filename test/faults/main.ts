/**
 * Shows that nothing is lost and nothing is there twice, whatever happens: `npm run faults [-- --only NAME]… [--sampled] [--sabotage]`.
 * Brings each fault about and prints what came of it; then, unless sampled, that a sabotaged build fails each trial. `--sabotage` does only
 * that. Exits 1 on any loss, duplicate or unexplained thing, on a fault that did not happen, and on a sabotage that nobody notices.
 */
import { arch, cpus, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { HEADING, type Job, jobsIn } from "./job.ts";
import { inTurn } from "./lanes.ts";
import { missing } from "./tools.ts";
import type { Scale } from "./trial.ts";
import { TRIALS } from "./trials.ts";

const BUILD = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    sampled: { type: "boolean", default: false },
    sabotage: { type: "boolean", default: false },
  },
});

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !TRIALS.some((trial) => trial.name === name));
  if (unknown.length > 0) {
    console.error(`no trial ${unknown.join(", ")}; there are ${TRIALS.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const trials = TRIALS.filter(({ name }) => names.length === 0 || names.includes(name));
  const lacking = new Map(trials.map((trial) => [trial, missing(trial.needs)] as const));
  const runnable = trials.filter((trial) => lacking.get(trial)?.length === 0);
  console.log(`node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
  const jobs = runnable.flatMap((trial) => jobsIn(trial, scale(), BUILD)).filter(isAsked);
  jobs.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  if (!values.sabotage) console.log(HEADING);
  const failures = await runAll(jobs);
  for (const [{ name }, tools] of lacking) if (tools.length > 0) console.log(`${name}: NOT RUN, it needs ${tools}`);
  const minutes = (performance.now() / 60_000).toFixed(1);
  console.log(`${runnable.length} of ${trials.length} trials run, ${failures} failed, ${minutes} minutes`);
  return failures === 0 ? 0 : 1;
}

/** Those that measure go first, on a machine that has nothing else to do. */
const ORDER: readonly Job["kind"][] = ["measurement", "trial", "sabotage"];

function scale(): Scale {
  return values.sampled ? "sampled" : "full";
}

function isAsked({ kind }: Job): boolean {
  return kind === "sabotage" ? values.sabotage || scale() === "full" : !values.sabotage;
}

/** Two at a time, printed in their order; on stderr, unless it takes seconds only, what is under way. */
async function runAll(jobs: readonly Job[]): Promise<number> {
  let failures = 0;
  const underWay = new Set<string>();
  const tell = () => {
    if (!values.sampled) console.error(`  ${clock()} ${[...underWay].join(", ") || "nothing"}`);
  };
  await inTurn(jobs, {
    isAlone: ({ kind }) => kind === "measurement",
    async run(job) {
      underWay.add(job.name);
      tell();
      const result = await job.run();
      underWay.delete(job.name);
      return result;
    },
    done({ isFailed, lines }) {
      if (isFailed) failures++;
      for (const line of lines) console.log(line);
    },
  });
  return failures;
}

function clock(): string {
  const seconds = Math.floor(performance.now() / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

process.exitCode = await main(values.only);
