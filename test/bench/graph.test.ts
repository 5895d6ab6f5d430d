import { open } from "provml/query";
import { expect, onTestFinished, test } from "vitest";
import { type ExecutionInputs, type FileInputs, graphInputs, sha256Of } from "../../bench/graph/inputs.ts";
import { generatedGraph, runsFor } from "../../bench/graph.ts";

const RUNS = 40;

test("the same seed gives the same inputs, and another seed others", () => {
  expect(graphInputs({ runs: RUNS })).toEqual(graphInputs({ runs: RUNS, seed: 1 }));
  expect(graphInputs({ runs: RUNS, seed: 2 })).not.toEqual(graphInputs({ runs: RUNS }));
});

test("a recorded graph says of its runs, files and lineages what the inputs say, worked out by loops", {
  timeout: 120_000,
}, async () => {
  const { inputs, directory } = generatedGraph({ runs: RUNS });
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  expect(graph.problems).toEqual([]);

  const trainings = inputs.executions.filter((one) => one.kind === "training");
  const expected = trainings.flatMap(({ runs, study, workflow, person }) =>
    runs.map(({ name, hyperparameters, losses, outcome }) => ({
      name,
      study,
      workflow,
      person,
      status: outcome.status,
      hyperparameters,
      measures: outcome.status === "completed" ? outcome.measures : { loss: losses.at(-1) },
    })),
  );
  const runs = (await graph.runs()).map(({ name, study, workflow, person, status, hyperparameters, measures }) => ({
    name,
    study,
    workflow,
    person: person?.name,
    status,
    hyperparameters,
    measures,
  }));
  expect(runs.sort(byName)).toEqual(expected.sort(byName));
  expect((await graph.counts()).triples).toBeGreaterThan(0.5 * (RUNS / runsFor(1000)) * 1000);

  const files = filesOf(inputs.executions);
  const last = inputs.executions.findLast((one) => one.kind === "application") ?? trainings.at(-1);
  const target = last?.kind === "application" ? last.predictions : modelsOf(last)[0];
  if (target === undefined) throw new Error("there is nothing to ask for");
  const { nodes } = await graph.lineage({ sha256: sha256Of(target) });
  const paths = new Set(nodes.flatMap(({ path }) => path ?? []));
  const found = [...paths].filter((path) => !path.endsWith("/record.js")); // which each program was
  expect(found.sort()).toEqual(upstreamOf(target, inputs.executions).sort());
  for (const { path, sha256 } of nodes) {
    const file = path === undefined ? undefined : files.get(path);
    if (file) expect(sha256).toBe(sha256Of(file));
  }
});

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

function modelsOf(execution: ExecutionInputs | undefined): FileInputs[] {
  if (execution?.kind !== "training") return [];
  return execution.runs.flatMap(({ outcome }) => (outcome.status === "completed" ? outcome.model : []));
}

/** What each program read and wrote. */
function flowsOf(one: ExecutionInputs): { from: readonly FileInputs[]; to: readonly FileInputs[] } {
  switch (one.kind) {
    case "curation":
      return { from: [one.raw], to: [one.curated] };
    case "preparation":
      return { from: one.curated, to: [one.train, one.validation, one.test] };
    case "training": {
      const { train, validation } = one.preparation;
      return { from: [train, validation, ...(one.startsFrom ? [one.startsFrom] : [])], to: modelsOf(one) };
    }
    case "application":
      return { from: [one.model, one.data], to: [one.predictions] };
  }
}

function filesOf(executions: readonly ExecutionInputs[]): Map<string, FileInputs> {
  const all = executions.flatMap((one) => [...flowsOf(one).from, ...flowsOf(one).to]);
  return new Map(all.map((file) => [file.path, file]));
}

/** The paths of all files that a file came of, itself included. */
function upstreamOf(target: FileInputs, executions: readonly ExecutionInputs[]): string[] {
  const paths = new Set([target.path]);
  for (const { from, to } of executions.map(flowsOf).reverse()) {
    if (to.some(({ path }) => paths.has(path))) for (const { path } of from) paths.add(path);
  }
  return [...paths];
}
