/**
 * `training-overhead.js ROUNDS STEPS PAIRS DIRECTORY`: what recording five rows a step adds to training with TensorFlow.js, found three ways,
 * with two controls that show whether the method can see what it claims, and two peers. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { provenance, type Step } from "provml";
import type { Figure } from "../case.ts";
import { bareCallPerStep, bareWritePerStep } from "../training/bare-writes.ts";
import { type Dose, type DoseResponse, doseResponse } from "../training/doses.ts";
import { costInPlace } from "../training/in-place.ts";
import { trainingStep } from "../training/network.ts";
import { compare } from "../training/pairs.ts";
import { openTelemetrySpan, pinoLines } from "../training/peers.ts";
import { type Estimate, scaled } from "../training/statistics.ts";

/** What the recording of a training step may add to it. */
const MOST_PERCENT = 0.05;
const MANY = [0, 1, 100, 1000, 3000];
const FEW = [0, 1, 10, 100];

const [rounds, steps, pairs] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const directory = process.argv[5] as string;
const step = await trainingStep();
for (let i = 0; i < steps / 10; i++) step();

const prov = provenance({ directory: join(directory, ".provml"), announce: false });
// The doses come last: gigabytes that wait for the disk would slow the writes of what is measured after them.
const bareWrites = bareWritePerStep(step, join(directory, "bare"), steps);
const bareCalls = bareCallPerStep(step, steps);
const inPlace = prov.run("fit", (run) => costInPlace(step, fiveRows(run), steps));
const start = performance.now();
await prov.close();
const drain = ((performance.now() - start) * 1e6) / steps;
const { compared, recorded } = await prov.run("fit", async (run) => {
  const rows = fiveRows(run);
  const compared = compare(step, rows, pairs);
  return { compared, recorded: await doseResponse(step, rows, { doses: MANY, rounds }) };
});
await prov.close();

const nothing = await doseResponse(step, () => {}, { doses: MANY, rounds });
const onePercent = await doseResponse(step, spinning(recorded.step / 100), { doses: FEW, rounds });
const pino = await doseResponse(step, await pinoLines(join(directory, "lines.log")), { doses: FEW, rounds });
const otel = await doseResponse(step, openTelemetrySpan(), { doses: FEW, rounds });

const percentOf = (nanoseconds: number) => (100 * nanoseconds) / recorded.step;
const slope = scaled(recorded.perDose, percentOf(1));
const accounted = scaled(inPlace, percentOf(1));
const drained = percentOf(drain);
const claimed = Math.max(slope.value, accounted.value + drained);
const figures: Figure[] = [
  { what: "a training step, CPU", value: recorded.step / 1e6, unit: "ms" },
  { what: "five rows a step: slope", ...percent(slope), atMost: MOST_PERCENT },
  { what: "the same: cost in place", ...percent(accounted), atMost: MOST_PERCENT },
  { what: "of it, the bare writes of as many bytes", value: percentOf(bareWrites), unit: "%" },
  { what: "the end of the execution, over its steps", value: drained, unit: "%" },
  { what: "a small JSON.stringify once in 50 ms, in place", value: percentOf(bareCalls), unit: "%" },
  { what: "the worse of both", value: claimed, unit: "%", atMost: MOST_PERCENT },
  { what: "the same: with against without", ...percent(scaled(compared, 100)) },
  { what: "control: nothing recorded", ...percent(ofStep(nothing)), atLeast: -0.005, atMost: 0.005 },
  { what: "control: 1 % injected", ...percent(ofStep(onePercent)), atLeast: 0.9, atMost: 1.1 },
  { what: "peer: pino, five lines", ...percent(ofStep(pino)), peer: timesProvml(pino) },
  { what: "peer: OpenTelemetry, a span", ...percent(ofStep(otel)), peer: timesProvml(otel) },
];
writeSync(1, JSON.stringify(figures));
process.exit(); // pino's thread goes on

function percent({ value, interval }: Estimate): Pick<Figure, "value" | "interval" | "unit"> {
  return { value, interval, unit: "%" };
}

/** Of the step as it was in the same minutes. */
function ofStep({ perDose, step: plain }: DoseResponse): Estimate {
  return scaled(perDose, 100 / plain);
}

function timesProvml({ perDose }: DoseResponse): NonNullable<Figure["peer"]> {
  return { what: "provml", ratio: perDose.value / recorded.perDose.value };
}

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
