import { readFile, writeFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";

// Without it, the cpu backend prints an advertisement for the native one at its first use.
tf.enableProdMode();

/** What a training can be told. */
export interface Hyperparameters {
  readonly hiddenUnits: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Of the initial weights and of the order in which each epoch sees the examples. */
  readonly seed: number;
}

/** Examples with their classes: `features[i]` belongs to class `classes[labels[i]]`. */
export interface Examples {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly classes: readonly string[];
}

/** Mean cross entropy and the fraction of examples that were told right. */
export interface Fit {
  readonly loss: number;
  readonly accuracy: number;
}

export interface Evaluation extends Fit {
  /** The mean over the classes of the harmonic mean of precision and recall. */
  readonly macroF1: number;
}

export type Classifier = tf.LayersModel;

/** One hidden layer and a softmax. Equal arguments give equal weights. */
export function buildModel(data: Examples, { hiddenUnits, learningRate, seed }: Hyperparameters): Classifier {
  const weights = (n: number) => tf.initializers.glorotUniform({ seed: seed + n });
  const model = tf.sequential({
    name: "classifier",
    layers: [
      tf.layers.dense({
        name: "hidden",
        inputShape: [data.features[0]?.length ?? 0],
        units: hiddenUnits,
        activation: "relu",
        kernelInitializer: weights(1),
      }),
      tf.layers.dense({
        name: "output",
        units: data.classes.length,
        activation: "softmax",
        kernelInitializer: weights(2),
      }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(learningRate), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Trains epoch by epoch; the model changes in place. Yields the fit that each epoch saw on the way. */
export async function* epochsOf(
  model: Classifier,
  data: Examples,
  hyperparameters: Hyperparameters,
): AsyncGenerator<Fit & { readonly epoch: number }> {
  for (let epoch = 1; epoch <= hyperparameters.epochs; epoch++) {
    yield { epoch, ...(await trainEpoch(model, data, hyperparameters, epoch)) };
  }
}

/** Shows the model every example once, in an order that depends on seed and epoch only. */
export async function trainEpoch(
  model: Classifier,
  data: Examples,
  { batchSize, seed }: Pick<Hyperparameters, "batchSize" | "seed">,
  epoch: number,
): Promise<Fit> {
  const order = shuffle([...data.labels.keys()], seed * 1_000_003 + epoch);
  let [loss, right] = [0, 0];
  for (let start = 0; start < order.length; start += batchSize) {
    const batch = order.slice(start, start + batchSize);
    const inputs = tf.tensor2d(batch.map((n) => [...data.features[n]!]));
    const targets = tf.tidy(() =>
      oneHot(
        batch.map((n) => data.labels[n]!),
        data.classes.length,
      ),
    );
    const [batchLoss = 0, accuracy = 0] = [await model.trainOnBatch(inputs, targets)].flat();
    tf.dispose([inputs, targets]);
    loss += batchLoss * batch.length;
    right += accuracy * batch.length;
  }
  return { loss: loss / order.length, accuracy: right / order.length };
}

export function evaluate(model: Classifier, data: Examples): Evaluation {
  const scores = predict(model, data.features);
  const predicted = scores.map((row) => row.indexOf(Math.max(...row)));
  const right = predicted.filter((label, n) => label === data.labels[n]).length;
  const losses = scores.map((row, n) => -Math.log(Math.max(row[data.labels[n]!]!, 1e-7)));
  return {
    loss: sum(losses) / losses.length,
    accuracy: right / predicted.length,
    macroF1: sum(data.classes.map((_, label) => f1(label, predicted, data.labels))) / data.classes.length,
  };
}

/** For each example the probability of each class. */
export function predict(model: Classifier, features: Examples["features"]): number[][] {
  return tf.tidy(() => {
    const inputs = tf.tensor2d(features.map((row) => [...row]));
    return (model.predict(inputs) as tf.Tensor2D).arraySync();
  });
}

/** Saves topology and weights as one JSON file. Equal models give equal bytes. */
export async function saveModel(model: Classifier, path: string): Promise<void> {
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)).toString("base64");
      await writeFile(path, JSON.stringify({ modelTopology, weightSpecs, weights }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
}

/** Reads what {@link saveModel} wrote; ready to predict and evaluate, not to train on. */
export async function loadModel(path: string): Promise<Classifier> {
  const { modelTopology, weightSpecs, weights } = JSON.parse(await readFile(path, "utf8"));
  const weightData = new Uint8Array(Buffer.from(weights, "base64")).buffer;
  return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}

/** Puts aside a part of the rows for the test, in an order that depends on the seed only. */
export function split<Row>(
  rows: readonly Row[],
  { seed, testFraction }: { readonly seed: number; readonly testFraction: number },
): { train: Row[]; test: Row[] } {
  const shuffled = shuffle([...rows], seed);
  const testCount = Math.round(rows.length * testFraction);
  return { train: shuffled.slice(testCount), test: shuffled.slice(0, testCount) };
}

/** Fisher-Yates, in place, with the mulberry32 generator. */
function shuffle<T>(items: T[], seed: number): T[] {
  let state = seed | 0;
  for (let i = items.length - 1; i > 0; i--) {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const j = Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

function oneHot(labels: number[], classes: number): tf.Tensor {
  return tf.oneHot(tf.tensor1d(labels, "int32"), classes);
}

function f1(label: number, predicted: readonly number[], labels: readonly number[]): number {
  const hits = predicted.filter((one, n) => one === label && labels[n] === label).length;
  const claimed = predicted.filter((one) => one === label).length;
  const real = labels.filter((one) => one === label).length;
  return claimed + real === 0 ? 0 : (2 * hits) / (claimed + real);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
