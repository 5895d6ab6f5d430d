import fc from "fast-check";
import { Parser, Writer } from "n3";
import { Store } from "oxigraph";
import { describe, expect, test } from "vitest";
import { definitionName, expandName, isIri, PREFIXES } from "../../src/model/names.ts";
import type { Statement, Value } from "../../src/model/statement.ts";
import { appendQuads } from "../../src/rdf/quads.ts";
import { quadToRdfJs } from "../../src/rdf/rdfjs.ts";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

const LABEL = `${PREFIXES.rdfs}label`;
const GRAPH = "urn:graph";

/** Strings as bad as a program may hand over: every code unit, alone and in company that means something in RDF. */
const nasty = fc.oneof(
  anyText({ maxLength: 12 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        "\0",
        "\n",
        "\r",
        "\t",
        '"',
        "\\",
        "> . <",
        '" .\n',
        "\ud800",
        "\udc00",
        "\ufffe",
        "\u2028",
        "@en",
        "\\u0041",
        "^^<",
        "\u007f",
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join("")),
);

const batch = fc.array(nasty, { minLength: 1000, maxLength: 1000, size: "max" });

describe("strings as bad as a program may hand over", () => {
  test("come back as they were from three parsers, as labels, names and typed values", () => {
    fc.assert(
      fc.property(batch, (texts) => {
        const lines: string[] = [];
        for (const [n, text] of texts.entries()) appendQuads(statement(n, text), GRAPH, lines);
        const nquads = `${lines.join("\n")}\n`;
        const expected = texts.flatMap((text, n) => expectedTerms(n, text));
        expect(lines).toHaveLength(4 * texts.length);
        expect(ownTerms(nquads)).toEqual(expected);
        expect(n3Terms(nquads)).toEqual(expected);
        expect(oxigraphTerms(nquads)).toEqual([...expected].sort());
      }),
      { numRuns: tries(100), endOnFailure: true },
    );
  });

  test("are written as n3 writes canonical N-Quads", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const lines: string[] = [];
        appendQuads(statement(1, text), GRAPH, lines);
        const writer = new Writer({ format: "N-Quads" });
        writer.addQuads(readQuads(lines.join("\n")).map(quadToRdfJs));
        writer.end((_, result) => expect(result).toBe(`${lines.join("\n")}\n`));
      }),
      { numRuns: tries(2000) },
    );
  });
});

test("every IRI that is let through is one IRI to three parsers", () => {
  const iri = fc.tuple(fc.constantFrom("urn:", "http://", "ni:///", "a+b.c:"), nasty).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(iri.filter(isIri), { minLength: 1, maxLength: 50 }), (iris) => {
      const lines: string[] = [];
      for (const id of iris) {
        appendQuads({ kind: "entity", id, attributes: [[id, { iri: id }]], graph: id }, GRAPH, lines);
      }
      const nquads = lines.join("\n");
      const expected = iris.map((id) => [id, id, id, id].join(" "));
      const own = readQuads(nquads).filter(({ predicate }) => predicate.value !== TYPE);
      expect(own.map((q) => [q.subject, q.predicate, q.object, q.graph].map((t) => t?.value).join(" "))).toEqual(
        expected,
      );
      const n3 = new Parser({ format: "N-Quads" }).parse(nquads).filter(({ predicate }) => predicate.value !== TYPE);
      expect(n3.map((q) => [q.subject, q.predicate, q.object, q.graph].map((t) => t.value).join(" "))).toEqual(
        expected,
      );
      const oxigraph = new Store();
      oxigraph.load(nquads, LENIENT);
      expect(oxigraph.size).toBe(new Set(lines).size);
    }),
    { numRuns: tries(300) },
  );
});

const TYPE = `${PREFIXES.rdf}type`;
const LENIENT = { format: "application/n-quads", no_transaction: true, lenient: true };

/** Four quads: the class, a label, a typed value, and a definition named after the text. */
function statement(n: number, text: string): Statement {
  const definition: Value = { iri: definitionIri(text) };
  const attributes = [
    [LABEL, text],
    ["urn:typed", { value: text, type: "urn:datatype" }],
    ["urn:named", definition],
  ] as const;
  return { kind: "entity", id: `urn:s${n}`, attributes };
}

function definitionIri(text: string): string {
  return expandName(definitionName("measure", text), { ...PREFIXES, id: "urn:id/" });
}

function expectedTerms(n: number, text: string): string[] {
  const known = text.toWellFormed();
  return [
    JSON.stringify([`urn:s${n}`, `${PREFIXES.prov}Entity`]),
    JSON.stringify([`urn:s${n}`, known]),
    JSON.stringify([`urn:s${n}`, known]),
    JSON.stringify([`urn:s${n}`, definitionIri(text)]),
  ];
}

function ownTerms(nquads: string): string[] {
  return readQuads(nquads).map(({ subject, object }) => JSON.stringify([subject.value, object.value]));
}

function n3Terms(nquads: string): string[] {
  const quads = new Parser({ format: "N-Quads" }).parse(nquads);
  return quads.map(({ subject, object }) => JSON.stringify([subject.value, object.value]));
}

function oxigraphTerms(nquads: string): string[] {
  const store = new Store();
  store.load(nquads, LENIENT);
  const json = store.query(`SELECT ?s ?o { GRAPH <${GRAPH}> { ?s ?p ?o } }`, {
    results_format: "application/sparql-results+json",
  });
  const { results } = JSON.parse(String(json)) as {
    results: { bindings: { s: { value: string }; o: { value: string } }[] };
  };
  return results.bindings.map(({ s, o }) => JSON.stringify([s.value, o.value])).sort();
}
