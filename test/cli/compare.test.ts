import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import type { Best, RunComparison, Study } from "provml/query";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf, provml } from "./provml.ts";

const cwd = mkdtempSync(join(tmpdir(), "provml-compare-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
beforeAll(async () => {
  const prov = provenance({ directory: join(cwd, ".provml"), workflow: "flowers", announce: false });
  prov.study("rates");
  for (const [name, rate, seed, score] of RUNS) {
    prov.training(name, (_given: object) => {
      prov.current().log({ score, fitness: score }, 0);
      return prov.model({ w: rate }, { name: `model ${name}` });
    })({ rate, seed });
  }
  await prov.close();
});

const RUNS = [
  ["one", 0.1, 1, 0.5],
  ["two", 0.1, 2, 0.75],
  ["three", 0.01, 1, 0.25],
  ["four", 0.01, 2, Number.NaN],
] as const;

const asked = (...args: readonly string[]) => provml(args, { cwd });
const cells = (text: string) => linesOf(text).map((line) => line.trim().split(/ {2,}/));

describe.concurrent("what is asked of several runs", () => {
  it("compare tells what differs, aspect by aspect, and the first cause", async () => {
    const { stdout, stderr, code } = await asked("compare", "one", "three");
    expect([code, stderr]).toEqual([0, ""]);
    const rows = cells(stdout);
    expect(rows[0]).toEqual(["hyperparameters"]);
    expect(rows.slice(1, 4).map((row) => row.slice(1))).toEqual([
      ["name", "rate"],
      ["one", "0.1"],
      ["three", "0.01"],
    ]);
    expect(stdout).toMatch(/^first cause: the hyperparameter rate of one: 0\.1 \| 0\.01 \(flowers at /m);
  });

  it("compare gives as CSV a row for each run, and as JSON what the query API gives", async () => {
    const { stdout } = await asked("compare", "one", "two", "four", "--csv");
    const [head, ...rows] = stdout.trimEnd().split("\r\n");
    expect(head).toMatch(/^id,name,workflow,status,startedAt,hyperparameters\.rate,hyperparameters\.seed,measures\./);
    expect(rows.map((row) => row.split(",").slice(5, 7))).toEqual([
      ["0.1", "1"],
      ["0.1", "2"],
      ["0.01", "2"],
    ]);
    const comparison = JSON.parse((await asked("compare", "two", "four", "--all", "--json")).stdout) as RunComparison;
    expect(comparison.runs.map(({ hyperparameters }) => hyperparameters)).toEqual([
      { rate: 0.1, seed: 2 },
      { rate: 0.01, seed: 2 },
    ]);
    expect(comparison.fields).toContainEqual({ aspect: "hyperparameters", name: "seed", isSame: true });
    expect(comparison.parting?.firstCause).toMatchObject({ kind: "hyperparameter", name: "rate" });
  });

  it("best lists the best runs, and asks for the goal of a measure whose name says none", async () => {
    const best = JSON.parse(
      (await asked("best", "--measure", "score", "--goal", "maximize", "--limit", "9", "--json")).stdout,
    ) as Best[];
    expect(best.map(({ value, run }) => [value, run?.name])).toEqual([
      [0.75, "two"],
      [0.5, "one"],
      [0.25, "three"],
    ]);
    const unclear = await asked("best", "--measure", "score");
    expect(unclear).toMatchObject({ code: 2, stderr: expect.stringMatching(/minimize.*maximize/) });
    expect(await asked("best", "--measure", "loss")).toMatchObject({ code: 1 });
  });

  it("studies lists them, and of one each group with mean and deviation", async () => {
    const list = cells((await asked("studies")).stdout);
    expect(list[1]).toEqual(expect.arrayContaining(["rates", "flowers", "4", "2", "4 completed", "rate"]));
    const { stdout } = await asked("studies", "rates");
    expect(stdout).toMatch(/^ *0\.1 +2 +0\.625 ± 0\.1768 \(2\) /m);
    expect(stdout).toMatch(/^ *0\.01 +2 +0\.25 \(1\) /m);
    const study = JSON.parse((await asked("studies", "rates", "--by", "seed", "--json")).stdout) as Study;
    expect(study.groups.map(({ hyperparameters }) => hyperparameters)).toEqual([{ seed: 1 }, { seed: 2 }]);
  });

  it("models lists those that a filter wants, in the order and with the columns that are asked for", async () => {
    const args = ["--where", "rate = 0.1 and study = rates", "--sort", "-score", "--columns", "name,score,seed"];
    const { stdout, stderr } = await asked("models", ...args, "--csv");
    expect([stdout, stderr]).toEqual(["name,score,seed\r\nmodel two,0.75,2\r\nmodel one,0.5,1\r\n", ""]);
    expect((await asked("models", "--where", "rate > 5")).stdout).toBe(
      "no model that is recorded here fits the filter\n",
    );
  });
});
