import { afterAll, expect, test } from "vitest";
import { type FileInputs, type RunInputs, sha256Of, type TrainingInputs } from "../../bench/graph/inputs.ts";
import { generatedAndOpen } from "./generated.ts";

const RUNS = 40;

interface Made {
  readonly run: RunInputs;
  readonly training: TrainingInputs;
}

const { graphs, inputs, close } = await generatedAndOpen(RUNS);
afterAll(close);
const made: Made[] = inputs.executions.flatMap((one) =>
  one.kind === "training" ? one.runs.map((run) => ({ run, training: one })) : [],
);

/** What a run was given and what came of it, as a loop over the inputs has it. */
function valuesOf({ run, training }: Made): Record<string, Record<string, unknown>> {
  const { train, validation } = training.preparation;
  const { startsFrom } = training;
  return {
    hyperparameters: { ...run.hyperparameters },
    data: {
      train: sha256Of(train),
      validation: sha256Of(validation),
      ...(startsFrom ? { initial: sha256Of(startsFrom) } : {}),
    },
    environment: { host: training.host },
    measures: run.outcome.status === "completed" ? { ...run.outcome.measures } : { loss: run.losses.at(-1) },
  };
}

function differing(values: readonly Record<string, unknown>[]): string[] {
  const names = [...new Set(values.flatMap((one) => Object.keys(one)))];
  return names.filter((name) => values.some((one) => one[name] !== values[0]?.[name])).sort();
}

test("compare tells of many runs exactly what differs in the programs' inputs", { timeout: 240_000 }, async () => {
  const expected = made.map(valuesOf);
  for (const graph of graphs) {
    const { fields, runs, parting } = await graph.compare(made.map(({ run }) => run.name));
    for (const aspect of ["hyperparameters", "data", "environment", "measures"] as const) {
      const names = differing(expected.map((one) => one[aspect] ?? {}));
      expect(fields.flatMap((field) => (field.aspect === aspect ? [field.name] : [])).sort()).toEqual(names);
      const wanted = expected.map((one) =>
        Object.fromEntries(Object.entries(one[aspect] ?? {}).filter(([name]) => names.includes(name))),
      );
      expect(runs.map((run) => run[aspect])).toEqual(wanted);
    }
    expect(fields.some(({ aspect }) => aspect === "software")).toBe(false);
    expect(parting).toBeUndefined();
  }
  const names = made.slice(0, 5).map(({ run }) => run.name);
  const [one, ...others] = await Promise.all(graphs.map((graph) => graph.compare(names, { fields: "all" })));
  for (const other of others) expect(other).toEqual(one);
});

test("two runs of one study part first at the first hyperparameter that was given otherwise", async () => {
  for (const training of inputs.executions) {
    if (training.kind !== "training") continue;
    const [one, other] = training.runs;
    if (one === undefined || other === undefined) continue;
    const [first] = Object.entries(one.hyperparameters).filter(
      ([name, value]) => value !== other.hyperparameters[name as keyof RunInputs["hyperparameters"]],
    );
    for (const graph of graphs) {
      const { parting } = await graph.compare([one.name, other.name]);
      expect(parting?.firstCause).toMatchObject({
        kind: "hyperparameter",
        name: first?.[0],
        step: { name: one.name, workflow: training.workflow },
        sides: [{ value: first?.[1] }, { value: other.hyperparameters[first?.[0] as "dropout"] }],
      });
    }
  }
});

