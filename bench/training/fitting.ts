import * as tf from "@tensorflow/tfjs";
import { observe } from "provml/adapters/tfjs";
import { type Estimate, estimate, randomNumbers, shuffled, slope } from "./statistics.ts";

/** How often `model.fit` is called, and what each call trains. */
export interface Fits {
  readonly inputs: number;
  readonly units: number;
  readonly batches: number;
  readonly epochs: number;
}

/** One call of `model.fit`; gives the CPU time of a batch in nanoseconds, all threads. */
export type Fit = () => Promise<number>;

const BATCH = 32;

/** Trains a model of two layers; `batchEvery` is the adapter's, undefined leaves the adapter away. */
export function fitting({ inputs, units, batches, epochs }: Fits, batchEvery: number | undefined): Fit {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units, activation: "relu" }),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.01), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  if (batchEvery !== undefined) observe(model, { batchEvery });
  const x = tf.randomNormal([BATCH * batches, inputs], 0, 1, "float32", 1);
  const y = tf
    .oneHot(
      tf
        .range(0, BATCH * batches, 1, "int32")
        .mod(tf.scalar(10, "int32"))
        .toInt(),
      10,
    )
    .toFloat();
  return async () => {
    const before = process.cpuUsage();
    await model.fit(x, y, { batchSize: BATCH, epochs, shuffle: false, verbose: 0 });
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / (batches * epochs);
  };
}

/** The slope of a batch's CPU time over the doses, in nanoseconds: calls in an order of chance, a slope each round. */
export async function fitSlope(
  fits: readonly (readonly [dose: number, fit: Fit])[],
  rounds: number,
): Promise<Estimate> {
  const random = randomNumbers(4);
  for (const [, fit] of fits) await fit();
  const slopes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const points: [number, number][] = [];
    for (const [dose, fit] of shuffled(fits, random)) points.push([dose, await fit()]);
    slopes.push(slope(points));
  }
  return estimate(slopes);
}
