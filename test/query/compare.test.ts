import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { type Graph, open } from "provml/query";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { quadLine } from "../../dist/src/rdf/normal-line.js";
import { embeddedStore } from "../../dist/src/store/embedded.js";
import { file, folder, opened, recorder } from "./recorded.ts";

interface Experiment {
  readonly raw: string;
  readonly testShare: number;
  readonly seed: number;
  readonly rate: number;
  readonly name: string;
  /** What nobody records. */
  readonly noise: string;
}

const USUAL: Experiment = { raw: "1,2,3,4,5,6", testShare: 0.2, seed: 7, rate: 0.1, name: "fit", noise: "" };

/** A program that prepares a raw file, and one that learns from what came of it. */
async function experiment(root: string, given: Partial<Experiment>): Promise<void> {
  const { raw, testShare, seed, rate, name, noise } = { ...USUAL, ...given };
  const [rawFile, trainFile, modelFile] = ["raw.csv", "train.csv", "model.json"].map((one) => join(root, one)) as [
    string,
    string,
    string,
  ];
  const directory = join(root, ".provml");
  file(rawFile, raw);
  const preparation = provenance({ directory, agent: "Ada", announce: false, workflow: "preparation" });
  preparation.dataset(rawFile);
  preparation.dataPreparation("split", (path: string, options: { testShare: number }) => {
    writeFileSync(trainFile, `${readFileSync(path, "utf8")} / ${options.testShare}`);
    preparation.current().generated(trainFile, { kind: "dataset", of: path });
  })(rawFile, { testShare });
  await preparation.close();

  const learning = provenance({ directory, agent: "Ada", announce: false, workflow: "learning" });
  learning.dataset(trainFile, { split: "train" });
  const model = learning.training(name, (path: string, options: { rate: number }) => {
    learning.seed(seed);
    const made = { weights: `${readFileSync(path, "utf8")} ${options.rate} ${seed} ${noise}` };
    writeFileSync(modelFile, JSON.stringify(made));
    learning.current().generated(modelFile, { kind: "model", of: made });
    return made;
  })(trainFile, { rate });
  learning.evaluation("score", (_model: object) => ({ error: 0.25 }))(model);
  await learning.close();
}

const CHANGES: Readonly<Record<string, Partial<Experiment>>> = {
  usual: {},
  again: {},
  raw: { raw: "9,9,9,9,9,9" },
  share: { testShare: 0.3 },
  seed: { seed: 8 },
  rate: { rate: 0.01 },
  both: { rate: 0.01, testShare: 0.5 },
  noise: { noise: "!" },
};

/** All of them in one graph, each a run of its name. */
const root = mkdtempSync(join(tmpdir(), "provml-compare-"));
let graph: Graph;
beforeAll(async () => {
  for (const [name, change] of Object.entries(CHANGES)) await experiment(root, { name, ...change });
  graph = await open(join(root, ".provml"));
}, 120_000);
afterAll(async () => {
  await graph.close();
  rmSync(root, { recursive: true, force: true });
});

test.each([
  ["a raw file's content", "raw", { kind: "data", step: { name: "split" } }, undefined],
  [
    "a parameter of the preparation",
    "share",
    { kind: "parameter", name: "testShare", step: { name: "split", workflow: "preparation" } },
    [0.2, 0.3],
  ],
  ["a seed", "seed", { kind: "seed", name: "seed", step: { name: "usual" } }, [7, 8]],
  [
    "a hyperparameter",
    "rate",
    { kind: "hyperparameter", name: "rate", step: { name: "usual", workflow: "learning" } },
    [0.1, 0.01],
  ],
  ["of two the one that came in first", "both", { kind: "parameter", name: "testShare" }, [0.2, 0.5]],
] as const)("the first cause at which two results part is %s", async (_, other, cause, values) => {
  const { parting } = await graph.compare(["usual", other]);
  expect(parting?.firstCause).toMatchObject(cause);
  if (values) expect(parting?.firstCause?.sides.map(({ value }) => value)).toEqual(values);
  expect(parting?.differences).toHaveLength(Object.keys(CHANGES[other] ?? {}).length);
  expect(parting?.firstResult).toBeUndefined();
});

test("where nothing that is recorded differs, it is told at which step the results part all the same", async () => {
  const { parting, fields } = await graph.compare(["usual", "noise"]);
  expect(parting).toMatchObject({ differences: [], firstResult: { kind: "result", step: { name: "usual" } } });
  expect(parting?.firstCause).toBeUndefined();
  expect(fields).toEqual([]);
  expect((await graph.compare(["usual", "again"])).parting).toEqual({ differences: [] });
});

