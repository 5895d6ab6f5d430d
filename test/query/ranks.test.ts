import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkConstraints, checkShapes } from "provml/validate";
import { expect, it } from "vitest";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { project, runScript } from "../capture/program.ts";
import { parseQuads } from "../validate/quads-of.ts";
import { opened } from "./recorded.ts";

const TRAINS = `
  import { current, evaluation, training } from "provml";
  const rank = Number(process.env.SLURM_PROCID);
  const fit = training("fit", (settings) => {
    for (const epoch of current().epochs(3)) epoch.log({ loss: 10 * rank + epoch.number });
    if (process.env.DIES) process.kill(process.pid, "SIGKILL");
    return rank === 0 ? new Map([["w", 1]]) : undefined;
  });
  const model = fit({ rate: 0.5 });
  if (model) evaluation("test", () => ({ accuracy: 0.9 }))(model);
`;

/** The variables of one task of a step, as Slurm 22.05 sets them. */
function task(rank: number, size: number, more: Record<string, string> = {}): Record<string, string> {
  return {
    SLURM_CLUSTER_NAME: "alps",
    SLURM_JOB_ID: "4711",
    SLURM_STEP_ID: "0",
    SLURM_STEP_NUM_TASKS: String(size),
    SLURM_NTASKS: String(size),
    SLURM_PROCID: String(rank),
    SLURM_LOCALID: String(rank),
    ...more,
  };
}

/** A program in a folder of its own, started as often as wanted. */
function program() {
  const folder = project();
  writeFileSync(join(folder, "main.js"), TRAINS);
  const start = (environment: Record<string, string>) => runScript(folder, join(folder, "main.js"), [], environment);
  return { folder, start };
}

async function flushed(directory: string): Promise<void> {
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(directory);
}

/** Every quad in graph/, each once. */
function quadsIn(directory: string): string[] {
  const graph = join(directory, "graph");
  const files = readdirSync(graph, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".nq"));
  const lines = files.flatMap((name) => readFileSync(join(graph, name), "utf8").split("\n"));
  return [...new Set(lines.filter((line) => line !== "" && !line.startsWith("#")))].sort();
}

/** What is left when the segments are flushed one after the other in this order. */
async function flushedInOrder(folder: string, name: string, order: readonly string[]): Promise<string[]> {
  const directory = join(folder, name, ".provml");
  const waiting = join(folder, name, "waiting");
  cpSync(join(folder, ".provml"), directory, { recursive: true });
  renameSync(join(directory, "spool"), waiting);
  mkdirSync(join(directory, "spool"));
  for (const segment of order) {
    renameSync(join(waiting, segment), join(directory, "spool", segment));
    await flushed(directory);
  }
  return quadsIn(directory);
}

it("eight processes of a step, of which one never records and one comes late, are one run, in whatever order they are flushed", async () => {
  const { folder, start } = program();
  const ended = await Promise.all([0, 1, 2, 3, 4, 6].map((rank) => start(task(rank, 8))));
  ended.push(await start(task(7, 8)));
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, ""]));

  const graph = await opened(folder);
  const [run, ...others] = await graph.runs();
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    name: "fit",
    workflow: "@zoo/birds",
    status: "completed",
    ranks: 7,
    rankCount: 8,
    hyperparameters: { rate: 0.5 },
    measures: { accuracy: 0.9, loss: 2 }, // the first rank's
    models: [{ label: "fit" }],
    software: { name: "@zoo/birds" },
  });
  expect(run?.durationMs).toBeGreaterThan(0);
  const { step, series } = await graph.run("fit");
  expect(step).toMatchObject({ kind: "run", status: "completed" });
  expect(step.steps.map(({ kind, status }) => [kind, status])).toEqual(Array(7).fill(["training", "completed"]));
  expect(series.filter(({ name }) => name === "loss")).toHaveLength(7);
  const { nodes } = await graph.lineage(run?.models[0]?.id as string);
  expect(nodes.map(({ id }) => id)).toContain(run?.id);

  const segments = readdirSync(join(folder, ".provml", "spool")).sort();
  expect(segments).toHaveLength(7);
  const one = await flushedInOrder(folder, "forwards", segments);
  expect(await flushedInOrder(folder, "backwards", [...segments].reverse())).toEqual(one);
  expect(one.length).toBeGreaterThan(300);
  const text = one.join("\n");
  // Who began it nobody knows, so nobody says when.
  expect(
    one.filter((line) => line.startsWith(`<${run?.execution}> <http://www.w3.org/ns/prov#startedAtTime>`)),
  ).toEqual([]);
  expect(checkConstraints(readStatements(readQuads(text)).document)).toMatchObject({ violations: [] });
  expect((await checkShapes(parseQuads(text))).filter(({ severity }) => severity === "violation")).toEqual([]);
});

it("a step that was killed and started again is the same run, which says how it ended at last", async () => {
  const { folder, start } = program();
  const first = await Promise.all([0, 1].map((rank) => start(task(rank, 2, { DIES: "1" }))));
  expect(first.map(({ code }) => code)).toEqual([null, null]);
  const graph = await opened(folder);
  expect(await graph.runs()).toMatchObject([{ name: "fit", status: "interrupted", ranks: 2 }]);
  await Promise.all([0, 1].map((rank) => start(task(rank, 2, { SLURM_RESTART_COUNT: "1" }))));
  const again = await opened(folder);
  const runs = await again.runs();
  expect(runs).toMatchObject([{ name: "fit", status: "completed", ranks: 2, restarts: 1, models: [{ label: "fit" }] }]);
  expect(runs[0]?.id).toBe((await graph.runs())[0]?.id);
  expect(runs[0]?.startedAt).toBe((await graph.runs())[0]?.startedAt);
  expect((await again.run("fit")).step.steps.map(({ status }) => status).sort()).toEqual([
    "completed",
    "completed",
    "interrupted",
    "interrupted",
  ]);
});

it("a job of one process that was killed and started again is one run, and what it did besides are others", async () => {
  const { folder, start } = program();
  const job = { SLURM_CLUSTER_NAME: "alps", SLURM_JOB_ID: "12", SLURM_NTASKS: "1", SLURM_PROCID: "0" };
  await start({ ...job, DIES: "1" });
  await start({ ...job, SLURM_JOB_ID: "13", DIES: "1" });
  await start({ ...job, SLURM_RESTART_COUNT: "1", DIES: "1" });
  await start({ ...job, SLURM_RESTART_COUNT: "2" });
  await start({ ...job, SLURM_RESTART_COUNT: "2" });
  const graph = await opened(folder);
  expect((await graph.runs()).map(({ status, restarts }) => [status, restarts])).toEqual([
    ["completed", undefined],
    ["completed", 2],
    ["interrupted", undefined],
  ]);
});

it("the jobs of an array are runs of one study, each for itself", async () => {
  const { folder, start } = program();
  const element = (index: string) => ({
    SLURM_CLUSTER_NAME: "alps",
    SLURM_JOB_ID: `470${index}`,
    SLURM_ARRAY_JOB_ID: "4700",
    SLURM_ARRAY_TASK_ID: index,
    SLURM_PROCID: "0",
    SLURM_NTASKS: "1",
  });
  await Promise.all([start(element("1")), start(element("2"))]);
  const graph = await opened(folder);
  const runs = await graph.runs();
  expect(runs.map(({ study, ranks }) => [study, ranks])).toEqual(Array(2).fill(["slurm alps 4700", undefined]));
  expect(new Set(runs.map(({ execution }) => execution)).size).toBe(2);
});
