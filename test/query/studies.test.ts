import { expect, test } from "vitest";
import { spreadOf } from "../../src/query/studies/spread.ts";
import { folder, opened, recorder } from "./recorded.ts";

const SCORES: Readonly<Record<string, readonly number[]>> = { "0.1": [0.7, 0.9, 0.8], "0.01": [0.5, 0.5, 0.8, 0.2] };

test("a study's runs are in groups of what they were given but for seeds and folds, with mean and sample deviation", async () => {
  const root = folder();
  const prov = recorder(root);
  prov.study("rates");
  for (const [rate, scores] of Object.entries(SCORES)) {
    for (const [fold, score] of scores.entries()) {
      prov.training("fit", (_given: object) => {
        prov.seed(100 + fold);
        prov.current().log({ score, odd: fold === 0 ? Number.NaN : fold }, 0);
      })({ rate: Number(rate), fold, layers: 2 });
    }
  }
  const failing = prov.training("fit", (_given: object) => {
    prov.current().log({ score: 99 }, 0);
    throw new RangeError("no");
  });
  expect(() => failing({ rate: 0.1, fold: 9, layers: 2 })).toThrow("no");
  await prov.close();
  const graph = await opened(root);
  const [study, ...others] = await graph.studies();
  expect(others).toEqual([]);
  expect(study).toMatchObject({
    name: "rates",
    workflow: "flowers",
    runs: 8,
    statuses: { completed: 7, failed: 1 },
    by: ["rate"],
  });
  expect(study?.groups.map(({ hyperparameters, runs }) => [hyperparameters, runs.length])).toEqual([
    [{ rate: 0.1, layers: 2 }, 4],
    [{ rate: 0.01, layers: 2 }, 4],
  ]);
  const [first, second] = study?.groups ?? [];
  expect(first?.measures.score).toMatchObject({ count: 3, minimum: 0.7, maximum: 0.9, median: 0.8 });
  expect(first?.measures.score?.mean).toBeCloseTo(0.8, 15);
  expect(first?.measures.score?.standardDeviation).toBeCloseTo(0.1, 15); // sqrt((0.01 + 0.01 + 0) / 2)
  expect(first?.measures.odd).toMatchObject({ count: 2, mean: 1.5 });
  expect(second?.measures.score).toMatchObject({ count: 4, mean: 0.5, median: 0.5 });
  expect(second?.measures.score?.standardDeviation).toBeCloseTo(Math.sqrt(0.18 / 3), 15);
  const byFold = await graph.study("rates", { by: ["fold"], where: "status = completed" });
  expect(byFold.groups.map(({ hyperparameters, runs }) => [hyperparameters, runs.length])).toEqual([
    [{ fold: 0 }, 2],
    [{ fold: 1 }, 2],
    [{ fold: 2 }, 2],
    [{ fold: 3 }, 1],
  ]);
  expect(byFold.groups[3]?.measures.score).toEqual({ count: 1, mean: 0.2, minimum: 0.2, maximum: 0.2, median: 0.2 });
});

test("a study that is not there is not found, and one of two workflows is told by both names", async () => {
  const root = folder();
  for (const workflow of ["birds", "bees"]) {
    const prov = recorder(root, { workflow });
    prov.study("rates");
    prov.run("fit", () => 1);
    await prov.close();
  }
  const graph = await opened(root);
  await expect(graph.study("none")).rejects.toMatchObject({ code: "not-found", message: /rates/ });
  await expect(graph.study("rates")).rejects.toMatchObject({ code: "ambiguous", message: /bees\/rates/ });
  expect(await graph.study("bees/rates")).toMatchObject({ workflow: "bees", runs: 1 });
  await expect(graph.studies({ by: "rate" as never })).rejects.toMatchObject({ code: "bad-option" });
});

test("equal values have no deviation, and what is not finite is no value", () => {
  expect(spreadOf([0.1, 0.1, 0.1])).toEqual({
    count: 3,
    mean: 0.1,
    standardDeviation: 0,
    minimum: 0.1,
    maximum: 0.1,
    median: 0.1,
  });
  expect(spreadOf([1e16, 1e16 + 2, 1e16 + 4])).toMatchObject({ mean: 1e16 + 2, standardDeviation: 2 });
  expect(spreadOf([Number.NaN, 3, Number.POSITIVE_INFINITY])).toEqual({
    count: 1,
    mean: 3,
    minimum: 3,
    maximum: 3,
    median: 3,
  });
  expect(spreadOf([Number.NaN])).toBeUndefined();
});
