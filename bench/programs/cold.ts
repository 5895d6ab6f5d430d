/**
 * `cold.js ROUNDS RUNS WIDE QUESTIONS DIRECTORY`: how long commands take from the start of their process, on directories of so many runs that nobody holds
 * open; and how old what was recorded is at most that an answer lacks while a run is going on. Prints figures as JSON.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import type { Figure } from "../case.ts";
import { generatedGraph } from "../graph.ts";
import { runNode } from "../processes.ts";
import { subjectsOf } from "../query/subjects.ts";

const MOST_COLD_MS = 500;
const MOST_WIDE_MS = 1000;
const MOST_AGE_MS = 1000;

const [rounds, runs, wideRuns, questions] = process.argv.slice(2, 6).map(Number) as [number, number, number, number];
const scratch = process.argv[6] as string;
const cli = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const wide = join(scratch, "wide");
await runNode([fileURLToPath(new URL("./wide-runs.js", import.meta.url)), String(wideRuns), wide]);
await runNode([cli, "flush", "--dir", wide]);
const { directory, inputs } = generatedGraph({ runs });
const model = subjectsOf(inputs, 1)[0]?.model.path ?? "";
const names = Array.from({ length: wideRuns }, (_, i) => `fit-${i}`);

const figures: Figure[] = [
  await cold(`runs, of ${runs}`, ["runs", "--dir", directory], MOST_COLD_MS),
  await cold(`lineage of a model, among ${runs} runs`, ["lineage", model, "--dir", directory], MOST_COLD_MS),
  await cold(`runs, ${wideRuns} with 30 parameters`, ["runs", "--dir", wide], MOST_WIDE_MS),
  await cold(`compare ${wideRuns} runs with 30 parameters`, ["compare", ...names, "--dir", wide], MOST_WIDE_MS),
  ...(await online()),
];
writeSync(1, JSON.stringify(figures));
process.exit();

async function cold(what: string, args: readonly string[], atMost: number): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await runNode([cli, ...args])).wallMs);
  times.sort((a, b) => a - b);
  return { what: `${what}, from a cold start`, value: times[times.length >> 1] as number, unit: "ms", atMost };
}

/** A program tells the time, in rows and in steps; the newest that an answer has is as old as the answer is behind. */
async function online(): Promise<Figure[]> {
  const directory = join(scratch, "online");
  const child = spawn(process.execPath, [fileURLToPath(new URL("./telling-time.js", import.meta.url)), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const ages = { rows: 0, steps: 0 };
  for (let i = 0; i < questions; i++) {
    const asked = Date.now();
    await using graph = await open(directory);
    const points = await graph.series("tell", "time");
    const [step] = await graph.sparql`
      SELECT ?time { ?step a prov:Activity ; prov:used ?v . ?v rdfs:label "time" ; prov:value ?time } ORDER BY DESC(?time) LIMIT 1`;
    ages.rows = Math.max(ages.rows, asked - Math.max(...points.map(({ value }) => value)));
    ages.steps = Math.max(ages.steps, asked - Number(step?.time));
  }
  child.kill();
  await once(child, "exit");
  return Object.entries(ages).map(([what, age]) => ({
    what: `${what} of a run that goes on: the newest in an answer is older than the question by at most`,
    value: age,
    unit: "ms",
    atMost: MOST_AGE_MS,
  }));
}
