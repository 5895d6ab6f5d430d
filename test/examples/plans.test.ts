import { type Plan, provenance } from "provml";
import { type Graph, open, type Run } from "provml/query";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { writePlan } from "../../src/spool/plans.ts";
import { IS_FULL } from "../tries.ts";
import { copiedExamples, run } from "./recorded.ts";

const recorded = copiedExamples("penguins", "mnist", "decorators");
const AGAIN = IS_FULL ? [1, 2] : [1];

async function asked<T>(directory: string, question: (graph: Graph, newest: Run) => Promise<T>): Promise<T> {
  await using graph = await open(directory);
  const [newest] = await graph.runs();
  return await question(graph, newest as Run);
}

test.each(["mnist", "decorators"] as const)(
  "the %s example departs nowhere from the plan made of it, when it runs again",
  async (example) => {
    const { directory, folder } = recorded.get(example)!;
    const plan = await asked(directory, (graph, { id }) => graph.asPlan(id));
    expect(plan.steps.length).toBeGreaterThan(2);
    writePlan(directory, plan.name, plan);
    for (const _ of AGAIN) {
      await run(example, folder);
      await flush(directory); // digests large files
      const [report, again] = await asked(directory, (graph, { id }) =>
        Promise.all([graph.check(id), graph.asPlan(id)]),
      );
      expect(report).toMatchObject({ findings: [], unable: [], plans: [{ plan }] });
      expect(again).toEqual(plan);
    }
  },
);

test("the penguins example does what its declared plan says, each time, and what the plan made of it says", async () => {
  const { directory, folder } = recorded.get("penguins")!;
  const made = await asked(directory, (graph, { id }) => graph.asPlan(id));
  for (const _ of AGAIN) {
    const report = await asked(directory, (graph, { id }) => graph.check(id));
    expect(report).toMatchObject({ status: "completed", findings: [], unable: [] });
    await run("penguins", folder);
    expect(await asked(directory, (graph, { id }) => graph.asPlan(id))).toEqual(made);
  }
});

test("a penguins program that does otherwise is told where", async () => {
  const { directory } = recorded.get("penguins")!;
  const declared = await asked(directory, (graph, { id }) => graph.planOf(id));
  const plan = declared?.plan as Plan;
  const prov = provenance({ directory, workflow: "penguins", plan, announce: false });
  const split = prov.dataPreparation("split", (_rows: object, _how: object) => ({ train: [0], test: [1] }));
  const learn = prov.training("fit", (_train: object, _settings: object) => {
    prov.current().log({ loss: 1 });
    return { weights: [1] };
  });
  const evaluate = prov.evaluation("evaluate", (_model: object, _test: object) => ({ accuracy: 1, auc: 1 }));
  const { train, test: held } = split([{}], { seed: 1, testFraction: 0.9 });
  prov.dataset(train, { split: "train" });
  prov.dataset(held, { split: "test" });
  const settings = { hiddenUnits: 5, learningRate: 0.01, epochs: 1, batchSize: 16, seed: 1, momentum: 0.9 };
  evaluate(learn(held, settings), held);
  const execution = prov.execution;
  await prov.close();
  const { findings } = await asked(directory, (graph) => graph.check(execution));
  expect(findings.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    "step-missing: load never ran",
    "step-missing: clean never ran",
    'parameter-value: split took the parameter "testFraction" = 0.9, planned is 0.1 to 0.5',
    "step-missing: normalise never ran",
    'parameter-value: fit took the hyperparameter "hiddenUnits" = 5, planned is one of 4, 16',
    'parameter-unplanned: fit took the hyperparameter "momentum", which is not planned',
    'input-missing: fit did not use "train", which is planned',
    'input-unplanned: fit used "split.test", which is not planned',
    'measure-missing: fit did not find "accuracy", which is planned',
    'section-missing: fit had no section "epoch", which is planned',
    'measure-missing: evaluate did not find "loss", which is planned',
    'measure-missing: evaluate did not find "macroF1", which is planned',
    'measure-unplanned: evaluate found "auc", which is not planned',
    "step-missing: save never ran",
  ]);
});
