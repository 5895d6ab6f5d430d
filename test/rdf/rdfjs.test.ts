import { DataFactory, Parser } from "n3";
import { describe, expect, test } from "vitest";
import { fromRdfJs, quadFromRdfJs, quadToRdfJs, toRdfJs } from "../../src/rdf/rdfjs.ts";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { literalTerm } from "../../src/rdf/terms.ts";

const NQUADS = `<a:s> <a:p> "text" <a:g> .
<a:s> <a:p> "text"@en .
<a:s> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <a:g> .
<a:s> <a:p> <a:o> .`;

describe("a plain quad", () => {
  test("equals the quad that another RDF/JS library reads", () => {
    const quads = readQuads(NQUADS).map(quadToRdfJs);
    const others = new Parser({ format: "N-Quads" }).parse(NQUADS);
    expect(quads.map((quad, i) => quad.equals(others[i]) && others[i]?.equals(quad))).toEqual([true, true, true, true]);
  });

  test("comes back from RDF/JS as it was", () => {
    const quads = readQuads(`${NQUADS}\n_:b <a:p> _:c _:g .`);
    expect(quads.map((quad) => quadFromRdfJs(quadToRdfJs(quad)))).toEqual(quads);
  });
});

describe("a term", () => {
  test("has a datatype or a language in RDF/JS too", () => {
    expect(toRdfJs(literalTerm("x", { language: "pt-BR" }))).toMatchObject({ language: "pt-br", value: "x" });
    expect(toRdfJs(literalTerm("x"))).toMatchObject({ datatype: { value: "http://www.w3.org/2001/XMLSchema#string" } });
  });

  test("that no quad of RDF 1.1 holds is refused", () => {
    const { variable, quad, namedNode, literal, defaultGraph } = DataFactory;
    const triple = quad(namedNode("a:s"), namedNode("a:p"), literal("o"));
    for (const term of [variable("v"), triple, defaultGraph()]) {
      expect(() => fromRdfJs(term)).toThrow(expect.objectContaining({ code: "bad-argument" }));
    }
    const odd = {
      ...triple,
      subject: literal("s"),
      predicate: triple.predicate,
      object: triple.object,
      graph: triple.graph,
    };
    expect(() => quadFromRdfJs(odd as never)).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });
});