test("a model is compared as the run behind it, by its name or by the bytes of its file", async () => {
  const root = folder();
  await experiment(root, { name: "first" });
  const kept = file(join(root, "kept.json"), readFileSync(join(root, "model.json"), "utf8"));
  await experiment(root, { name: "second", rate: 0.5 });
  const graph = await opened(root);
  const { runs, parting } = await graph.compare([kept, join(root, "model.json")]);
  expect(runs.map(({ name, model }) => [name, model !== undefined])).toEqual([
    ["first", true],
    ["second", true],
  ]);
  expect(runs.map(({ hyperparameters }) => hyperparameters)).toEqual([{ rate: 0.1 }, { rate: 0.5 }]);
  expect(parting?.firstCause).toMatchObject({ kind: "hyperparameter", name: "rate" });
});

test("only what differs is told, with what it is, unless all is asked for", async () => {
  const { fields, runs, parting } = await graph.compare(["usual", "both", "seed"]);
  expect(fields.map(({ aspect, name }) => `${aspect} ${name}`)).toEqual([
    "hyperparameters rate",
    "seeds seed",
    "data train",
  ]);
  expect(runs.map(({ hyperparameters, seeds }) => [hyperparameters, seeds])).toEqual([
    [{ rate: 0.1 }, { seed: 7 }],
    [{ rate: 0.01 }, { seed: 7 }],
    [{ rate: 0.1 }, { seed: 8 }],
  ]);
  expect(parting).toBeUndefined();
  const all = await graph.compare(["usual", "rate"], { fields: "all" });
  expect(all.runs[1]).toMatchObject({
    seeds: { seed: 7 },
    data: { train: expect.stringMatching(/^[0-9a-f]{64}$/) },
    software: { node: process.versions.node },
    environment: { platform: `${process.platform} ${process.arch}` },
  });
});

test("what an object in memory was made of counts as the data of a run", async () => {
  const root = folder();
  for (const [name, share] of [
    ["first", 0.2],
    ["second", 0.3],
  ] as const) {
    const prov = recorder(root);
    const load = prov.dataPreparation("load", (path: string) => ({ rows: readFileSync(path, "utf8").split(",") }));
    const split = prov.dataPreparation("split", (table: { rows: string[] }, _options: { share: number }) => ({
      train: table.rows.slice(1),
    }));
    const learn = prov.training(name, (_data: object) => ({ w: 1 }));
    const raw = file(join(root, "raw.csv"), `1,2,${name}`);
    prov.dataset(raw);
    learn(split(load(raw), { share }));
    await prov.close();
  }
  const { runs } = await (await opened(root)).compare(["first", "second"]);
  expect(runs.map(({ parameters }) => parameters)).toEqual([{ "split.share": 0.2 }, { "split.share": 0.3 }]);
  const digests = runs.map(({ data }) => Object.values(data)[0]);
  expect(new Set(digests).size).toBe(2);
});

test("packages and the machine are causes before a hyperparameter is, and user and branch are not before it", async () => {
  // No test can change the machine that it runs on: the texts of the graph are.
  const run = (await graph.runs()).find(({ name }) => name === "rate");
  const ours = run?.execution.replace(/execution$/, "graph") ?? "";
  const lines = (await graph.quads()).map((quad) => {
    const line = quadLine(quad).trimEnd();
    if (quad.graph?.value !== ours) return line;
    return line
      .replace(/(cpuModel> ")[^"]*/, "$1AMD K6")
      .replace(/(runtime> "node )[^"]*/, "$118.0.0")
      .replace(/(branch> ")[^"]*/, "$1elsewhere")
      .replace(/recorder> "[^"]*"/, 'loadedPackage> "@nobody/has-this@4.22.0"'); // whatever the tests beside have loaded
  });
  const store = embeddedStore();
  onTestFinished(() => store.close());
  await store.load(new TextEncoder().encode(lines.join("\n")));
  const { parting } = await (await open(store)).compare(["usual", "rate"]);
  const kinds = parting?.differences.map(({ kind, name }) => `${kind} ${name}`).filter((text) => !/branch/.test(text));
  expect(kinds?.slice(0, 3).sort()).toEqual(["software @nobody/has-this", "software node", "software provml"]);
  expect(kinds?.slice(3)).toEqual(["environment cpuModel", "hyperparameter rate"]);
  expect(parting?.firstCause?.step).toMatchObject({ name: "learning", workflow: "learning" });
});

test("names that fit nothing or too much are refused, and one name is too few", async () => {
  await expect(graph.compare(["nothing", "rate"])).rejects.toMatchObject({ code: "not-found" });
  await expect(graph.compare(["score", "rate"])).rejects.toMatchObject({ code: "not-found" });
  await expect(graph.compare(["rate"])).rejects.toMatchObject({ code: "bad-argument" });
  const some = graph.compare(["rate", "seed"], { fields: "some" as "all" });
  await expect(some).rejects.toMatchObject({ code: "bad-option" });
});