test("the best runs and models are those of a loop over the inputs", async () => {
  const completed = made.flatMap(({ run }) => (run.outcome.status === "completed" ? [{ run, ...run.outcome }] : []));
  const byAccuracy = [...completed].sort((a, b) => b.measures.accuracy - a.measures.accuracy);
  const byLoss = [...completed].sort((a, b) => a.measures.loss - b.measures.loss);
  for (const graph of graphs) {
    const best = await graph.best({ measure: "accuracy", limit: 5 });
    expect(best.map(({ rank, value, run }) => [rank, value, run?.name])).toEqual(
      byAccuracy.slice(0, 5).map(({ run, measures }, i) => [i + 1, measures.accuracy, run.name]),
    );
    expect(best[0]?.hyperparameters).toEqual(byAccuracy[0]?.run.hyperparameters);
    const models = await graph.best({ measure: "loss", of: "models", limit: 3, where: "learningRate >= 0.01" });
    const wanted = byLoss.filter(({ run }) => run.hyperparameters.learningRate >= 0.01).slice(0, 3);
    expect(models.map(({ value, run }) => [value, run?.name])).toEqual(
      wanted.map(({ run, measures }) => [measures.loss, run.name]),
    );
  }
});

test("runs and models are found by a data set's name, path or digest", async () => {
  const named = (file: FileInputs) => [file.path, file.path.split("/").at(-1) as string, sha256Of(file)];
  const trains = new Map(made.map(({ training }) => [training.preparation.train.path, training.preparation.train]));
  for (const train of trains.values()) {
    const using = made.filter((one) => one.training.preparation.train.path === train.path).map(({ run }) => run.name);
    const withModels = made.filter(({ run }) => using.includes(run.name) && run.outcome.status === "completed");
    for (const graph of graphs) {
      for (const name of named(train)) {
        const where = { field: "dataset", is: "=", value: name } as const;
        expect((await graph.runs({ where })).map((run) => run.name).sort()).toEqual([...using].sort());
      }
      const where = `dataset = ${sha256Of(train)}`;
      expect(await graph.models({ where })).toHaveLength(withModels.length);
    }
  }
});

test("models are filtered, sorted and paged by their own fields and their runs'", async () => {
  const good = made.flatMap(({ run, training }) =>
    run.outcome.status === "completed" && run.outcome.measures.accuracy > 0.9 && training.workflow === "tagger"
      ? [{ ...run.outcome, optimizer: run.hyperparameters.optimizer }]
      : [],
  );
  const wanted = good
    .filter(({ optimizer }) => optimizer !== "sgd")
    .sort((a, b) => a.measures.loss - b.measures.loss)
    .map(({ model }) => sha256Of(model));
  for (const graph of graphs) {
    const where = "accuracy > 0.9 and workflow = tagger and optimizer != sgd";
    const models = await graph.models({ where, sort: "loss" });
    expect(models.map(({ files }) => files[0]?.sha256)).toEqual(wanted);
    const page = await graph.models({ where, sort: "loss", offset: 1, limit: 2 });
    expect(page.map(({ files }) => files[0]?.sha256)).toEqual(wanted.slice(1, 3));
    expect(await graph.models({ where: { field: "sha256", is: "=", value: wanted[0] ?? "" } })).toHaveLength(1);
  }
});

test("studies have the runs that a loop over the inputs has, and the means of what they measured", async () => {
  const trainings = inputs.executions.filter((one) => one.kind === "training");
  for (const graph of graphs) {
    const studies = await graph.studies({ by: ["optimizer"] });
    expect(studies.map(({ name, runs }) => [name, runs])).toEqual(
      [...trainings].reverse().map(({ study, runs }) => [study, runs.length]),
    );
    for (const { study, runs } of trainings) {
      const { groups } = await graph.study(study, { by: ["optimizer"] });
      for (const { hyperparameters, measures } of groups) {
        const values = runs.flatMap(({ hyperparameters: given, outcome }) =>
          given.optimizer === hyperparameters.optimizer && outcome.status === "completed"
            ? [outcome.measures.accuracy]
            : [],
        );
        if (values.length === 0) continue;
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(measures.accuracy).toMatchObject({
          count: values.length,
          minimum: Math.min(...values),
          maximum: Math.max(...values),
        });
        expect(measures.accuracy?.mean).toBeCloseTo(mean, 12);
      }
    }
  }
});
