/**
 * `npm run bench [-- --quick --long --json --only NAME]`: what provml costs, beside its peers in the same run. Exits 1 when a target is missed
 * or a case failed, 2 for bad usage. `--quick` looks whether everything works: it judges no target, for it is too short to. `--long` gives studies
 * of sustained rates their full length: 12 minutes more.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Case, ProgramCase, Sample, StudyCase } from "./case.ts";
import { CASES } from "./cases.ts";
import { modulesOf, samplePrograms, sampleWork } from "./processes.ts";
import { circumstances, tableOf } from "./report.ts";
import { type Modules, type Result, type RoundCase, resultsOf } from "./results.ts";
import { runStudy, type Study } from "./studies.ts";

/** Rounds in which every case has its turn, so that whatever else the machine does meets all of them. */
const ROUNDS = 5;
const PROGRAM_PAIRS_PER_ROUND = 3;

const options = readOptions();
const scratch = mkdtempSync(fileURLToPath(new URL("spools-", import.meta.url)));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));

const rounds = options.quick ? 1 : ROUNDS;
const inRounds = options.cases.filter((one): one is RoundCase => one.kind !== "study");
const samples = new Map<RoundCase, Sample[]>(inRounds.map((one) => [one, []]));
const failures = new Map<RoundCase, string>();
for (let round = 0; round < rounds; round++) {
  for (const one of inRounds) {
    tell(`round ${round + 1} of ${rounds}: ${one.name}`);
    await sample(one, round);
  }
}
const studies: Study[] = [];
for (const one of options.cases.filter((one): one is StudyCase => one.kind === "study")) {
  tell(one.name);
  studies.push(await runStudy(one, options.quick ? "quick" : options.long ? "long" : "full", scratch));
}
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

const results: Result[] = resultsOf(samples, failures, options.quick ? "not judged" : "judged");
const imported = inRounds.find((one) => one.kind === "program");
const modules = imported && (await loadedBy(imported));
const run = { ...circumstances(options.quick), results, studies, ...(modules ? { modules } : {}) };
console.log(options.json ? JSON.stringify(run, undefined, 2) : tableOf(run));
const isMissed =
  results.some(
    ({ failure, targets, rssTarget }) =>
      failure !== undefined || targets.some(({ met }) => met === false) || rssTarget?.met === false,
  ) || studies.some(({ failure, figures }) => failure !== undefined || figures.some(({ met }) => met === false));
process.exitCode = isMissed || (modules?.foreign.length ?? 0) > 0 ? 1 : 0;

function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

/** Adds to the samples of a case; one that has failed has had its last turn. */
async function sample(one: RoundCase, round: number): Promise<void> {
  if (failures.has(one)) return;
  const taken = samples.get(one) as Sample[];
  try {
    if (one.kind === "work") {
      taken.push(await sampleWork(one, options.quick ? one.quickItems : one.items, scratch));
      return;
    }
    for (let pair = 0; pair < PROGRAM_PAIRS_PER_ROUND; pair++) {
      taken.push(await samplePrograms(one, (round + pair) % 2 === 0));
    }
  } catch (error) {
    failures.set(one, (error as Error).message);
  }
}

async function loadedBy({ program }: ProgramCase): Promise<Modules> {
  const loaded = await modulesOf(program);
  const own = new URL("../src/", import.meta.url).href;
  const foreign = loaded.filter((url) => !url.startsWith(own));
  return { own: loaded.length - foreign.length, foreign };
}

function readOptions(): { quick: boolean; long: boolean; json: boolean; cases: readonly Case[] } {
  const fail = (what: string): never => {
    console.error(`bench: ${what}`);
    process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        long: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
      },
    });
    const { quick, long, json, only } = values;
    const unknown = only?.find((name) => CASES.every((one) => one.name !== name));
    if (unknown !== undefined) fail(`no case is named ${unknown}; one of ${CASES.map(({ name }) => name).join(", ")}`);
    return { quick, long, json, cases: CASES.filter(({ name }) => only?.includes(name) ?? true) };
  } catch (error) {
    return fail((error as Error).message);
  }
}
