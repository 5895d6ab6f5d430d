/** `record.js RUNS SEED`: runs the programs of {@link graphInputs} in the working directory, which is the graph's folder, one after the other in this process. */
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { dirname } from "node:path";
import { type Provenance, provenance } from "provml";
import {
  type ApplicationInputs,
  type CurationInputs,
  type ExecutionInputs,
  type FileInputs,
  graphInputs,
  type PreparationInputs,
  type RunInputs,
  rowCountOf,
  SPLITS,
  type TrainingInputs,
} from "./inputs.ts";

const [runs, seed] = process.argv.slice(2).map(Number);
for (const inputs of graphInputs({ runs: runs as number, seed: seed as number }).executions) {
  const { workflow, person, host } = inputs;
  os.hostname = () => host; // one machine stands for several
  const prov = provenance({ directory: ".provml", workflow, agent: person, announce: false });
  record(inputs, prov);
  await prov.close();
  const { lost, faults, lastFault } = prov.stats();
  if (lost + faults > 0) throw new Error(`${lost} statements and rows were lost, ${faults} faults: ${lastFault}`);
}

function record(inputs: ExecutionInputs, prov: Provenance): void {
  switch (inputs.kind) {
    case "curation":
      curate(inputs, prov);
      break;
    case "preparation":
      prepare(inputs, prov);
      break;
    case "training":
      train(inputs, prov);
      break;
    case "application":
      apply(inputs, prov);
      break;
    default:
      inputs satisfies never;
  }
}

function curate({ step, raw, parameters, curated }: CurationInputs, prov: Provenance): void {
  const { description, version, license, source, rowCount } = raw;
  prov.dataset(write(raw), { description, version, license, source, rowCount });
  prov.dataPreparation(step, (_: string, _parameters: object) => {
    prov.current().generated(write(curated), { kind: "dataset" });
  })(raw.path, parameters);
}

function prepare(inputs: PreparationInputs, prov: Provenance): void {
  const { step, curated, parameters, ...sets } = inputs;
  for (const { path } of curated) prov.dataset(path);
  prov.dataPreparation(step, (_: readonly string[], _parameters: object) => {
    for (const { path } of curated) prov.current().used(path);
    for (const split of SPLITS) {
      prov.current().generated(write(sets[split]), { kind: "dataset", of: curated.map(({ path }) => path) });
      prov.dataset(sets[split].path, { split, rowCount: rowCountOf(inputs, split) });
    }
  })([], parameters);
}

function train({ study, preparation, startsFrom, runs }: TrainingInputs, prov: Provenance): void {
  prov.study(study);
  for (const split of SPLITS) prov.dataset(preparation[split].path, { split });
  if (startsFrom) prov.model(startsFrom.path);
  for (const run of runs) {
    const model = fit(run, preparation, startsFrom, prov);
    if (model && run.outcome.status === "completed") {
      const { measures } = run.outcome;
      prov.evaluation(`test-${run.name}`, (_model: object, _test: string) => measures)(model, preparation.test.path);
    }
  }
}

function fit(
  { name, hyperparameters, losses, epochMs, outcome }: RunInputs,
  { train, validation }: PreparationInputs,
  startsFrom: FileInputs | undefined,
  prov: Provenance,
): object | undefined {
  const training = prov.training(name, (_: string, _hyperparameters: object) => {
    const run = prov.current();
    run.used(validation.path, { role: "validation" });
    if (startsFrom) run.used(startsFrom.path, { role: "initial" });
    for (const [epoch, loss] of losses.entries())
      run.log({ loss, "epoch.durationMs": epochMs[epoch] as number }, epoch);
    if (outcome.status === "failed") throw new RangeError(outcome.message);
    const model = { weights: Float64Array.from(losses) };
    run.generated(write(outcome.model), { kind: "model", of: model });
    return model;
  });
  try {
    return training(train.path, hyperparameters);
  } catch (error) {
    if (outcome.status === "failed" && error instanceof RangeError) return undefined;
    throw error;
  }
}

function apply({ step, model, data, predictions }: ApplicationInputs, prov: Provenance): void {
  prov.model(model.path);
  prov.dataset(data.path);
  prov.activity(step, (_model: string, _data: string) => {
    prov.current().generated(write(predictions), { kind: "dataset" });
  })(model.path, data.path);
}

function write({ path, text }: FileInputs): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
