import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { open } from "provml/query";
import { expect, test } from "vitest";
import { embeddedStore } from "../../dist/src/store/embedded.js";
import { flush } from "../../src/flush/flush.ts";
import { file, folder, opened, recorder } from "./recorded.ts";

test("tells a model by its bytes alone, under any name, from memory, and as a digest", async () => {
  const root = folder();
  const prov = recorder(root);
  const raw = file(join(root, "raw.csv"), "a,b\n1,2\n3,4\n");
  const read = prov.dataPreparation("read", (_path: string) => [[1, 2]]);
  const learn = prov.training("fit", (_rows: number[][], { rate }: { rate: number }) => ({ w: rate }));
  const judge = prov.evaluation("judge", (_model: object) => ({ accuracy: 0.75 }));
  const rows = read(prov.dataset(raw, { name: "Raw" }));
  const model = learn(rows, { rate: 0.5 });
  judge(model);
  prov.activity("save", (its: object) => {
    const path = file(join(root, "model.json"), JSON.stringify({ weights: its }));
    prov.current().generated(path, { kind: "model", of: its });
  })(model);
  await prov.close();
  copyFileSync(join(root, "model.json"), join(root, "x.bin"));
  const bytes = new TextEncoder().encode(JSON.stringify({ weights: { w: 0.5 } }));
  const sha256 = createHash("sha256").update(bytes).digest("hex");

  const graph = await opened(root);
  const whence = await graph.whence(join(root, "x.bin"));
  expect(whence).toMatchObject({
    sha256,
    kind: "model",
    made: { step: { name: "save" }, run: { name: "fit", status: "completed" }, person: { name: "Ada" } },
    hyperparameters: { rate: 0.5 },
    measures: { accuracy: 0.75 },
  });
  expect(whence.data.map(({ label }) => label)).toEqual(["Raw"]);
  expect(whence.models).toEqual([]);
  expect(whence.sentences.join("\n")).toMatch(/model\.json.* is a model.*\n.*the run fit .*\nAda had it run/);
  expect(await graph.whence(bytes)).toEqual(whence);
  expect(await graph.whence({ sha256 })).toEqual(whence);

  const data = await graph.whence(raw);
  expect(data).toMatchObject({ kind: "dataset", usedBy: [{ name: "read" }] });
  expect(data.made).toBeUndefined();
  expect(data.sentences).toContain("Nobody recorded how it was made.");
});

test("says of bytes that nobody recorded that nothing knows them, whatever lies at their path", async () => {
  const root = folder();
  const prov = recorder(root);
  const path = file(join(root, "data.csv"), "recorded: 1 2 3");
  prov.activity("read", (_path: string) => 0)(prov.dataset(path));
  await prov.close();
  const graph = await opened(root);
  file(path, "other bytes by now");
  await expect(graph.whence(path)).rejects.toMatchObject({ code: "not-found" });
  await expect(graph.whence(root)).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/ is a directory, which was not recorded as a whole; name a file in it; list what/),
  });
  await expect(graph.whence(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: "not-found" });
  await expect(graph.whence({ sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "not-found" });
});

test("finds a file of a model that is a directory, and says where in it", async () => {
  const root = folder();
  const prov = recorder(root);
  mkdirSync(join(root, "saved"));
  prov.training("fit", () => {
    file(join(root, "saved", "variables", "weights.bin"), "weights: 1 2 3 4");
    file(join(root, "saved", "model.json"), "topology: dense");
    prov.current().generated(join(root, "saved"), { kind: "model" });
  })();
  await prov.close();
  await flush(join(root, ".provml"));
  copyFileSync(join(root, "saved", "variables", "weights.bin"), join(root, "w"));
  const whence = await (await opened(root)).whence(join(root, "w"));
  expect(whence).toMatchObject({ kind: "model", things: [], made: { run: { name: "fit" } } });
  expect(whence.within.map(({ label, paths }) => [label, paths])).toEqual([["saved", ["variables/weights.bin"]]]);
});

test("a corrected model is not condemned by what it revises, but by what it was made of", async () => {
  const store = embeddedStore();
  await store.load(`
    <x:old> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <x:g> .
    <x:new> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <x:g> .
    <x:tuned> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <x:g> .
    <x:new> <http://www.w3.org/ns/prov#wasRevisionOf> <x:old> <x:g> .
    <x:tuned> <http://www.w3.org/ns/prov#wasDerivedFrom> <x:old> <x:g> .
  `);
  const graph = await open(store);
  expect((await graph.impact("x:old")).others.map(({ id }) => id)).toEqual(["x:tuned"]);
  expect((await graph.lineage("x:new")).nodes.map(({ id }) => id)).toEqual(["x:new", "x:old"]);
  await store.close();
});

test("what lies between two things is what came of the one and led to the other", async () => {
  const root = folder();
  const prov = recorder(root);
  const [a, b] = [file(join(root, "a.txt"), "the first file"), file(join(root, "b.txt"), "the second file")];
  const first = prov.activity("first", (_path: string) => [1]);
  const second = prov.activity("second", (_path: string) => [2]);
  const both = prov.activity("both", (_one: number[], _two: number[]) => {
    prov.current().generated(file(join(root, "c.txt"), "made of both files"));
  });
  both(first(prov.dataset(a)), second(prov.dataset(b)));
  await prov.close();
  const graph = await opened(root);
  const steps = async (of: string, to: string, direction: "up" | "down") => {
    const { nodes } = await graph.lineage(of, { to, direction });
    return nodes
      .filter(({ types }) => types.includes("provml:DataTransformationExecution"))
      .map(({ label }) => label)
      .sort();
  };
  const c = join(root, "c.txt");
  expect(await steps(c, a, "up")).toEqual(["both", "first"]);
  expect(await steps(b, c, "down")).toEqual(["both", "second"]);
  expect(await graph.lineage(a, { to: b })).toMatchObject({ nodes: [], edges: [], isComplete: true });
});
