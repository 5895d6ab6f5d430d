import type { Graph, Q3Answer } from "provml/query";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CurationInputs,
  type ExecutionInputs,
  type PreparationInputs,
  type RunInputs,
  rowCountOf,
  SPLITS,
  sha256Of,
  type TrainingInputs,
} from "../../bench/graph/inputs.ts";
import { closureOf, generatedAndOpen } from "./generated.ts";

const RUNS = 40;
const TIMEOUT = { timeout: 240_000 };

/** A run that came to a model, with the study that it is of. */
interface Trained {
  readonly training: TrainingInputs;
  readonly run: RunInputs;
  readonly loss: number;
  readonly path: string;
}

describe("the questions of the papers, about a generated graph, however they are answered", TIMEOUT, () => {
  let graphs: readonly [Graph, Graph, Graph];
  let close: () => Promise<void>;
  let executions: readonly ExecutionInputs[];
  let trained: readonly Trained[];

  beforeAll(async () => {
    const made = await generatedAndOpen(RUNS);
    ({ graphs, close } = made);
    executions = made.inputs.executions;
    trained = executions.flatMap((one) =>
      one.kind === "training" ? one.runs.flatMap((run) => trainedBy(one, run)) : [],
    );
  }, 240_000);

  afterAll(() => close());

  /** Asks all graphs, which must answer the same. */
  async function every<T>(ask: (graph: Graph) => Promise<T>): Promise<T> {
    const [one, ...others] = await Promise.all(graphs.map(ask));
    for (const other of others) expect(other).toEqual(one);
    return one as T;
  }

  test(
    "Q1: what a model was trained with and what was found of it, by its path, its digest and its run",
    TIMEOUT,
    async () => {
      for (const { run, training, path, loss } of some(trained)) {
        const answers = [
          await every((graph) => graph.ask("Q1", { model: path })),
          await every((graph) => graph.ask("Q1", { model: run.name })),
        ];
        for (const { model, run: its, hyperparameters, measures } of answers) {
          expect(hyperparameters).toEqual(run.hyperparameters);
          expect(measures).toEqual({ loss, accuracy: 1 - loss / 2 });
          expect(model?.files.map((file) => file.path)).toEqual([path]);
          expect(its).toMatchObject({
            name: run.name,
            workflow: training.workflow,
            study: training.study,
            host: training.host,
          });
        }
      }
      await expect(graphs[0].ask("Q1", { model: "nobody" })).rejects.toMatchObject({ code: "not-found" });
    },
  );

  test("Q2: how long the epochs of a training took, by host", TIMEOUT, async () => {
    for (const one of some(executions.filter(isTraining))) {
      for (const run of some(one.runs)) {
        const { hosts, all, section } = await every((graph) => graph.ask("Q2", { run: run.name }));
        const mean = sum(run.epochMs) / run.epochMs.length;
        expect(section).toBe("epoch");
        expect(all.count).toBe(run.epochMs.length);
        expect(all.meanMs).toBeCloseTo(mean, 6);
        expect([all.leastMs, all.mostMs]).toEqual([Math.min(...run.epochMs), Math.max(...run.epochMs)]);
        expect(hosts).toEqual([{ host: one.host, ...all }]);
        if (run.epochMs.length > 1)
          expect(all.sdMs).toBeCloseTo(
            Math.sqrt(sum(run.epochMs.map((ms) => (ms - mean) ** 2)) / (run.epochMs.length - 1)),
            6,
          );
      }
    }
  });

  test("Q3: of a training set, and of the raw file behind it, the model with the least loss", TIMEOUT, async () => {
    for (const preparation of executions.filter(isPreparation)) {
      const mine = trained.filter(({ training }) => training.preparation === preparation);
      const expectBest = (answer: Q3Answer, from: readonly Trained[], by: (one: Trained) => number) => {
        const best = [...from].sort((a, b) => by(a) - by(b))[0];
        expect(answer.trained).toBe(from.length);
        expect(answer.considered).toBe(from.length);
        expect(answer.best?.model?.files[0]?.path).toBe(best?.path);
        if (best) expect(answer.best?.hyperparameters).toEqual(best.run.hyperparameters);
      };
      const { train, validation } = preparation;
      const least = await every((graph) => graph.ask("Q3", { dataset: train.path }));
      expectBest(least, mine, ({ loss }) => loss);
      expect([least.measure, least.goal]).toEqual(["loss", "minimize"]);
      const greatest = { dataset: { sha256: sha256Of(train) }, measure: "loss", goal: "maximize" } as const;
      expectBest(await every((graph) => graph.ask("Q3", greatest)), mine, ({ loss }) => -loss);
      expect(await every((graph) => graph.ask("Q3", { dataset: validation.path }))).toMatchObject({
        trained: 0,
      });
      const raw = curationOf(preparation.curated[0]?.path ?? "");
      const ofRaw = trained.filter(({ training }) =>
        training.preparation.curated.some(({ path }) => path === raw.curated.path),
      );
      expectBest(await every((graph) => graph.ask("Q3", { dataset: raw.raw.path })), ofRaw, ({ loss }) => loss);
    }
  });

  test("Q4: which files, ranges and counts went into train, validation and test of a model", TIMEOUT, async () => {
    for (const { training, path } of some(trained)) {
      const { preparation } = training;
      const { data } = await every((graph) => graph.ask("Q4", { model: path }));
      expect(data.map(({ part }) => part)).toEqual([...SPLITS]);
      const raws = preparation.curated.map((file) => curationOf(file.path).raw);
      for (const one of data) {
        const split = one.part as (typeof SPLITS)[number];
        expect(one).toMatchObject({
          path: preparation[split].path,
          sha256: sha256Of(preparation[split]),
          rowCount: rowCountOf(preparation, split),
        });
        expect(one.preparedBy.map(({ name }) => name)).toEqual([preparation.step]);
        expect(one.preparedBy[0]?.parameters).toEqual(flat(preparation));
        expect(one.sources.map((source) => source.path)).toEqual(raws.map((raw) => raw.path).sort());
        expect(one.sources.map(({ metadata }) => metadata.rowCount).sort()).toEqual(
          raws.map((raw) => raw.rowCount).sort(),
        );
      }
    }
  });

  test(
    "Q5: what the domain says of the raw data behind a model, and the steps from there, over several workflows",
    TIMEOUT,
    async () => {
      for (const { training, path, run } of some(trained)) {
        const { raw, steps } = await every((graph) => graph.ask("Q5", { model: path }));
        const file = { path, text: "" };
        const closure = new Set(closureOf(file, executions, "up"));
        const expected = executions.filter(isCuration).filter((one) => closure.has(one.raw.path));
        expect(raw.map((one) => one.path)).toEqual(expected.map((one) => one.raw.path).sort());
        const own = new Set(training.preparation.curated.map((curated) => curationOf(curated.path).raw.path));
        for (const one of raw) {
          const { raw: given } = expected.find((curation) => curation.raw.path === one.path) as CurationInputs;
          expect(one.byModel).toBe(!own.has(one.path ?? ""));
          expect(one.metadata).toMatchObject({
            description: given.description,
            version: given.version,
            license: `https://spdx.org/licenses/${given.license}`,
            source: given.source,
            rowCount: given.rowCount,
            byteSize: given.text.length,
          });
        }
        const names = (phase: string) => steps.filter((step) => step.phase === phase).map(({ name }) => name);
        expect(names("curation").sort()).toEqual(expected.map(({ step }) => step).sort());
        const preparations = executions.filter(isPreparation).filter(({ train }) => closure.has(train.path));
        expect(names("preparation").sort()).toEqual(preparations.map(({ step }) => step).sort());
        expect(names("learning").at(-1)).toBe(run.name);
        expect(steps.find(({ name }) => name === expected[0]?.step)).toMatchObject({
          workflow: "curation",
          host: expected[0]?.host,
          person: { name: expected[0]?.person },
          parameters: expected[0]?.parameters,
        });
      }
    },
  );

  test("Q6: how the learning data of the best model was prepared", TIMEOUT, async () => {
    const best = [...trained].sort((a, b) => a.loss - b.loss)[0] as Trained;
    const { preparation } = best.training;
    const answer = await every((graph) => graph.ask("Q6", {}));
    expect(answer.considered).toBe(trained.length);
    expect(answer.best?.model?.files[0]?.path).toBe(best.path);
    const prepared = answer.preparations.filter(({ phase }) => phase === "preparation");
    expect(prepared.map(({ name, parameters }) => [name, parameters])).toEqual([[preparation.step, flat(preparation)]]);
    const curations = preparation.curated.map(({ path }) => curationOf(path));
    const curated = answer.preparations.filter(({ phase }) => phase === "curation");
    expect(new Map(curated.map(({ name, parameters }) => [name, parameters]))).toEqual(
      new Map(curations.map(({ step, parameters }) => [step, parameters])),
    );
    expect(answer.data.map(({ part, path }) => [part, path])).toEqual(
      SPLITS.map((split) => [split, preparation[split].path]),
    );

    const adam = trained.filter(({ run }) => run.hyperparameters.optimizer === "adam").sort((a, b) => a.loss - b.loss);
    const filtered = await every((graph) => graph.ask("Q6", { where: "optimizer = adam", measure: "accuracy" }));
    expect(filtered).toMatchObject({ considered: adam.length, goal: "maximize" });
    expect(filtered.best?.model?.files[0]?.path).toBe(adam[0]?.path);
  });

  test("Q7: who ran what and when, and which models are to be retrained if a raw file is wrong", TIMEOUT, async () => {
    for (const { raw } of executions.filter(isCuration)) {
      const wrong = new Set(closureOf(raw, executions, "down"));
      const {
        retrain,
        executions: ran,
        executionCount,
      } = await every((graph) => graph.ask("Q7", { file: raw.path, limit: 1000 }));
      const expected = trained.filter(({ path }) => wrong.has(path));
      expect(retrain.map(({ model }) => model?.files[0]?.path)).toEqual(expected.map(({ path }) => path));
      const touched = executions.filter((one) => readsOf(one).some((path) => wrong.has(path)));
      expect(executionCount).toBe(touched.length);
      expect(ran.map(({ workflow, person, host }) => [workflow, person?.name, host])).toEqual(
        touched.map(({ workflow, person, host }) => [workflow, person, host]).reverse(),
      );
    }
    const all = await every((graph) => graph.ask("Q7", { person: "Emmy", limit: 2 }));
    const emmys = executions.filter(({ person }) => person === "Emmy");
    expect(all).toMatchObject({ executionCount: emmys.length, retrain: [] });
    expect(all.executions.map(({ workflow }) => workflow)).toEqual(
      emmys
        .slice(-2)
        .reverse()
        .map(({ workflow }) => workflow),
    );
  });

  test("each answer tells its SPARQL, whose solutions have the things of the answer", TIMEOUT, async () => {
    const [graph] = graphs;
    const { path, run, training } = trained.at(-1) as Trained;
    const dataset = training.preparation.train.path;
    const file = (executions[0] as CurationInputs).raw.path;
    const asked = [
      graph.ask("Q1", { model: path }),
      graph.ask("Q2", { run: run.name }),
      graph.ask("Q3", { dataset }),
      graph.ask("Q4", { model: path }),
      graph.ask("Q5", { model: path }),
      graph.ask("Q6", { dataset }),
      graph.ask("Q7", { file, limit: 3 }),
    ];
    for (const question of asked) {
      const found = new Set<string>();
      for (const query of await question.sparql())
        for (const row of await graph.select(query)) for (const value of Object.values(row)) found.add(String(value));
      const ids = JSON.stringify(await question).match(/https?:[^"]*\/[0-9a-f-]{36}\/[^"/]+/g) ?? [];
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.filter((id) => !found.has(id))).toEqual([]);
    }
  });

  function curationOf(path: string): CurationInputs {
    return executions.filter(isCuration).find(({ curated }) => curated.path === path) as CurationInputs;
  }
});

