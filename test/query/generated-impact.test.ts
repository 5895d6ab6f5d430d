import { expect, test } from "vitest";
import { type ExecutionInputs, type FileInputs, type RunInputs, sha256Of } from "../../bench/graph/inputs.ts";
import { closureOf, generated, stepsOf } from "./generated.ts";

const RUNS = 24;

test("whence and impact of files are what loops over the programs' inputs find, by look-ups and by SPARQL alone", {
  timeout: 240_000,
}, async () => {
  const { graphs, inputs } = await generated(RUNS);
  const { executions } = inputs;
  const files = [...new Set(stepsOf(executions).flatMap(({ from, to }) => [...from, ...to]))];
  for (const file of files.filter((_, i) => i % 7 === 0)) {
    const sha256 = sha256Of(file);
    const maker = executions.find((one) => stepsOf([one]).some(({ to }) => to.includes(file)));
    const raw = closureOf(file, executions, "up").filter((path) => executions.some((one) => isRaw(one, path)));
    const [one, ...others] = await Promise.all(graphs.map((graph) => graph.whence({ sha256 })));
    for (const other of others) expect(other).toEqual(one);
    expect(one?.made?.workflow).toBe(maker?.workflow);
    expect(one?.made?.person?.name).toBe(maker?.person);
    expect([...new Set(one?.data.map(({ path }) => path))].sort()).toEqual(raw);
    const run = maker?.kind === "training" ? maker.runs.find((its) => modelOf(its) === file) : undefined;
    expect(one?.made?.run?.name).toBe(run?.name);
    if (run?.outcome.status === "completed") {
      expect(one?.hyperparameters).toEqual(run.hyperparameters);
      expect(one?.measures).toEqual(run.outcome.measures);
      expect(one?.kind).toBe("model");
    }

    const below = new Set(closureOf(file, executions, "down"));
    below.delete(file.path);
    const [impact, ...again] = await Promise.all(graphs.map((graph) => graph.impact({ sha256 })));
    for (const other of again) expect(other).toEqual(impact);
    const found = [...(impact?.datasets ?? []), ...(impact?.models ?? [])].flatMap(({ path }) => path ?? []);
    expect(new Set(found.filter((path) => path !== file.path))).toEqual(below);
    const redone = executions.filter((its) => stepsOf([its]).some(({ from }) => from.some(isAffected(file, below))));
    expect(impact?.redo.map(({ workflow }) => workflow).sort()).toEqual(redone.map((its) => its.workflow).sort());
    expect(impact?.people.map(({ name }) => name)).toEqual([...new Set(redone.map(({ person }) => person))].sort());
    const evaluated = redone.flatMap((its) => (its.kind === "training" ? its.runs.filter(modelOf) : []));
    expect(impact?.evaluations).toHaveLength(2 * evaluated.length);
    // Each program stands after those whose files it read.
    const place = new Map(impact?.redo.map(({ workflow }, i) => [workflow, i]));
    for (const later of redone) {
      const read = new Set(stepsOf([later]).flatMap(({ from }) => from));
      for (const earlier of redone)
        if (earlier !== later && stepsOf([earlier]).some(({ to }) => to.some((its) => read.has(its))))
          expect(place.get(earlier.workflow)).toBeLessThan(place.get(later.workflow) as number);
    }
  }
});

function isRaw(one: ExecutionInputs, path: string): boolean {
  return one.kind === "curation" && one.raw.path === path;
}

function modelOf({ outcome }: RunInputs): FileInputs | undefined {
  return outcome.status === "completed" ? outcome.model : undefined;
}

function isAffected(file: FileInputs, below: ReadonlySet<string>): (read: FileInputs) => boolean {
  return (read) => read === file || below.has(read.path);
}
