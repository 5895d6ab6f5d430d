/** Handwritten digits: the same shape of workflow on images, with a checkpoint every few epochs. */
import { provenance } from "provml";
import {
  buildModel,
  type Examples,
  evaluate,
  type Hyperparameters,
  saveModel,
  split,
  trainEpoch,
} from "./classifier.ts";
import { DIGITS, digitsFile, examplesOf, loadImages, MNIST_SETTING, shrinkImages } from "./mnist-model.ts";

await using prov = provenance({ workflow: "mnist" });

const load = prov.dataPreparation("load", async (options: { perDigit: number }) => {
  for (const digit of DIGITS.keys()) prov.current().used(digitsFile(digit), { kind: "dataset" });
  return loadImages(options);
});
const shrink = prov.dataPreparation("shrink", shrinkImages);
const parts = prov.dataPreparation("split", split);
const examples = prov.dataPreparation("examples", examplesOf);

const fit = prov.training("fit", async (train: Examples, settings: Hyperparameters) => {
  const model = buildModel(train, settings);
  for (const epoch of prov.current().epochs(settings.epochs)) {
    epoch.log({ ...(await trainEpoch(model, train, settings, epoch.number + 1)) });
    if (epoch.number % 5 === 4) {
      const file = `mnist-epoch-${epoch.number}.json`;
      await saveModel(model, file);
      epoch.generated(file, { kind: "checkpoint" });
    }
  }
  return model;
});
const test = prov.evaluation("test", evaluate);

const images = parts(shrink(await load({ perDigit: 200 })), { seed: 1, testFraction: 0.2 });
const model = await fit(examples(images.train), MNIST_SETTING);
console.log(test(model, examples(images.test)));
