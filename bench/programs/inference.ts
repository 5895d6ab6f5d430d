/**
 * `inference.js EVENTS-A-SECOND SECONDS DIRECTORY`: what a stream costs a program that scores so many events a second, and whether it counts all of them. Two
 * processes run the same paced generator at the same time, one with a stream and one without. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import { flush } from "../../src/flush/flush.ts";
import type { Figure } from "../case.ts";
import { runNode } from "../processes.ts";
import { mean } from "../training/statistics.ts";
import type { Served } from "./serving.ts";

/** Points of a core, by events a second. */
const MOST_POINTS = [
  [16_000, 1],
  [100_000, 3],
] as const;
const MOST_P50_MICROSECONDS = 1;
const MOST_P99_MICROSECONDS = 10;
const MOST_MILLISECONDS = 1;

const [rate = "", seconds = "", directory = ""] = process.argv.slice(2);
const program = fileURLToPath(new URL("./serving.js", import.meta.url));
const [recording, plain] = await Promise.all([serve("recording"), serve("plain")]);

await flush(directory);
await using graph = await open(directory);
const { counts, scores, latencies, missingWindows, windows } = await graph.inference("trigger");
const differences = [
  recording.offered - counts.offered,
  counts.offered - counts.processed,
  counts.processed - (scores?.count ?? 0),
  counts.processed - (latencies?.count ?? 0),
  recording.selected - counts.selected,
  missingWindows,
];
const [records] = await graph.sparql`
SELECT (COUNT(?event) AS ?n) WHERE { ?event a provml:EventInferenceExecution ; provml:recordedAs "sampled" }`;

const shares = recording.percents.map((percent, second) => percent - (plain.percents[second] ?? 0));
const share = mean(shares);
const error = Math.sqrt(mean(shares.map((one) => (one - share) ** 2)) / shares.length);
const atMost = MOST_POINTS.find(([events]) => events === Number(rate))?.[1];
const figures: Figure[] = [
  { what: `events that were offered in ${windows} windows`, value: counts.offered, unit: "events" },
  { what: "of these not recorded exactly", value: sumOf(differences.map(Math.abs)), unit: "events", atMost: 0 },
  { what: "sampled events recorded in full", value: Number(records?.n ?? 0), unit: "events" },
  {
    what: "without a record of their own though sampled",
    value: counts.sampled - Number(records?.n ?? 0) + counts.droppedRecords,
    unit: "events",
    atMost: 0,
  },
  {
    what: "CPU, more than without",
    value: share,
    unit: "points of a core",
    interval: [share - 1.96 * error, share + 1.96 * error],
    ...(atMost === undefined ? {} : { atMost }),
  },
  {
    what: "a call, with the clock that times it: p50",
    value: recording.p50,
    unit: "µs",
    atMost: MOST_P50_MICROSECONDS,
    peer: { what: "no call", ratio: recording.p50 / plain.p50 },
  },
  {
    what: "p99",
    value: recording.p99,
    unit: "µs",
    atMost: MOST_P99_MICROSECONDS,
    peer: { what: "no call", ratio: recording.p99 / plain.p99 },
  },
  {
    what: "the slowest call, CPU of the whole process meanwhile",
    value: recording.slowest,
    unit: "ms",
    atMost: MOST_MILLISECONDS,
    peer: { what: "no call", ratio: recording.slowest / plain.slowest },
  },
];
writeSync(1, JSON.stringify(figures));

async function serve(mode: "recording" | "plain"): Promise<Served> {
  const { output } = await runNode([program, rate, seconds, mode, directory]);
  return JSON.parse(output) as Served;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
