import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, opened, recorder } from "./recorded.ts";

const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");

async function recordedIn(root: string, workflow: string): Promise<void> {
  const prov = recorder(root, { workflow, plan: { name: workflow, steps: [{ name: "fit", kind: "training" }] } });
  prov.training("fit", (rate: number) => ({ rate }))(0.1);
  await prov.close();
}

test("a run's quads are its execution's graph, the catalogue's words on it and its plan, and nothing of others", async () => {
  const root = folder();
  await recordedIn(root, "one");
  await recordedIn(root, "two");
  const graph = await opened(root);
  const run = (await graph.runs()).find(({ workflow }) => workflow === "one");
  const quads = await graph.quads(run?.id);
  const graphs = new Set(quads.map(({ graph }) => graph?.value ?? ""));
  expect([...graphs].map((name) => name.replace(/.*\/(?=[^/]*$)/, "").replace(/[0-9a-f]{32}/, "…")).sort()).toEqual([
    "catalogue",
    "graph",
    "plan.…-graph",
  ]);
  expect(quads.some(({ object }) => object.value === "one")).toBe(true);
  expect(quads.some(({ object }) => object.value === "two")).toBe(false);
});

test("quads are the same before and after the flusher, each once", async () => {
  const root = folder();
  await recordedIn(root, "one");
  const texts = async () => (await (await opened(root)).quads("fit")).map((quad) => JSON.stringify(quad)).sort();
  const before = await texts();
  await flush(join(root, ".provml"));
  expect(await texts()).toEqual(before);
  expect(new Set(before).size).toBe(before.length);
});

test("without a name all executions' quads come", async () => {
  const root = folder();
  await recordedIn(root, "one");
  await flush(join(root, ".provml"));
  await recordedIn(root, "two");
  const labels = (await (await opened(root)).quads()).map(({ object }) => object.value);
  expect(labels).toContain("one");
  expect(labels).toContain("two");
});

test("what belongs to no execution is refused with advice", async () => {
  const root = folder();
  await recordedIn(root, "one");
  const graph = await opened(root);
  await expect(graph.quads("rate")).rejects.toMatchObject({ code: expect.stringMatching(/bad-argument|ambiguous/) });
  await expect(graph.quads("nothing")).rejects.toMatchObject({ code: "not-found" });
});
