import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Graph, type Lineage, open } from "provml/query";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { recordedExamples } from "../examples/recorded.ts";
import { byValue } from "../store/by-value.ts";
import { fresh } from "./fresh.ts";
import { filesBelow, opened } from "./recorded.ts";
import { SERVERS, type ServerName } from "./start.ts";

const examples = recordedExamples("penguins", "sweep");

/** Things that are looked at one by one. */
const AT_MOST = 5;

describe.each(SERVERS)("over %s, the questions about two recorded examples", (name: ServerName) => {
  const { address, why } = inject("servers")[name];
  if (address === undefined) {
    test.skip(`not run: ${why}`, () => {});
    return;
  }
  let here: Graph;
  let there: Graph;

  beforeAll(async () => {
    const directories = [...examples.values()].map(({ directory }) => directory);
    const store = await fresh(name, address);
    for (const directory of directories) {
      for (const file of filesBelow(join(directory, "graph"))) {
        expect(await store.deliver(readFileSync(file))).toEqual({ kind: "stored" });
      }
    }
    [here, there] = await opened(directories, store);
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
  });

  /** The same question to both; an error is an answer too. */
  async function same<T>(ask: (graph: Graph) => Promise<T>): Promise<T> {
    const answer = (graph: Graph) => ask(graph).catch((error: Error) => ({ refused: error.message }));
    const expected = await answer(here);
    expect(await answer(there)).toEqual(expected);
    return expected as T;
  }

  test("what runs and models there are, and how much of what", async () => {
    expect((await same((graph) => graph.runs())).length).toBeGreaterThan(3);
    expect((await same((graph) => graph.models())).length).toBeGreaterThan(1);
    await same((graph) => graph.counts());
    await same((graph) => graph.checkAll());
    await same((graph) => graph.inferences());
    await same((graph) => graph.windows());
  });

  test("what differs between runs, which are best, studies, and series side by side", async () => {
    const ids = (await here.runs()).slice(0, AT_MOST).map(({ id }) => id);
    expect((await same((graph) => graph.compare(ids, { fields: "all" }))).runs).toHaveLength(ids.length);
    for (const id of ids.slice(1)) await same((graph) => graph.compare([ids[0] as string, id]));
    await same((graph) => graph.best({ measure: "accuracy", limit: AT_MOST }));
    await same((graph) => graph.best({ measure: "loss", of: "models", limit: AT_MOST }));
    await same((graph) => graph.studies());
    await same((graph) => graph.align(ids, ["loss", "accuracy"]));
    await same((graph) => graph.runs({ where: "dataset ~ json", sort: "-accuracy" }));
  });

  test("everything about a run, and a model", async () => {
    for (const { id } of (await here.runs()).slice(0, AT_MOST)) {
      await same((graph) => graph.run(id));
      await same((graph) => graph.show(id));
      await same((graph) => graph.steps(id));
      await same((graph) => graph.check(id));
      const names = await same((graph) => graph.seriesNames(id));
      for (const series of names) await same((graph) => graph.series(id, series));
    }
    for (const { id } of (await here.models()).slice(0, AT_MOST)) {
      await same((graph) => graph.show(id));
      await same((graph) => graph.whence(id));
      await same((graph) => graph.impact(id));
      await same((graph) => graph.retrain(id));
      for (const direction of ["up", "down"] as const) {
        await same(async (graph) => unordered(await graph.lineage(id, { direction })));
      }
    }
  });

  test("every quad with its graph, by value", async () => {
    const quads = await same(async (graph) => {
      const result = await graph.query("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }");
      const rows = result.form === "select" ? result.rows : [];
      return rows.map(({ g, s, p, o }) => JSON.stringify([g, s, p, byValue(o)])).sort();
    });
    expect(quads.length).toBeGreaterThan(1000);
  });

  test("what a user asks in SPARQL, GRAPH included", async () => {
    for (const query of [
      "SELECT ?t (COUNT(DISTINCT ?s) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY DESC(?n) ?t",
      "SELECT ?s ?v { ?s prov:startedAtTime ?v } ORDER BY ?v ?s",
      "SELECT DISTINCT ?b { ?a a provml:Model ; (prov:wasGeneratedBy/prov:used)+ ?b } ORDER BY ?b",
      "SELECT DISTINCT ?g { GRAPH ?g { ?s a mls:Run } } ORDER BY ?g",
      "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
      "SELECT (MAX(?v) AS ?max) (MIN(?v) AS ?min) { ?s mls:hasValue ?v FILTER(isNumeric(?v)) }",
    ]) {
      const rows = await same((graph) => graph.select(query));
      expect([query, rows.length > 0]).toEqual([query, true]);
    }
  });
});

/** A walk meets what is equally far in the order in which the store answers. */
function unordered(lineage: Lineage): unknown {
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  return { ...lineage, nodes: sorted(lineage.nodes), edges: sorted(lineage.edges) };
}

test("an address opens a server", async () => {
  const { address } = inject("servers").oxigraph;
  if (address === undefined) return;
  await using graph = await open(address);
  expect(await graph.ask("ASK {}")).toBe(true);
});