function trainedBy(training: TrainingInputs, run: RunInputs): Trained[] {
  const { outcome } = run;
  return outcome.status === "completed"
    ? [{ training, run, loss: outcome.measures.loss, path: outcome.model.path }]
    : [];
}

function readsOf(one: ExecutionInputs): string[] {
  switch (one.kind) {
    case "curation":
      return [one.raw.path];
    case "preparation":
      return one.curated.map(({ path }) => path);
    case "training": {
      const { train, validation, test } = one.preparation;
      return [train, validation, test, ...(one.startsFrom ? [one.startsFrom] : [])].map(({ path }) => path);
    }
    case "application":
      return [one.model.path, one.data.path];
  }
}

/** Parameters as capture names them: what is inside an object by its path. */
function flat({ parameters: { rows, ...others } }: PreparationInputs): Record<string, unknown> {
  return { ...others, "rows.train": rows.train, "rows.validation": rows.validation, "rows.test": rows.test };
}

function isTraining(one: ExecutionInputs): one is TrainingInputs {
  return one.kind === "training";
}

function isPreparation(one: ExecutionInputs): one is PreparationInputs {
  return one.kind === "preparation";
}

function isCuration(one: ExecutionInputs): one is CurationInputs {
  return one.kind === "curation";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A few of each kind. */
function some<T>(list: readonly T[]): T[] {
  return list.filter((_, i) => i % 7 === 0);
}
