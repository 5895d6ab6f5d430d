/** TensorFlow.js: `observe` is all that a program says; training, evaluation and saving are recorded by themselves. */
import * as tf from "@tensorflow/tfjs";
import { provenance } from "provml";
import { observe, recordLoading } from "provml/adapters/tfjs";
import { type Examples, split } from "./classifier.ts";
import { cleanRows, loadRows, normalise, PENGUINS_FILE } from "./penguins-model.ts";

tf.enableProdMode();
await using prov = provenance({ workflow: "adapter-tfjs" });

const prepare = prov.dataPreparation("prepare", async (path: string) => {
  prov.current().used(path, { kind: "dataset" });
  const { train, test } = normalise(split(cleanRows(await loadRows(path)), { seed: 7, testFraction: 0.25 }));
  return { trainX: inputs(train), trainY: targets(train), testX: inputs(test), testY: targets(test) };
});
const { trainX, trainY, testX, testY } = await prepare(PENGUINS_FILE);

const model = observe(tf.sequential({ name: "penguins" }), { name: "penguins" });
model.add(tf.layers.dense({ units: 16, activation: "relu", inputShape: [4] }));
model.add(tf.layers.dense({ units: 3, activation: "softmax" }));
model.compile({ optimizer: tf.train.adam(0.01), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
await model.fit(trainX, trainY, { epochs: 10, batchSize: 16, validationSplit: 0.1, verbose: 0 });
const [, accuracy] = model.evaluate(testX, testY) as tf.Scalar[];
console.log(`accuracy ${accuracy?.dataSync()[0]?.toFixed(3)}`);

let saved: tf.io.ModelArtifacts = {};
await model.save(
  tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  }),
);
const again = await recordLoading(tf.loadLayersModel, { name: "again" })(tf.io.fromMemory(saved));
console.log(`loaded ${again.countParams()} weights`);

function inputs({ features }: Examples): tf.Tensor2D {
  return tf.tensor2d(features as number[][]);
}

function targets({ labels, classes }: Examples): tf.Tensor {
  return tf.oneHot(tf.tensor1d(labels as number[], "int32"), classes.length);
}
