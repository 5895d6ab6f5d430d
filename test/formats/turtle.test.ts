import fc from "fast-check";
import { Parser } from "n3";
import { describe, expect, test } from "vitest";
import { writeTrig, writeTurtle } from "../../src/formats/rdf/turtle.ts";
import { quadFromRdfJs } from "../../src/rdf/rdfjs.ts";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { literalTerm, type Quad } from "../../src/rdf/terms.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

const X = "https://w3id.org/prov-ml/id/0190/";
const prefixes = { x: X };
const iri = (value: string) => ({ kind: "iri", value }) as const;
const QUADS = readQuads(`<${X}w-2> <http://www.w3.org/ns/prov#wasGeneratedBy> <${X}w-1> <urn:g> .
<${X}w-2> <http://www.w3.org/2000/01/rdf-schema#label> "loss" <urn:g> .
<${X}w-1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Activity> <urn:h> .
<${X}w-2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <urn:g> .
<${X}w-2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/prov#Entity> <urn:h> .
`);

describe("Turtle", () => {
  test("groups by subject, puts the class first, and declares the prefixes that it uses", () => {
    expect(writeTurtle(QUADS, prefixes)).toBe(`@prefix prov: <http://www.w3.org/ns/prov#>.
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#>.
@prefix x: <https://w3id.org/prov-ml/id/0190/>.

x:w-1 a prov:Activity.
x:w-2 a prov:Entity;
    rdfs:label "loss";
    prov:wasGeneratedBy x:w-1.
`);
  });

  test("is the same for the same triples in another order", () => {
    expect(writeTurtle([...QUADS].reverse(), prefixes)).toBe(writeTurtle(QUADS, prefixes));
  });

  test("of nothing is empty", () => {
    expect(writeTurtle([])).toBe("");
  });
});

describe("TriG", () => {
  test("gives each graph its block, the default graph first", () => {
    const trig = writeTrig(
      [...QUADS, { subject: iri("urn:a"), predicate: iri("urn:b"), object: literalTerm("c") }],
      prefixes,
    );
    expect(trig.slice(trig.indexOf("\n\n") + 2)).toBe(`<urn:a> <urn:b> "c".
<urn:g> {
x:w-2 a prov:Entity;
    rdfs:label "loss";
    prov:wasGeneratedBy x:w-1
}
<urn:h> {
x:w-1 a prov:Activity.
x:w-2 a prov:Entity
}
`);
  });

  test("reads back as the same quads, whatever the texts and names", () => {
    const name = anyText({ maxLength: 6 }).map((text) => iri(X + encodeURIComponent(text.toWellFormed())));
    const type = fc
      .constantFrom("integer", "double", "decimal", "boolean", "string")
      .map((t) => `http://www.w3.org/2001/XMLSchema#${t}`);
    const literal = fc.oneof(
      anyText().map((text) => literalTerm(text)),
      fc
        .tuple(fc.constantFrom("1", "01", "1.0", "1e0", "1.", ".5", "true", "", "x", "-1", "+1"), type)
        .map(([text, t]) => literalTerm(text, { type: t })),
      fc.constant(literalTerm("hallo", { language: "de-AT" })),
    );
    const quad = fc.record({ subject: name, predicate: name, object: fc.oneof(name, literal), graph: name });
    fc.assert(
      fc.property(fc.array(quad, { maxLength: 20 }), (quads: Quad[]) => {
        const trig = writeTrig(quads, { x: X, id: "https://w3id.org/prov-ml/id/" });
        const read = new Parser({ format: "TriG" }).parse(trig).map(quadFromRdfJs);
        expect(canonical(read)).toEqual(canonical(quads));
      }),
      { numRuns: tries(2000) },
    );
  });
});

describe("what would break out of its term is refused", () => {
  const triple = { subject: iri("urn:a"), predicate: iri("urn:b"), object: literalTerm("c") };
  test.each<[string, Quad, string]>([
    ["an IRI", { ...triple, subject: iri("urn:a> <urn:b> <urn:c") }, "bad-iri"],
    ["a graph", { ...triple, graph: iri("g") }, "bad-iri"],
    ["a datatype", { ...triple, object: literalTerm("c", { type: "urn:a b" }) }, "bad-iri"],
    ["a language", { ...triple, object: literalTerm("c", { language: "en . <urn:x>" }) }, "bad-argument"],
    ["a blank node's label", { ...triple, subject: { kind: "blank", value: "b <urn:x>" } }, "bad-argument"],
  ])("%s", (_, quad, code) => {
    expect(() => writeTrig([quad])).toThrow(expect.objectContaining({ code }));
  });

  test("a prefix", () => {
    expect(() => writeTurtle([], { "a b": "urn:x" })).toThrow(expect.objectContaining({ code: "bad-option" }));
    expect(() => writeTurtle([], { a: "x> ." })).toThrow(expect.objectContaining({ code: "bad-iri" }));
  });
});

function canonical(quads: readonly Quad[]): string[] {
  const lines = quads.map((q) => JSON.stringify([q.subject, q.predicate, Object.entries(q.object).sort(), q.graph]));
  return [...new Set(lines)].sort();
}
