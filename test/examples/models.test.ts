import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { expect, onTestFinished, test } from "vitest";
import {
  buildModel,
  type Examples,
  epochsOf,
  evaluate,
  type Fit,
  type Hyperparameters,
  loadModel,
  predict,
  saveModel,
  split,
  trainEpoch,
} from "../../examples/classifier.ts";
import { examplesOf, loadImages, MNIST_SETTING, shrinkImages } from "../../examples/mnist-model.ts";
import { cleanRows, loadRows, normalise, PENGUIN_SETTINGS } from "../../examples/penguins-model.ts";

const penguins = async () => normalise(split(cleanRows(await loadRows()), { seed: 7, testFraction: 0.25 }));

async function trained(data: Examples, setting: Hyperparameters) {
  const model = buildModel(data, setting);
  const epochs: Fit[] = [];
  for await (const epoch of epochsOf(model, data, setting)) epochs.push(epoch);
  return { model, epochs };
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-examples-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "model.json");
}

test("cleans and splits the 344 penguins the same way every time", async () => {
  const rows = await loadRows();
  const clean = cleanRows(rows);
  const { train, test } = split(clean, { seed: 7, testFraction: 0.25 });
  expect([rows.length, clean.length, train.length, test.length]).toEqual([344, 342, 256, 86]);
  expect(split(clean, { seed: 7, testFraction: 0.25 })).toEqual({ train, test });
  expect(split(clean, { seed: 8, testFraction: 0.25 }).test).not.toEqual(test);
  expect(new Set([...train, ...test]).size).toBe(342);
});

test("scales the training part to mean 0 and deviation 1", async () => {
  const { train } = await penguins();
  const masses = train.features.map((row) => row[3] ?? 0);
  const mean = masses.reduce((a, b) => a + b) / masses.length;
  expect(mean).toBeCloseTo(0, 10);
  expect(masses.reduce((a, b) => a + (b - mean) ** 2, 0) / masses.length).toBeCloseTo(1, 10);
});

test("tells penguins apart, and better with the better setting", async () => {
  const { train, test } = await penguins();
  const [weak, strong] = await Promise.all(PENGUIN_SETTINGS.map((setting) => trained(train, setting)));
  const better = evaluate(strong!.model, test);
  expect(better.accuracy).toBeGreaterThan(0.95);
  expect(better.macroF1).toBeGreaterThan(0.95);
  expect(better.accuracy).toBeGreaterThan(evaluate(weak!.model, test).accuracy);
  expect(strong!.epochs.at(-1)!.loss).toBeLessThan(strong!.epochs[0]!.loss);
});

test("comes to the same bytes from the same seed, and to others from another", async () => {
  const { train } = await penguins();
  const path = temporaryFile();
  const files: string[] = [];
  for (const seed of [3, 3, 4]) {
    const { model } = await trained(train, { ...PENGUIN_SETTINGS[1]!, seed, epochs: 2 });
    await saveModel(model, path);
    files.push(readFileSync(path, "utf8"));
  }
  expect(files[1]).toBe(files[0]);
  expect(files[2]).not.toBe(files[0]);
});

test("predicts after loading what it predicted before saving", async () => {
  const { train, test } = await penguins();
  const { model } = await trained(train, { ...PENGUIN_SETTINGS[1]!, epochs: 3 });
  const path = temporaryFile();
  await saveModel(model, path);
  expect(predict(await loadModel(path), test.features)).toEqual(predict(model, test.features));
});

test("leaves no tensor behind after an epoch or an evaluation", async () => {
  const { train, test } = await penguins();
  const model = buildModel(train, PENGUIN_SETTINGS[0]!);
  await trainEpoch(model, train, PENGUIN_SETTINGS[0]!, 1);
  const before = tf.memory().numTensors;
  await trainEpoch(model, train, PENGUIN_SETTINGS[0]!, 2);
  evaluate(model, test);
  expect(tf.memory().numTensors).toBe(before);
});

test("reads handwritten digits", async () => {
  const images = shrinkImages(await loadImages({ perDigit: 150 }));
  const { train, test } = split(images, { seed: 1, testFraction: 0.2 });
  const { model } = await trained(examplesOf(train), MNIST_SETTING);
  expect([train.length, test.length]).toEqual([1200, 300]);
  expect(evaluate(model, examplesOf(test)).accuracy).toBeGreaterThan(0.85);
});
