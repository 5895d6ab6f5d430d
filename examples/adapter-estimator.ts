/** Estimators of the packages ml-*: an instrumented class is used as before, and each instance is recorded. */
import { RandomForestClassifier } from "ml-random-forest";
import { provenance } from "provml";
import { instrument } from "provml/adapters/estimator";
import { split } from "./classifier.ts";
import { cleanRows, loadRows, PENGUINS_FILE, type Penguin, SPECIES } from "./penguins-model.ts";

await using prov = provenance({ workflow: "adapter-estimator" });

const prepare = prov.dataPreparation("prepare", async (path: string) => {
  prov.current().used(path, { kind: "dataset" });
  const { train, test } = split(cleanRows(await loadRows(path)), { seed: 7, testFraction: 0.25 });
  const species = (penguins: readonly Penguin[]) => penguins.map((penguin) => SPECIES.indexOf(penguin.species));
  const measures = (penguins: readonly Penguin[]) => penguins.map((penguin) => [...penguin.measures]);
  return { trainX: measures(train), trainY: species(train), testX: measures(test), testY: species(test) };
});
const { trainX, trainY, testX, testY } = await prepare(PENGUINS_FILE);

const Forest = instrument(RandomForestClassifier, { name: "forest" });
const forest = new Forest({ seed: 3, nEstimators: 20, maxFeatures: 2, replacement: true });
forest.train(trainX, trainY);

const test = prov.evaluation("test", (model: RandomForestClassifier, x: number[][], y: number[]) => {
  const right = model.predict(x).filter((species, i) => species === y[i]).length;
  return { accuracy: right / y.length };
});
console.log(`accuracy ${test(forest, testX, testY).accuracy.toFixed(3)}`);
