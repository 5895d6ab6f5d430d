import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { file, folder, opened, recorded, recorder } from "./recorded.ts";

const CSV = "a,b\n1,2\n3,4\n";

/** Two steps and a training in one run. */
async function experiment() {
  return await recorded((prov, root) => {
    const path = prov.dataset(file(join(root, "raw.csv"), CSV), { name: "raw", split: "train", rowCount: 2 });
    const read = prov.dataPreparation("read", (_path: string, { skip }: { skip: number }) => ({ rows: [[skip]] }));
    const learn = prov.training("fit", (_data: object, _given: object) => {
      for (const epoch of prov.current().epochs(2)) epoch.log({ loss: 2 - epoch.number });
      return new Map();
    });
    const score = prov.evaluation("score", (_model: object) => ({ accuracy: 0.5 }));
    prov.run("experiment", () => {
      const { rows } = read(path, { skip: 1 });
      score(learn(rows, { learningRate: 0.1 }));
    });
  });
}

describe("one run", () => {
  test("tells its steps as a tree, each with what it took and what came of it", async () => {
    const { step } = await (await experiment()).run("experiment");
    expect(step).toMatchObject({ name: "experiment", kind: "run", status: "completed" });
    expect(step.steps.map(({ name, kind }) => [name, kind])).toEqual([
      ["read", "dataPreparation"],
      ["fit", "training"],
      ["score", "evaluation"],
    ]);
    const [read, fit, score] = step.steps;
    expect(read?.parameters).toEqual({ skip: 1 });
    expect(read?.inputs.map(({ label, kind }) => [label, kind])).toEqual([["raw", "dataset"]]);
    expect(fit?.parameters).toEqual({ learningRate: 0.1 });
    expect(fit?.inputs.map(({ id }) => id)).toEqual(read?.outputs.map(({ id }) => id));
    expect(score?.measures).toEqual({ accuracy: 0.5 });
  });

  test("its inputs are what it did not make itself, with path, digest and description", async () => {
    const { inputs, outputs } = await (await experiment()).run("experiment");
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toMatchObject({
      label: "raw",
      path: expect.stringMatching(/raw\.csv$/),
      sha256: createHash("sha256").update(CSV).digest("hex"),
      about: { split: "train", rowCount: 2 },
    });
    expect(outputs.map(({ kind }) => kind).sort()).toEqual(["data", "model"]);
  });

  test("its series are summarised while their rows are still in the spool", async () => {
    const { series } = await (await experiment()).run("experiment");
    expect(series.find(({ name }) => name === "loss")).toMatchObject({
      rowCount: 2,
      minimum: 1,
      maximum: 2,
      firstValue: 2,
      lastValue: 1,
      lastStep: 1,
    });
  });

  test("its environment and source are those of its execution", async () => {
    const { environment, source, rootDirectory, command } = await (await experiment()).run("experiment");
    expect(environment).toMatchObject({ runtime: `node ${process.versions.node}`, recorder: expect.any(String) });
    expect(rootDirectory).toBe(process.cwd());
    expect(command).toContain("node");
    expect(source).toBeTypeOf("object");
  });

  test("the steps of its execution are told as a plan declares them, calls of one name as one, what not all of them had as optional", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", (_given: object) => new Map());
      learn({ learningRate: 1 });
      prov.evaluation("score", (_model: object) => ({ accuracy: 1 }))(learn({ momentum: 2 }));
    });
    const { execution } = (await graph.runs())[0] ?? { execution: "" };
    expect(await graph.steps(execution)).toEqual([
      {
        name: "fit",
        kind: "training",
        parameters: [
          { name: "learningRate", optional: true },
          { name: "momentum", optional: true },
        ],
        inputs: [],
        outputs: ["fit"],
        measures: [],
        sections: [],
      },
      {
        name: "score",
        kind: "evaluation",
        parameters: [],
        inputs: ["fit"],
        outputs: [],
        measures: ["accuracy"],
        sections: [],
      },
    ]);
  });

  test("is found by its IRI, its execution's UUID, its local name, the start of one, or its label", async () => {
    const graph = await recorded((prov) => prov.training("fit the flowers", () => new Map())());
    const id = (await graph.runs())[0]?.id ?? "";
    const [uuid = "", local = ""] = id.split("/").slice(-2);
    for (const name of [id, uuid, local, `${uuid}/${local}`, uuid.slice(0, 13), local.slice(0, 8), "fit the flowers"]) {
      expect((await graph.run(name)).id, name).toBe(id);
    }
  });

  test("a name that fits nothing, no run or several runs says so", async () => {
    const graph = await recorded((prov) => {
      prov.dataPreparation("read", () => [[1]])();
      prov.training("fit", () => new Map())();
      prov.training("fit", () => new Map())();
    });
    const ids = (await graph.runs()).map(({ id }) => id.split("/").at(-1));
    await expect(graph.run("no such run")).rejects.toMatchObject({ code: "not-found" });
    await expect(graph.run("read")).rejects.toMatchObject({ code: "not-found" });
    await expect(graph.run("")).rejects.toMatchObject({ code: "bad-argument" });
    const ambiguous = await graph.run("fit").catch((error: unknown) => error);
    expect(ambiguous).toMatchObject({ code: "ambiguous" });
    for (const id of ids) expect(String(ambiguous)).toContain(id);
  });

  test("labels, parameter names and texts that look like SPARQL come back as they were", async () => {
    const hostile = ['"} } DROP ALL #', "a\nb\t\\", "<http://x> ?s ?p", "\\u0022 . }", "{{}}", "it's ☃", "__proto__"];
    for (const text of hostile) {
      const graph = await recorded((prov) => {
        const given = Object.fromEntries([[text, text]]);
        prov.training(text, (_given: object) => new Map())(given);
      });
      const run = await graph.run(text);
      expect(run.name).toBe(text);
      expect(Object.entries(run.hyperparameters)).toEqual([[text, text]]);
      expect(run.step.name).toBe(text);
    }
  });
});

test("counts say how much there is of what", async () => {
  const graph = await experiment();
  expect(await graph.counts()).toMatchObject({ executions: 1, runs: 1, models: 1, series: 2, rows: 4, activities: 5 });
});

test("a run that is shared by two processes has both writers' steps", async () => {
  const root = folder();
  const prov = recorder(root);
  prov.training("fit", () => new Map())();
  const { execution } = prov;
  process.env.PROVML_EXECUTION = execution.split("/").at(-2);
  const other = recorder(root);
  delete process.env.PROVML_EXECUTION;
  other.dataPreparation("read", () => [[1]])();
  await other.close();
  await prov.close();
  const graph = await opened(root);
  expect((await graph.counts()).executions).toBe(1);
  expect((await graph.steps(execution)).map(({ name }) => name).sort()).toEqual(["fit", "read"]);
});
