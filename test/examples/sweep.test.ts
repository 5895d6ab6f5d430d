import { open } from "provml/query";
import { expect, it } from "vitest";
import { cleanRows, loadRows, normalise } from "../../examples/penguins-model.ts";
import { descend, zeroWeights } from "../../examples/softmax.ts";
import { recordedExamples } from "./recorded.ts";

const recorded = recordedExamples("sweep");

it("the sweep is one study of ten runs that were completed and one that was killed, in eleven executions", async () => {
  const { directory, printed } = recorded.get("sweep")!;
  await using graph = await open(directory);
  const runs = await graph.runs();
  expect(runs.map(({ study }) => study)).toEqual(new Array(11).fill("learning rates"));
  expect(new Set(runs.map(({ execution }) => execution)).size).toBe(11);
  expect(runs.map(({ status }) => status).sort()).toEqual([...new Array(10).fill("completed"), "interrupted"]);
  expect(await graph.sparql`SELECT DISTINCT ?study WHERE { ?study a mls:Study }`).toHaveLength(1);
  expect(printed).toContain("job 7 ended by SIGKILL in epoch 25");
  expect(printed).toMatch(/learning rate 1: accuracy 0\.9\d\d over 5 folds/);
  expect(printed).toContain("one went on after epoch 19 of a run that was killed: 60 epochs in its curve");
});

it("the killed job goes on from its checkpoint, with the very curve that it would have had", async () => {
  const { directory } = recorded.get("sweep")!;
  await using graph = await open(directory);
  const runs = await graph.runs();
  const killed = runs.find(({ status }) => status === "interrupted");
  const resumed = runs.filter(({ continues }) => continues !== undefined);
  expect(resumed.map(({ continues }) => [continues?.run, continues?.step])).toEqual([[killed?.id, 19]]);
  expect(resumed[0]?.hyperparameters).toEqual(killed?.hyperparameters);

  const penguins = cleanRows(await loadRows());
  const { train } = normalise({
    train: penguins.filter((_, i) => i % 5 !== 2),
    test: penguins.filter((_, i) => i % 5 === 2),
  });
  const weights = zeroWeights(train);
  const unbroken = Array.from({ length: 60 }, (_, step) => [step, descend(weights, train, 1)]);
  const points = await graph.series(resumed[0]?.id ?? "", "loss");
  expect(points.map(({ step, value }) => [step, value])).toEqual(unbroken);
});
