import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loseInRdf } from "../../src/formats/rdf/loss.ts";
import { documentOf, statementsOf } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import type { Statement } from "../../src/model/statement.ts";
import { appendQuads } from "../../src/rdf/quads.ts";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { record } from "../capture/memory-sink.ts";
import { sharedExamples } from "../examples/recorded.ts";

const examples = sharedExamples("penguins", "mnist", "decorators");

describe("the graphs of real programs", () => {
  it("read back as statements that are the same lines again, and no line is left over", () => {
    for (const { directory } of examples.values()) {
      const graphs = join(directory, "graph");
      const files = readdirSync(graphs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".nq"));
      const texts = files.map((name) => readFileSync(join(graphs, name), "utf8"));
      const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line !== "" && !line.startsWith("#"));
      const { document, ignored } = readStatements(readQuads(lines.join("\n")));
      expect(ignored).toEqual([]);
      expect(document.statements).toEqual([]);
      const again: string[] = [];
      for (const statement of statementsOf(document)) appendQuads(statement, "urn:none", again);
      expect(new Set(again)).toEqual(new Set(lines));
      expect(loseInRdf(document).losses).toEqual([]);
    }
  });
});

/** The ids that the store gives to qualified nodes that have none. */
const MADE_ID = /-q[0-9a-f]{32}$/;

function withoutMadeIds({ id, ...rest }: Statement): Statement {
  return (id === undefined || MADE_ID.test(id) ? rest : { id, ...rest }) as Statement;
}

describe("what a program states", () => {
  it("comes back from its graph as it was, but for the names that RDF gives attributes and elements that are stated in parts", async () => {
    const { prov, recorded } = record();
    const clean = prov.dataPreparation("clean", (rows: number[]) => rows.filter((row) => row > 0));
    const train = prov.training("fit", (rows: number[], { rate }: { rate: number }) => {
      for (const epoch of prov.current().epochs(2)) {
        epoch.log({ loss: rate });
        epoch.generated(new Float32Array(rows.length), { kind: "checkpoint", name: "c" });
      }
      return { weights: rows.map((row) => row * rate) };
    });
    const model = train(clean([1, -1, 2]), { rate: 0.1 });
    expect(() => prov.evaluation("fails", () => expect.fail("on purpose"))()).toThrow();
    await prov.inference("late", async (one: object) => one)(model);
    const captured = recorded().statements;
    const graph = "urn:graph";
    const lines: string[] = [];
    for (const statement of captured) appendQuads(statement, graph, lines);
    const { document, ignored } = readStatements(readQuads(lines.join("\n")));
    expect(ignored).toEqual([]);
    const back = [...statementsOf(document)].map((one) => (one.graph === graph ? { ...one, graph: undefined } : one));
    const left = loseInRdf(documentOf(captured)).document;
    expect(difference(documentOf(back.map(withoutMadeIds)), left)).toEqual({ onlyFirst: [], onlySecond: [] });
    expect(captured.length).toBeGreaterThan(40);
  });
});
