/**
 * Which species is this penguin? The whole workflow, recorded: a plan, data preparation, two trainings, their evaluation, the best
 * model saved. Run `npm run build && node dist/examples/penguins.js`, then `npx provml runs`.
 */
import { parseArgs } from "node:util";
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
import { cleanRows, loadRows, normalise, PENGUIN_SETTINGS, PENGUINS_FILE } from "./penguins-model.ts";

const { model: file = "penguins-model.json" } = parseArgs({ options: { model: { type: "string" } } }).values;

const prov = provenance({
  workflow: "penguins",
  plan: {
    name: "penguins",
    experiment: "penguins by their measures, two settings",
    ordered: true,
    steps: [
      {
        name: "load",
        kind: "dataPreparation",
        inputs: [{ name: "penguins.json", kind: "dataset" }],
        outputs: ["rows"],
      },
      { name: "clean", kind: "dataPreparation", inputs: ["rows"], outputs: ["penguins"] },
      {
        name: "split",
        kind: "dataPreparation",
        parameters: ["seed", { name: "testFraction", minimum: 0.1, maximum: 0.5 }],
        outputs: ["train", "test"],
      },
      { name: "normalise", kind: "dataPreparation", outputs: ["train", "test", "scaling"] },
      {
        name: "fit",
        kind: "training",
        task: "classification of penguins by species",
        algorithm: "Adam",
        parameters: [
          { name: "hiddenUnits", values: [4, 16] },
          { name: "learningRate", minimum: 0.0001, maximum: 0.1 },
          "epochs",
          "batchSize",
          "seed",
        ],
        inputs: [{ name: "train", split: "train" }],
        outputs: [{ name: "model", kind: "model" }],
        measures: ["loss", "accuracy"],
        sections: ["epoch"],
      },
      {
        name: "evaluate",
        kind: "evaluation",
        procedure: "holdout",
        inputs: [{ name: "test", split: "test" }, "model"],
        measures: ["accuracy", "loss", "macroF1"],
      },
      { name: "save", kind: "activity", inputs: ["model"], outputs: [{ name: "model file", kind: "model" }] },
    ],
  },
});

const load = prov.dataPreparation("load", loadRows);
const clean = prov.dataPreparation("clean", cleanRows);
const parts = prov.dataPreparation("split", split);
const scale = prov.dataPreparation("normalise", normalise);
const fit = prov.training("fit", async (train: Examples, settings: Hyperparameters) => {
  const model = buildModel(train, settings);
  for (const epoch of prov.current().epochs(settings.epochs)) {
    const { loss, accuracy } = await trainEpoch(model, train, settings, epoch.number + 1);
    epoch.log({ loss, accuracy });
  }
  return model;
});
const test = prov.evaluation("evaluate", evaluate);
const save = prov.activity("save", async (model: Awaited<ReturnType<typeof fit>>, path: string) => {
  await saveModel(model, path);
  return prov.current().generated(path, { kind: "model", of: model, role: "model file" });
});

prov.dataset(PENGUINS_FILE, { name: "Palmer penguins", license: "https://spdx.org/licenses/CC0-1.0" });
const { train, test: heldBack } = scale(parts(clean(await load(PENGUINS_FILE)), { seed: 1, testFraction: 0.25 }));
prov.dataset(train, { split: "train", rowCount: train.labels.length });
prov.dataset(heldBack, { split: "test", rowCount: heldBack.labels.length });
let best = { accuracy: 0, model: undefined as Awaited<ReturnType<typeof fit>> | undefined };
for (const settings of PENGUIN_SETTINGS) {
  const model = await fit(train, settings);
  const { accuracy } = await test(model, heldBack);
  if (accuracy >= best.accuracy) best = { accuracy, model };
  console.log(
    `${settings.hiddenUnits} hidden units: accuracy ${accuracy.toFixed(3)} on ${heldBack.labels.length} held-back penguins`,
  );
}
if (best.model) console.log(`saved ${await save(best.model, file)}`);
await prov.close();
