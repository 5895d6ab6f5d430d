import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { loadImages, shrinkImages } from "../../examples/mnist-model.ts";

const BATCH = 32;
const HIDDEN_UNITS = 32;
const CLASSES = 10;

/** What a training loop has to log after each step. */
export interface Progress {
  readonly loss: number;
  readonly step: number;
}

/** One step of training: about 0.8 ms on a core of a server of 2023. */
export type TrainingStep = () => Progress;

/** A small network on handwritten digits of 14 × 14 pixels, trained on one thread by TensorFlow.js's WebAssembly backend. */
export async function trainingStep(): Promise<TrainingStep> {
  await useWasm();
  const images = shrinkImages(await loadImages({ perDigit: 64 }));
  const batches = batchesOf(images);
  const inputs = images[0]?.pixels.length ?? 0;
  const hidden = [tf.variable(tf.randomNormal([inputs, HIDDEN_UNITS], 0, 0.05, "float32", 1)), zeros(HIDDEN_UNITS)];
  const output = [tf.variable(tf.randomNormal([HIDDEN_UNITS, CLASSES], 0, 0.1, "float32", 2)), zeros(CLASSES)];
  const optimizer = tf.train.sgd(0.01);
  let step = 0;
  return () => {
    const [features, labels] = batches[step % batches.length] as [tf.Tensor2D, tf.Tensor2D];
    const loss = tf.tidy(() => {
      const cost = optimizer.minimize(
        () => tf.losses.softmaxCrossEntropy(labels, layer(tf.relu(layer(features, hidden)), output)),
        true,
        [...hidden, ...output],
      );
      return cost?.dataSync()[0] as number;
    });
    return { loss, step: step++ };
  };
}

export async function useWasm(): Promise<void> {
  const require = createRequire(import.meta.url);
  setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", "/"));
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // CPU time is then what the step itself takes
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js has no WebAssembly backend here");
}

type Images = Awaited<ReturnType<typeof loadImages>>;

function batchesOf(images: Images): [features: tf.Tensor2D, labels: tf.Tensor2D][] {
  const random = shuffledByDigit(images);
  return Array.from({ length: Math.floor(random.length / BATCH) }, (_, n) => {
    const batch = random.slice(n * BATCH, (n + 1) * BATCH);
    const features = tf.tensor2d(batch.map(({ pixels }) => [...pixels]));
    const labels = tf.tensor2d(
      batch.map(({ digit }) => Array.from({ length: CLASSES }, (_, i) => Number(i === digit))),
    );
    return [features, labels];
  });
}

/** Every tenth image, then the next: each batch has all digits. */
function shuffledByDigit(images: Images): Images {
  const per = images.length / CLASSES;
  return images.map((_, n) => images[(n % CLASSES) * per + Math.floor(n / CLASSES)] as Images[number]);
}

function layer(inputs: tf.Tensor2D, [weights, bias]: readonly tf.Variable[]): tf.Tensor2D {
  return tf.add(tf.matMul(inputs, weights as tf.Variable<tf.Rank.R2>), bias as tf.Variable);
}

function zeros(size: number): tf.Variable {
  return tf.variable(tf.zeros([size]));
}
