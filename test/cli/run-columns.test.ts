import type { Run } from "provml/query";
import { expect, test } from "vitest";
import { cellsOf, namedColumns, usualColumns } from "../../src/cli/run-columns.ts";
import { recorded } from "../query/recorded.ts";

/** Two completed runs and one that failed; `loss` is the name of a hyperparameter and of a series, as with TensorFlow.js. */
async function threeRuns(): Promise<Run[]> {
  const graph = await recorded((prov) => {
    const learn = prov.training("fit", (given: { loss: string; name?: string; isBad?: boolean }) => {
      prov.current().log({ loss: 0.5 }, 0);
      if (given.isBad) throw new RangeError("no way");
      return new Map();
    });
    learn({ loss: "meanSquaredError" });
    learn({ loss: "hinge", name: "Ada" });
    expect(() => learn({ loss: "hinge", isBad: true })).toThrow("no way");
  });
  return (await graph.runs()).reverse();
}

test("a name that means several things has a column for each", async () => {
  const runs = await threeRuns();
  const { columns, missing } = namedColumns(["loss", "measures.loss", "name", "status"], runs, "whole");
  expect(missing).toEqual([]);
  const [head, rows] = cellsOf(columns, runs.slice(0, 2));
  expect(head).toEqual([
    "hyperparameters.loss",
    "measures.loss",
    "measures.loss",
    "name",
    "hyperparameters.name",
    "status",
  ]);
  expect(rows).toEqual([
    ["meanSquaredError", 0.5, 0.5, "fit", undefined, "completed"],
    ["hinge", 0.5, 0.5, "fit", "Ada", "completed"],
  ]);
  const usual = usualColumns(runs, "shown").map(({ head }) => head);
  expect(usual).toEqual(
    expect.arrayContaining(["name", "hyperparameters.name", "hyperparameters.loss", "measures.loss"]),
  );
  expect(new Set(usual).size).toBe(usual.length);
});

test("columns do not depend on which runs are listed, and those of nothing are empty", async () => {
  const runs = await threeRuns();
  const names = ["id", "startedAt", "durationMs", "error", "study", "toString", "hyperparameters.height"];
  const { columns, missing } = namedColumns(names, runs, "whole");
  expect(missing).toEqual(["study", "toString", "hyperparameters.height"]);
  expect(cellsOf(columns, [])).toEqual([names, []]);
  expect(cellsOf(columns, runs)).toEqual([
    names,
    runs.map(({ id, startedAt, durationMs, status }) => [
      ...[id, startedAt, durationMs, status === "failed" ? "RangeError: no way" : undefined],
      ...[undefined, undefined, undefined],
    ]),
  ]);
});
