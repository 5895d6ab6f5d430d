/**
 * `training-overhead.js ROUNDS STEPS PAIRS DIRECTORY`: what recording five rows a step adds to training with TensorFlow.js, found three ways,
 * with two controls that show whether the method can see what it claims, and two peers. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { provenance, type Step } from "provml";
import type { Figure } from "../case.ts";
import { type Dose, doseResponse } from "../training/doses.ts";
import { costInPlace } from "../training/in-place.ts";
import { trainingStep } from "../training/network.ts";
import { compare } from "../training/pairs.ts";
import { openTelemetrySpan, pinoLines } from "../training/peers.ts";
import { type Estimate, scaled } from "../training/statistics.ts";

/** What the recording of a training step may add to it. */
const MOST_PERCENT = 0.05;
const MANY = [0, 1, 30, 300, 1000];
const FEW = [0, 1, 3, 10];

const [rounds, steps, pairs] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const directory = process.argv[5] as string;
const step = await trainingStep();
for (let i = 0; i < steps / 10; i++) step();

const prov = provenance({ directory: join(directory, ".provml") });
const figures: Figure[] = [];
await prov.run("fit", async (run) => {
  const rows = fiveRows(run);
  const recorded = await doseResponse(step, rows, { doses: MANY, rounds });
  const percent = (estimate: Estimate) => scaled(estimate, 100 / recorded.step);
  const add = (what: string, { value, interval }: Estimate, more: Partial<Figure> = {}) =>
    figures.push({ what, value, interval, unit: "%", ...more });

  figures.push({ what: "a training step, CPU", value: recorded.step / 1e6, unit: "ms" });
  const slope = percent(recorded.perDose);
  add("five rows a step: slope", slope, { atMost: MOST_PERCENT });
  const inPlace = costInPlace(step, rows, steps) + (await drainPerStep());
  const accounted = (100 * inPlace) / recorded.step;
  figures.push({ what: "the same: cost in place, and the drain", value: accounted, unit: "%", atMost: MOST_PERCENT });
  const claimed = Math.max(slope.value, accounted);
  figures.push({ what: "the worse of both", value: claimed, unit: "%", atMost: MOST_PERCENT });
  add(
    "the same: with against without",
    scaled(
      compare(step, rows, pairs, () => {}),
      100,
    ),
  );

  const nothing = await doseResponse(step, () => {}, { doses: MANY, rounds });
  add("control: nothing recorded", percent(nothing.perDose), { atLeast: -0.005, atMost: 0.005 });
  const onePercent = spinning(recorded.step / 100);
  const injected = await doseResponse(step, onePercent, { doses: FEW, rounds });
  add("control: 1 % injected", percent(injected.perDose), { atLeast: 0.9, atMost: 1.1 });

  const pino = await doseResponse(step, await pinoLines(join(directory, "lines.log")), { doses: FEW, rounds });
  add("peer: pino, five lines", percent(pino.perDose), { peer: { what: "provml", ratio: ratio(pino.perDose) } });
  const otel = await doseResponse(step, openTelemetrySpan(), { doses: FEW, rounds });
  add("peer: OpenTelemetry, a span", percent(otel.perDose), { peer: { what: "provml", ratio: ratio(otel.perDose) } });

  function ratio(peer: Estimate): number {
    return peer.value / recorded.perDose.value;
  }
});
await prov.close();
writeSync(1, JSON.stringify(figures));
process.exit(); // pino's thread goes on

/** What a loop logs that counts every nanosecond: the handles once, one reading of the clock a step. */
function fiveRows(run: Step): Dose {
  const loss = run.series("loss");
  const accuracy = run.series("accuracy");
  const rate = run.series("rate");
  const norm = run.series("norm");
  const throughput = run.series("throughput");
  return ({ step, loss: value }) => {
    const time = prov.now();
    loss.log(step, value, time);
    accuracy.log(step, 1 - value, time);
    rate.log(step, 0.01, time);
    norm.log(step, value, time);
    throughput.log(step, 32, time);
  };
}

/** What the end of a run adds to each step: nanoseconds. */
async function drainPerStep(): Promise<number> {
  const start = performance.now();
  await prov.flush();
  return ((performance.now() - start) * 1e6) / steps;
}

/** Work of so many nanoseconds of CPU time. */
function spinning(nanoseconds: number): Dose {
  let state = 1;
  const spin = (turns: number) => {
    for (let i = 0; i < turns; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  };
  spin(1e7);
  const before = process.cpuUsage();
  spin(2e8);
  const { user, system } = process.cpuUsage(before);
  const turns = Math.round(nanoseconds / (((user + system) * 1000) / 2e8));
  return () => spin(turns);
}
