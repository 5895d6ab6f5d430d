import { join } from "node:path";
import { type Model, open, type Run } from "provml/query";
import { describe, expect, it } from "vitest";
import { createDirectory } from "../../src/spool/directory.ts";
import { ALL_PARTS, linesOf, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce(...ALL_PARTS);

/** As JSON has it. */
async function asked<T>(question: (graph: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<unknown> {
  const graph = await open(recorded.directory);
  const answer = await question(graph);
  await graph.close();
  return JSON.parse(JSON.stringify(answer));
}

describe.concurrent("provml runs", () => {
  it("lists the runs, newest first, with how they ended, their settings and what was measured", async () => {
    const { stdout, stderr, code } = await recorded.ask("runs");
    expect([code, stderr]).toEqual([0, ""]);
    const [head = "", ...rows] = linesOf(stdout);
    expect(head).toMatch(/^run +name +workflow +status +started +took +epochs +rate +loss +error$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 4))).toEqual([
      ["long", "flowers", "interrupted"],
      ["fit", "flowers", "failed"],
      ["fit", "flowers", "completed"],
      ["fit", "flowers", "completed"],
    ]);
    const { error } = JSON.parse(recorded.printed) as { error: number };
    expect(rows[2]).toMatch(new RegExp(` 20 +0\\.1 +[\\d.]+ +${Number(error.toPrecision(4))}$`));
  });

  it("gives as JSON what the query API gives", async () => {
    const runs = await recorded.json<Run[]>("runs");
    expect(runs).toEqual(await asked((graph) => graph.runs()));
    expect(runs[1]?.error).toEqual({ type: "RangeError", message: "rate is -1;\nit must be above 0" });
  });

  it("gives as CSV whole ids, times and numbers", async () => {
    const { stdout } = await recorded.ask("runs", "--csv");
    const lines = stdout.split("\r\n");
    const [best] = (await recorded.json<Run[]>("runs")).filter(({ hyperparameters }) => hyperparameters.epochs === 20);
    const { id, startedAt, durationMs, measures } = best as Run;
    expect(lines[0]).toBe("id,name,workflow,status,started,durationMs,epochs,rate,loss,error");
    expect(lines).toContain(
      [id, "fit", "flowers", "completed", startedAt, durationMs, 20, 0.1, measures.loss, measures.error].join(","),
    );
    expect(lines.at(-1)).toBe("");
  });

  it("lists those that a filter wants, in the order and with the columns that are asked for", async () => {
    const args = ["--where", "status = completed and epochs >= 0", "--sort", "-rate", "--columns", "name,epochs,rate"];
    const { stdout, stderr, code } = await recorded.ask("runs", ...args, "--csv");
    expect([code, stderr]).toEqual([0, ""]);
    const completed = (await recorded.json<Run[]>("runs")).filter(({ status }) => status === "completed");
    const rows = completed
      .sort((a, b) => Number(b.hyperparameters.rate) - Number(a.hyperparameters.rate))
      .map(({ name, hyperparameters: { epochs, rate } }) => `${name},${epochs},${rate}`);
    expect(stdout.trim().split("\r\n")).toEqual(["name,epochs,rate", ...rows]);
    const one = await recorded.ask("runs", ...args, "--limit", "1", "--csv");
    expect(one.stdout.trim().split("\r\n")).toEqual(["name,epochs,rate", ...rows.slice(0, 1)]);
  });

  it("answers where nothing fits, with the columns that are asked for, and tells what no run has", async () => {
    const where = "rate > 1e9 and (breadth = 1 or not dataset = birds.csv)";
    const args = ["--where", where, "--columns", "name,rate,height", "--sort", "rate, -weight", "--csv"];
    const { stdout, stderr, code } = await recorded.ask("runs", ...args);
    expect([code, stdout]).toEqual([0, "name,rate,height\r\n"]);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/no run that is recorded here has "breadth" to filter by$/),
      expect.stringMatching(/no run that is recorded here has "weight" to sort by$/),
      expect.stringMatching(/no run that is recorded here has "height"; there are id, name, workflow, .*rate/),
    ]);
  });

  it("says why nothing is listed", async () => {
    expect(await recorded.ask("runs", "--where", "rate > 1e9", "--study", "sweep")).toMatchObject({
      stdout: 'no run of a study "sweep" that is recorded here fits the filter\n',
      stderr: "",
    });
    expect((await recorded.ask("runs", "--limit", "0")).stdout).toBe("no run is listed, for --limit is 0\n");
  });

  it("says where a filter cannot be read", async () => {
    const filter = await recorded.ask("runs", "--where", "rate < or status = failed");
    expect(filter.code).toBe(2);
    expect(filter.stderr).toMatch(/character 8, marked by » in "rate < »or status = failed"/);
  });

  it("says what to do where nothing is recorded yet", async () => {
    const empty = join(recorded.folder, "empty");
    createDirectory(empty);
    const [runs, models, json] = await Promise.all([
      provml(["runs", "--dir", empty], { cwd: recorded.folder }),
      provml(["models", "--dir", empty], { cwd: recorded.folder }),
      provml(["runs", "--dir", empty, "--json"], { cwd: recorded.folder }),
    ]);
    expect([runs.code, models.code, json.code]).toEqual([0, 0, 0]);
    expect(runs.stdout).toMatch(/^no run is recorded here yet; .+\n$/);
    expect(models.stdout).toMatch(/^no model is recorded here yet; .+\n$/);
    expect(json.stdout).toBe("[]\n");
  });
});

describe.concurrent("provml models", () => {
  it("lists the models with their runs, files and measures", async () => {
    const rows = await recorded.rows("models");
    const runs = await recorded.rows("runs");
    expect(rows[0]?.slice(0, 3)).toEqual(["model", "name", "kind"]);
    expect(rows[1]?.slice(1, 4)).toEqual(["fit", "model", runs[3]?.[0]]);
    expect(rows[1]?.slice(6, 8)).toEqual(["model.json", expect.stringMatching(/^[0-9a-f]{12}$/)]);
    expect(rows.length).toBe(3);
  });

  it("gives as JSON what the query API gives, states in between too when all are asked for", async () => {
    expect(await recorded.json<Model[]>("models")).toEqual(await asked((graph) => graph.models()));
    const all = await recorded.json<Model[]>("models", "--all");
    expect(all).toEqual(await asked((graph) => graph.models({ states: "all" })));
  });

  it("gives as CSV whole ids and check sums", async () => {
    const { stdout } = await recorded.ask("models", "--csv");
    const [model] = await recorded.json<Model[]>("models");
    const [file] = (model as Model).files;
    expect(stdout).toContain(
      `${model?.id},fit,model,${model?.run},flowers,${model?.generatedAt},model.json,${file?.sha256},`,
    );
  });
});
