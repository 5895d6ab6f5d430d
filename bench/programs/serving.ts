/**
 * `serving.js EVENTS-A-SECOND SECONDS recording|plain DIRECTORY`: scores so many events a second, each millisecond those that are due, and records them in a
 * stream or does nothing in its place. The first seconds, five at most, warm up and count as offered. Prints {@link Served} as JSON.
 */
import { writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { type InferenceStream, provenance } from "provml";

export interface Served {
  readonly offered: number;
  readonly selected: number;
  /** CPU of the process in each second, in hundredths of a core. */
  readonly percents: readonly number[];
  /** Microseconds of a call and one reading of the clock. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds: of each call the lesser of what it took and the CPU that all threads used in it and some calls before, for another program may have run meanwhile. */
  readonly slowest: number;
}

const [rateText, secondsText, mode, directory = ""] = process.argv.slice(2);
const [rate, seconds] = [Number(rateText), Number(secondsText)];
/** The compiler of a program that scores 16 events a millisecond and then sleeps takes its time. */
const WARM_SECONDS = Math.min(5, seconds);
const SELECTED_PER_SECOND = 10;
const CALLS_A_LOOK = 64;
/** Calls by the time they took, in steps of 10 ns. */
const took = new Float64Array(100_000);
const NANOSECONDS_A_STEP = 10;

const prov = provenance({ directory, announce: false });
const stream = mode === "recording" ? streamOf() : undefined;
let offered = 0;
let selected = 0;
let slowest = 0;
const percents: number[] = [];

const start = performance.now();
let second = 0;
let cpu = process.cpuUsage();
for (;;) {
  await new Promise((done) => setTimeout(done, 1));
  const elapsedMs = performance.now() - start;
  if (elapsedMs >= (second + 1) * 1000) endSecond();
  if (second >= seconds + WARM_SECONDS) break;
  serveUpTo(Math.floor((elapsedMs / 1000) * rate));
}
stream?.close();
await prov.close();
const served: Served = { offered, selected, percents, p50: quantile(0.5), p99: quantile(0.99), slowest };
writeSync(1, JSON.stringify(served));

function streamOf(): InferenceStream {
  const model = prov.model({ weights: new Float32Array(8) }, { name: "net" });
  const thresholds = { loose: 0.5, tight: 0.99 };
  return prov.stream("trigger", { model, window: { ms: 1000 }, sample: 0.01, recordsPerSecond: 10_000, thresholds });
}

function serveUpTo(due: number): void {
  const isWarm = second >= WARM_SECONDS;
  let before = process.cpuUsage();
  while (offered < due) {
    const event = offered++;
    if (event % CALLS_A_LOOK === 0) before = process.cpuUsage();
    const score = (Math.imul(event, 0x9e3779b1) >>> 0) / 2 ** 32;
    const latencyMs = 0.06 + score / 100;
    const isSelected = event % Math.round(rate / SELECTED_PER_SECOND) === 0;
    const began = performance.now();
    if (stream) {
      stream.record(score, latencyMs, event);
      if (isSelected) stream.selected(event, { scores: score, threshold: 0.99, decision: "keep" });
    }
    const ms = performance.now() - began;
    if (isSelected) selected++;
    if (!isWarm) continue;
    const at = Math.min((ms * 1e6) / NANOSECONDS_A_STEP, took.length - 1) | 0;
    took[at] = (took[at] as number) + 1;
    if (ms > slowest) slowest = Math.max(slowest, Math.min(ms, cpuMs(before)));
  }
}

function endSecond(): void {
  if (second >= WARM_SECONDS) percents.push(cpuMs(cpu) / 10);
  cpu = process.cpuUsage();
  second++;
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function quantile(q: number): number {
  let left = q * took.reduce((sum, count) => sum + count, 0);
  const step = took.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return ((step + 1) * NANOSECONDS_A_STEP) / 1000;
}
