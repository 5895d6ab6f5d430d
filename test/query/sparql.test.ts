import fc from "fast-check";
import { type Graph, open, type SparqlValue, sparql } from "provml/query";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embeddedStore } from "../../dist/src/store/embedded.js";
import { anyText } from "../any-text.ts";

let graph: Graph;
const store = embeddedStore();
beforeAll(async () => {
  graph = await open(store);
});
afterAll(() => store.close());

const echo = async (value: SparqlValue) =>
  (await graph.sparql`SELECT ?value WHERE { BIND(${value} AS ?value) }`)[0]?.value;

describe("a value in a query", () => {
  test("stays the one string that it was, whatever it holds", async () => {
    const hostile = [
      '"',
      "\\",
      "\\u0022",
      "\\\\u0022 . }",
      "\\U00000022",
      "\n\r\t\b\f\0",
      "'''\"\"\"",
      "{ } ; DROP ALL",
      "\u007f\ufffe",
    ];
    for (const text of hostile) expect(await echo(text), JSON.stringify(text)).toBe(text);
    await fc.assert(
      fc.asyncProperty(anyText(), async (text) => {
        expect(await echo(text)).toBe(text.toWellFormed());
      }),
      { numRuns: 300 },
    );
    const dangerous = fc.array(fc.constantFrom("\\", "u", "U", "0022", '"', "\n", "}", "<", ">", "a"), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(dangerous, async (parts) => {
        expect(await echo(parts.join(""))).toBe(parts.join(""));
      }),
      { numRuns: 500 },
    );
  });

  test("stays one string also where an engine decodes \\u0022 before it looks for quotes, even behind a backslash", () => {
    expect(sparql`${"\\u0022 } DROP ALL"}`.text).toBe('"\\\\\\u00750022 } DROP ALL"');
  });

  test("keeps its type: numbers, booleans, dates, IRIs and typed values", async () => {
    expect(await echo(42)).toBe(42);
    expect(await echo(0.1)).toBe(0.1);
    expect(await echo(Number.NaN)).toBeNaN();
    expect(await echo(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(await echo(12345678901234567890n)).toBe("12345678901234567890");
    expect(await echo(false)).toBe(false);
    expect(await echo(new Date(1e12))).toBe("2001-09-09T01:46:40Z");
    expect(await echo({ iri: "urn:x:1" })).toBe("urn:x:1");
    const { rows } = await store.select("SELECT ?a ?b WHERE { VALUES (?a ?b) { (\"x\"@en 'P1D'^^<urn:type>) } }");
    expect(await echo(rows[0]?.a as SparqlValue)).toBe("x");
    expect(await graph.ask(sparql`ASK { FILTER(DATATYPE(${rows[0]?.b as SparqlValue}) = <urn:type>) }`)).toBe(true);
  });

  test("may be a list, for VALUES, and a part of another query", async () => {
    const values = sparql`VALUES ?value { ${["a", { iri: "urn:b" }, 3]} }`;
    const rows = await graph.sparql`SELECT ?value WHERE { ${values} }`;
    expect(rows).toEqual([{ value: "a" }, { value: "urn:b" }, { value: 3 }]);
  });

  test("that is no value is refused, and so is an IRI that could end its brackets", () => {
    for (const value of [undefined, null, Symbol("x"), {}, { text: "?s ?p ?o" }, new Date(Number.NaN), () => 1]) {
      expect(() => sparql`${value as never}`, String(value)).toThrow(expect.objectContaining({ code: "bad-argument" }));
    }
    expect(() => sparql`${{ iri: "urn:x> ?p ?o" }}`).toThrow(expect.objectContaining({ code: "bad-iri" }));
    expect(() => sparql`${{ value: "x", type: "urn:x> ." }}`).toThrow(expect.objectContaining({ code: "bad-iri" }));
    expect(() => sparql`${{ value: "x", language: "en ." }}`).toThrow(
      expect.objectContaining({ code: "bad-argument" }),
    );
  });

  test("does not belong inside quotes, brackets or comments", () => {
    const refused = expect.objectContaining({ code: "bad-query" });
    expect(() => sparql`SELECT * WHERE { ?s ?p "${"x"}" }`).toThrow(refused);
    expect(() => sparql`SELECT * WHERE { ?s ?p '${"x"}' }`).toThrow(refused);
    expect(() => sparql`SELECT * WHERE { ?s ?p """${"x"}""" }`).toThrow(refused);
    expect(() => sparql`SELECT * WHERE { ?s ?p <http://x/${"x"}> }`).toThrow(refused);
    expect(
      () => sparql`SELECT * # ${"x"}
      WHERE { ?s ?p ?o }`,
    ).toThrow(refused);
    expect(() => sparql`SELECT * WHERE { ?s ?p "it's", ${"x"} FILTER(?o < ${1} || ?o > ${2}) }`).not.toThrow();
  });
});

describe("a query", () => {
  test("knows the usual prefixes, unless it says what they stand for", async () => {
    expect(await graph.select("SELECT ?t WHERE { BIND(provml:Model AS ?t) }")).toEqual([
      { t: "https://w3id.org/prov-ml#Model" },
    ]);
    expect(await graph.select("PREFIX prov: <urn:> SELECT ?t WHERE { BIND(prov:x AS ?t) }")).toEqual([{ t: "urn:x" }]);
  });

  test("of another form than asked for, with an error, or with an update is refused", async () => {
    await expect(graph.ask("SELECT * WHERE { ?s ?p ?o }")).rejects.toMatchObject({ code: "bad-query" });
    await expect(graph.select("SELECT * WHERE {")).rejects.toMatchObject({ code: "bad-query" });
    await expect(graph.select("DROP ALL")).rejects.toMatchObject({ code: "bad-query" });
    await expect(graph.select({ text: "SELECT * WHERE { ?s ?p ?o }" })).rejects.toMatchObject({ code: "bad-argument" });
  });

  test("leaves out what is unbound, and a graph comes as an rdf-ext dataset", async () => {
    expect(await graph.select("SELECT ?a ?b WHERE { BIND(1 AS ?a) }")).toEqual([{ a: 1 }]);
    const dataset = await graph.construct(sparql`CONSTRUCT { <urn:s> rdfs:label ${"x"} } WHERE {}`);
    expect([...dataset].map(({ object }) => object.value)).toEqual(["x"]);
    expect((dataset as unknown as { toCanonical(): string }).toCanonical()).toContain("<urn:s>");
  });
});
