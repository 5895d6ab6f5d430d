import { expect, test } from "vitest";
import { generated } from "./generated.ts";
import { recorded } from "./recorded.ts";

const RUNS = 40;

test("each question tells the SPARQL behind its answer, which any store can be asked and which has the things of the answer", {
  timeout: 240_000,
}, async () => {
  const { graphs } = await generated(RUNS);
  const [graph] = graphs;
  const [run] = await graph.runs({ limit: 1 });
  const [model] = await graph.models();
  const asked = [
    graph.runs({ where: "learningRate < 0.05", limit: 5 }),
    graph.models(),
    graph.run(run?.id ?? ""),
    graph.lineage(model?.id ?? ""),
    graph.show(run?.id ?? ""),
    graph.steps(run?.execution ?? ""),
    graph.series(run?.id ?? "", "loss"),
  ];
  for (const question of asked) {
    const queries = await question.sparql();
    expect(queries.length).toBeGreaterThan(0);
    const found = new Set<string>();
    for (const query of queries) {
      for (const row of await graph.select(query)) for (const value of Object.values(row)) found.add(String(value));
    }
    expect(idsIn(await question).filter((id) => !found.has(id))).toEqual([]);
  }
});

test("who asks for the SPARQL of a question that has no answer is told why, and nothing is left unhandled", async () => {
  const graph = await recorded((prov) => prov.training("fit", () => new Map())());
  await expect(graph.run("nobody").sparql()).rejects.toMatchObject({ code: "not-found" });
});

test("a start of an id, a whole one and an execution's UUID are found as the store's own SPARQL finds them", {
  timeout: 240_000,
}, async () => {
  const { graphs } = await generated(RUNS);
  const [indexed, plain] = graphs;
  const rows = await indexed.sparql`SELECT DISTINCT ?s { ?s a ?type } ORDER BY ?s`;
  for (const id of rows.filter((_, i) => i % 97 === 0).map(({ s }) => String(s))) {
    const parts = id.split("/");
    const local = parts.at(-1) ?? "";
    for (const name of [id, parts.slice(-2).join("/"), local, local.slice(0, -1), (parts.at(-2) ?? "").slice(0, 12)]) {
      if (name === "") continue;
      expect(await toldOf(indexed.show(name)), name).toEqual(await toldOf(plain.show(name)));
    }
  }
});

async function toldOf(shown: Promise<{ readonly id: string }>): Promise<string> {
  try {
    return (await shown).id;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The IRIs in an answer that are ids below executions. */
function idsIn(answer: unknown): string[] {
  if (typeof answer === "string") return /^https?:.*\/[0-9a-f-]{36}\/[^/]+$/.test(answer) ? [answer] : [];
  if (typeof answer !== "object" || answer === null) return [];
  return Object.values(answer).flatMap(idsIn);
}
