/**
 * Shows that nothing is lost and nothing is there twice, whatever happens: `npm run faults [-- --only NAME]… [--sampled] [--sabotage] [--long]`.
 * Brings each fault about and prints what came of it; then, unless sampled, that a sabotaged build fails each trial. `--sabotage` does only
 * that; `--long` only the long forms of those trials that have one. Exits 1 on any loss, duplicate or unexplained thing, on a fault that did not happen, and on a sabotage that nobody notices.
 */
import { arch, cpus, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sabotagedBuild } from "./sabotage.ts";
import { missing } from "./tools.ts";
import { blame, type FaultTrial, failureOf, noOutcome, type Outcome, type Scale } from "./trial.ts";
import { TRIALS } from "./trials.ts";

const BUILD = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    sampled: { type: "boolean", default: false },
    sabotage: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
  },
});

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !TRIALS.some((trial) => trial.name === name));
  if (unknown.length > 0) {
    console.error(`no trial ${unknown.join(", ")}; there are ${TRIALS.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const asked = TRIALS.filter(({ name }) => names.length === 0 || names.includes(name));
  const trials = values.long ? asked.flatMap(longOf) : asked;
  const runnable = trials.filter(({ needs }) => missing(needs).length === 0);
  console.log(`node ${process.version}, ${platform()} ${arch()}, ${cpus().length} cores (${cpus()[0]?.model.trim()})`);
  let failures = 0;
  if (!values.sabotage) failures += await runAll(runnable, values.sampled ? "sampled" : "full");
  if (values.sabotage || !(values.sampled || values.long)) failures += await sabotageAll(runnable);
  for (const { name, needs } of trials.filter((trial) => !runnable.includes(trial)))
    console.log(`${name}: NOT RUN, it needs ${missing(needs).join(", ")}`);
  console.log(`${runnable.length} of ${trials.length} trials run, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

function longOf({ runLong, ...trial }: FaultTrial): FaultTrial[] {
  return runLong === undefined ? [] : [{ ...trial, run: (_, build) => runLong(build) }];
}

async function runAll(trials: readonly FaultTrial[], scale: Scale): Promise<number> {
  console.log(line("trial", "trials", "faults", "lost", "duplicated", "unexplained", "time"));
  let failures = 0;
  for (const trial of trials) {
    const { name, promise } = trial;
    const start = performance.now();
    const outcome = await outcomeOf(trial, scale, BUILD);
    const failure = failureOf(outcome);
    const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    const { faults, lost, duplicated, unexplained } = outcome;
    console.log(line(name, outcome.trials, faults, lost, duplicated, unexplained, seconds));
    if (failure !== undefined) console.log(`  ${failure}: ${promise}`);
    for (const note of outcome.notes) console.log(`  ${note}`);
    if (failure !== undefined) failures++;
  }
  return failures;
}

/** Each sabotaged build must fail its trial: lose something, double it, or do what nobody can explain. */
async function sabotageAll(trials: readonly FaultTrial[]): Promise<number> {
  let unnoticed = 0;
  for (const trial of trials) {
    const { name, sabotages } = trial;
    for (const sabotage of sabotages) {
      using sabotaged = sabotagedBuild(BUILD, sabotage);
      const { lost, duplicated, unexplained } = await outcomeOf(trial, "sampled", sabotaged.build);
      const isNoticed = lost + duplicated + unexplained > 0;
      if (!isNoticed) unnoticed++;
      const found = `${lost} lost, ${duplicated} duplicated, ${unexplained} unexplained`;
      console.log(`${name}, sabotaged (${sabotage.name}): ${isNoticed ? `noticed, ${found}` : "NOT NOTICED"}`);
    }
  }
  return unnoticed;
}

/** A trial that throws shows nothing of what it promises, and keeps no other from running. */
async function outcomeOf({ run }: FaultTrial, scale: Scale, build: string): Promise<Outcome> {
  try {
    return await run(scale, build);
  } catch (error) {
    const outcome = noOutcome();
    blame(outcome, "unexplained", 1, `the trial threw ${error instanceof Error ? error.stack : error}`);
    return outcome;
  }
}

function line(name: string, ...rest: readonly (string | number)[]): string {
  return name.padEnd(32) + rest.map((text) => String(text).padStart(12)).join("");
}

process.exitCode = await main(values.only);
