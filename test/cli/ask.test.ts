import { join } from "node:path";
import type { Q7Answer } from "provml/query";
import { describe, expect, it } from "vitest";
import { generatedGraph } from "../../bench/graph.ts";
import { isOneLine, type Outcome, provml } from "./provml.ts";

const RUNS = 40;
const TIMEOUT = { timeout: 240_000 };

describe("provml ask", TIMEOUT, () => {
  const { folder, inputs } = generatedGraph({ runs: RUNS });
  const ask = (...args: readonly string[]): Promise<Outcome> =>
    provml(["ask", ...args], { cwd: folder, env: { PROVML_DIR: join(folder, ".provml") } });

  it("alone lists the questions with what they answer, their class and their parameters", async () => {
    const { stdout, code } = await ask();
    expect(code).toBe(0);
    expect(stdout.match(/^Q[1-7]/gm)).toHaveLength(7);
    expect(stdout).toContain("provml ask Q3 --dataset [--measure] [--goal]");
    expect(stdout).toContain("MachineLearningData · OnlineAnalysis, OfflineAnalysis · InterTrainingAnalysis");
  });

  it("finds a data set by the bytes of a file, and answers in a table, as CSV, as JSON and with its SPARQL", async () => {
    const training = inputs.executions.find((one) => one.kind === "training");
    const dataset = training?.kind === "training" ? training.preparation.train.path : "";
    const shown = await ask("q3", "--dataset", dataset);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^minimize loss, of \d+ that were trained on it/);
    expect(shown.stdout).toMatch(/^model +run +workflow +learningRate +batchSize +optimizer +dropout +loss +accuracy/m);
    const csv = await ask("Q3", "--dataset", dataset, "--csv");
    expect(csv.stdout.split("\r\n")[0]).toBe(
      "model,run,workflow,learningRate,batchSize,optimizer,dropout,loss,accuracy",
    );
    const queries = await ask("Q3", "--dataset", dataset, "--sparql");
    expect(queries.stdout).toMatch(/^PREFIX .*SELECT/ms);
  });

  it("tells what must be retrained, with a time that is none or a question that is none told in one line", async () => {
    const [first] = inputs.executions;
    const raw = first?.kind === "curation" ? first.raw.path : "";
    const { retrain } = JSON.parse((await ask("Q7", "--file", raw, "--limit", "1", "--json")).stdout) as Q7Answer;
    expect(retrain.length).toBeGreaterThan(1);
    for (const args of [["Q8"], ["Q3"], ["Q7", "--since", "yesterday"], ["Q1", "--json", "--csv", "--model", "x"]]) {
      const refused = await ask(...args);
      expect([refused.code, isOneLine(refused)], args.join(" ")).toEqual([2, true]);
    }
    expect((await ask("Q1", "--model", "nobody")).code).toBe(1);
    expect((await ask("Q2", "--run", "fit-0", "--section", "fold")).code).toBe(1);
  });
});
