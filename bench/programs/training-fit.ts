/**
 * `training-fit.js ROUNDS DIRECTORY`: what the adapter for TensorFlow.js adds to `model.fit`. What it does for a batch is too little to be seen
 * beside a batch of a real network, so it is found on one that takes as little as `fit` allows, and set against the real one. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { provenance } from "provml";
import type { Figure } from "../case.ts";
import { fitSlope, fitting } from "../training/fitting.ts";
import { useWasm } from "../training/network.ts";
import { type Estimate, median, scaled } from "../training/statistics.ts";

/** What the adapter may add to a batch. */
const MOST_PERCENT = 0.1;
/** The training that the figure is about: its batches take about 0.8 ms. */
const REAL = { inputs: 196, units: 32, batches: 100, epochs: 2 };
const LEAST = { inputs: 1, units: 1, batches: 200, epochs: 1 };
const LEAST_EPOCHS = { inputs: 1, units: 1, batches: 1, epochs: 50 };
const DEFAULT_EVERY = 10;

const rounds = Number(process.argv[2]);
await useWasm();
const prov = provenance({ directory: join(process.argv[3] as string, ".provml"), announce: false });

const real = fitting(REAL, undefined);
await real();
const batches: number[] = [];
for (let i = 0; i < Math.max(2, rounds / 10); i++) batches.push(await real());
const batch = median(batches);
const percent = (nanoseconds: Estimate) => scaled(nanoseconds, 100 / batch);

// A row of each batch instead of none: the slope is the cost of one batch's rows, of which the default records a tenth.
const perBatch = await fitSlope([dose(0, LEAST, 0), dose(0.1, LEAST, 10), dose(1, LEAST, 1)], rounds);
// An epoch of one batch each, with the adapter and without: its epochs, and a share of the call.
const perEpoch = await fitSlope([dose(1, LEAST_EPOCHS, 0), dose(0, LEAST_EPOCHS, undefined)], rounds);
const ofBatch = percent(scaled(perBatch, 1 / DEFAULT_EVERY));
const ofEpoch = percent(scaled(perEpoch, 1 / REAL.batches));
const compared = await fitSlope([dose(1, REAL, DEFAULT_EVERY), dose(0, REAL, undefined)], Math.max(2, rounds / 5));
await prov.close();

const figures: Figure[] = [
  { what: "a batch of model.fit, CPU", value: batch / 1e6, unit: "ms" },
  { what: "rows of every tenth batch", value: ofBatch.value, interval: ofBatch.interval, unit: "%" },
  { what: "epochs of 100 batches, and the call", value: ofEpoch.value, interval: ofEpoch.interval, unit: "%" },
  { what: "both", value: ofBatch.value + ofEpoch.value, unit: "%", atMost: MOST_PERCENT },
  { what: "with against without", value: percent(compared).value, interval: percent(compared).interval, unit: "%" },
];
writeSync(1, JSON.stringify(figures));

function dose(amount: number, fits: typeof REAL, batchEvery: number | undefined) {
  return [amount, fitting(fits, batchEvery)] as const;
}
