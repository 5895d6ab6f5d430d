import { expect, test } from "vitest";
import { folder, opened, recorded, recorder } from "./recorded.ts";

test("what a user does to an answer changes no other", async () => {
  const graph = await recorded((prov) => prov.training("fit", (_given: object) => new Map())({ rate: 0.1 }));
  const mine = [...(await graph.runs()), ...(await graph.models()), await graph.run("fit")] as object[];
  for (const one of mine) for (const inside of Object.values(one)) spoil(inside);
  expect((await graph.runs())[0]?.hyperparameters).toEqual({ rate: 0.1 });
  expect((await graph.runs())[0]?.models).toHaveLength(1);
  expect((await graph.run("fit")).hyperparameters).toEqual({ rate: 0.1 });
  expect((await graph.models())[0]?.files).toEqual([]);
});

test("after a query that was stopped, questions are answered from the directory as it is by then", async () => {
  const root = folder();
  const prov = recorder(root);
  prov.training("first", () => new Map())();
  await prov.flush();
  const graph = await opened(root);
  expect((await graph.runs()).map(({ name }) => name)).toEqual(["first"]);
  prov.training("second", () => new Map())();
  await prov.flush();
  expect((await graph.runs()).map(({ name }) => name)).toEqual(["first"]);
  const endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
  await expect(graph.select(endless, { timeoutMs: 100 })).rejects.toMatchObject({ code: "query-timeout" });
  expect(await graph.sparql`SELECT ?label { ?run a mls:Run ; rdfs:label ?label } ORDER BY ?label`).toEqual([
    { label: "first" },
    { label: "second" },
  ]);
  expect((await graph.runs()).map(({ name }) => name)).toEqual(["second", "first"]);
  expect((await graph.run("second")).name).toBe("second");
});

test("a graph that is closed answers nothing more", async () => {
  const graph = await recorded((prov) => prov.training("fit", () => new Map())());
  await graph.runs();
  await graph.close();
  await expect(graph.runs()).rejects.toMatchObject({ code: "bad-argument" });
});

function spoil(data: unknown): void {
  if (Array.isArray(data)) data.push("mine");
  else if (typeof data === "object" && data !== null) Object.assign(data, { rate: 7, mine: "mine" });
}
