import { describe, expect, test } from "vitest";
import type { Statement } from "../../src/model/statement.ts";
import { appendQuads } from "../../src/rdf/quads.ts";
import { StatementLines } from "../../src/rdf/statement-lines.ts";

const GRAPH = "urn:x:graph";
const entity = (n: number, label: string): Statement => ({
  kind: "entity",
  id: `urn:x:${n}`,
  attributes: [["urn:x:label", label]],
});
const association: Statement = { kind: "wasAssociatedWith", activity: "urn:x:1", agent: "urn:x:2", plan: "urn:x:3" };
const elsewhere: Statement = { kind: "agent", id: "urn:x:4", graph: "urn:x:catalogue" };
const ALL = [entity(1, "plain"), association, entity(2, "Gr\u00fc\u00dfe \u{1f338}\n"), elsewhere];

function textOf(form: "quads" | "triples", statements: readonly Statement[]): { text: string; count: number } {
  const lines = new StatementLines(form);
  for (const statement of statements) lines.add([statement], GRAPH);
  const { bytes, count } = lines.take();
  return { text: new TextDecoder().decode(bytes), count };
}

function quadsOf(statements: readonly Statement[]): string[] {
  const quads: string[] = [];
  for (const statement of statements) appendQuads(statement, GRAPH, quads);
  return quads;
}

describe("the lines of statements", () => {
  test.each([[ALL], [ALL.slice(0, 2)]])("are those of each statement, with their graphs or without", (statements) => {
    const quads = quadsOf(statements);
    expect(textOf("quads", statements)).toEqual({
      text: quads.map((line) => `${line}\n`).join(""),
      count: quads.length,
    });
    const triples = quads.map((line) => line.replace(/ <[^<>]*> \.$/, " .\n"));
    expect(textOf("triples", statements)).toEqual({ text: triples.join(""), count: quads.length });
  });

  test("hold nothing of statements one of which has no form in PROV-O", () => {
    const lines = new StatementLines("quads");
    const bad = { kind: "used", entity: "urn:x:1" } as unknown as Statement;
    expect(() => lines.add([entity(1, "one"), bad], GRAPH)).toThrow(expect.objectContaining({ code: "bad-argument" }));
    expect(lines.length).toBe(0);
    lines.add([entity(2, "two")], GRAPH);
    expect(new TextDecoder().decode(lines.take().bytes)).toBe(`${quadsOf([entity(2, "two")]).join("\n")}\n`);
    expect(lines.take().count).toBe(0);
  });

  test("are taken in memory that nothing else stands in, so that a thread can have it", () => {
    const lines = new StatementLines("triples");
    expect(lines.take()).toMatchObject({ bytes: { length: 0 }, count: 0 });
    lines.add([entity(1, "one")], GRAPH);
    const { bytes } = lines.take();
    lines.add([entity(2, "two")], GRAPH);
    expect(lines.take().bytes.buffer).not.toBe(bytes.buffer);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(0);
  });

  test("may be longer than a piece, in one statement or in many", () => {
    const long = "\u20ac".repeat(700_000);
    const statements = [entity(1, "short"), entity(2, long), entity(3, long)];
    expect(textOf("quads", statements)).toEqual({ text: `${quadsOf(statements).join("\n")}\n`, count: 6 });
  });
});
