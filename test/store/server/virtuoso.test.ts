import { describe, expect, test } from "vitest";
import { serverStore } from "../../../src/store/server/server.ts";
import { filteredValues, unionQuery } from "../../../src/store/server/union-query.ts";
import { readVirtuosoTurtle } from "../../../src/store/server/virtuoso-turtle.ts";
import { answering } from "./answering.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";

/** As Virtuoso 7.2.5 answers. */
const START = `@prefix res: <http://www.w3.org/2005/sparql-results#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
_:_ a res:ResultSet .
_:_ res:resultVariable "s" , "v" .
@prefix ns0:	<http://example.org/v/> .
@prefix xsd:	<${XSD}> .
`;
const solution = (value: string) => `_:_ res:solution [
      res:binding [ res:variable "s" ; res:value ns0:w1-5 ] ;
      res:binding [ res:variable "v" ; res:value ${value} ] ] .
`;

function read(value: string): unknown {
  const result = readVirtuosoTurtle("select", START + solution(value));
  return result.form === "select" ? result.rows[0]?.v : undefined;
}

describe("an answer of Virtuoso", () => {
  test.each([
    ["0.30000000000000004441", "3.0000000000000004E-1", "double"],
    ["4.9406564584124654418e-324", "5.0E-324", "double"],
    ["1e+21", "1.0E21", "double"],
    ["-0.0", "-0.0E0", "double"],
    ["1.0", "1.0E0", "double"],
    ["0.5", "5.0E-1", "double"],
    ["0.1", "0.1", "decimal"],
    ["12345678901234567890.123456789", "12345678901234567890.123456789", "decimal"],
    ["9223372036854775807", "9223372036854775807", "integer"],
    ['"INF"^^xsd:double', "INF", "double"],
    ['"true"^^xsd:boolean', "true", "boolean"],
    ['"2026-11-21T10:00:00.120Z"^^xsd:dateTime', "2026-11-21T10:00:00.12Z", "dateTime"],
    ['"2026-11-21T10:00:00.000+02:00"^^xsd:dateTime', "2026-11-21T10:00:00+02:00", "dateTime"],
    ['"0.10000000149011611938"^^xsd:float', "1.0E-1", "float"],
    [`"PT1.5S"^^<urn:provml:as:${XSD}duration>`, "PT1.5S", "duration"],
    ['"a \\"b\\" ] . \\\\\\n\\U0001F600"', 'a "b" ] . \\\n\u{1f600}', "string"],
  ])("with %s is %s of xsd:%s", (value, lexical, type) => {
    expect(read(value)).toEqual({ kind: "literal", value: lexical, type: XSD + type });
  });

  test("has variables that a solution does not bind, and prefixes that change", () => {
    const text = `${START}_:_ res:solution [ ] .\n@prefix ns0: <urn:other:> .\n${solution("<http://x/a\\u0027b>")}`;
    expect(readVirtuosoTurtle("select", text)).toEqual({
      form: "select",
      variables: ["s", "v"],
      rows: [{}, { s: { kind: "iri", value: "urn:other:w1-5" }, v: { kind: "iri", value: "http://x/a'b" } }],
    });
  });

  test("is a graph with lists of objects, or an empty one", () => {
    const text = '@prefix n: <urn:n:> .\n<urn:s>\tn:p\t1 ,\n\t\t_:b1 ;\n\tn:q\t"x"@en-us .\n';
    const result = readVirtuosoTurtle("graph", text);
    expect(result.form === "graph" && result.quads.map(({ object }) => object.value)).toEqual(["1", "b1", "x"]);
    expect(readVirtuosoTurtle("graph", "# Empty TURTLE")).toEqual({ form: "graph", quads: [] });
  });

  test("to an ASK comes in two ways", () => {
    const asked = (text: string) => readVirtuosoTurtle("ask", text);
    expect(asked("[] rdf:type rs:results ; rs:boolean TRUE .")).toEqual({ form: "ask", answer: true });
    expect(asked("[] rdf:type rs:results ; rs:boolean FALSE .")).toEqual({ form: "ask", answer: false });
    expect(asked(START + solution("1"))).toEqual({ form: "ask", answer: true });
    expect(asked(START)).toEqual({ form: "ask", answer: false });
  });

  test("that ends anywhere else is no answer", () => {
    const whole = START + solution('"a text"@en');
    for (let end = START.length + 1; end < whole.trimEnd().length; end++) {
      expect(() => readVirtuosoTurtle("select", whole.slice(0, end))).toThrow(SyntaxError);
    }
  });
});

describe("a query that names graphs, where the union is a graph", () => {
  const rewritten = (query: string) => unionQuery(query, "urn:u", ["urn:own"]);
  const FILTER = "FILTER(?g NOT IN (<urn:u>, <urn:own>))";

  test.each([
    ["SELECT * { GRAPH ?g { ?s ?p ?o } }", `SELECT * { GRAPH <urn:u> { GRAPH ?g { ?s ?p ?o } ${FILTER} } }`],
    [
      "ASK WHERE { ?a ?b '}' GRAPH <urn:g> { ?s ?p ?o } } # }",
      "ASK WHERE { GRAPH <urn:u> { ?a ?b '}' GRAPH <urn:g> { ?s ?p ?o } } } # }",
    ],
    [
      "CONSTRUCT { ?s ?p ?g } WHERE { graph ?g { ?s ?p ?o { ?x ?y ?z } } . ?s a ?t } LIMIT 3",
      `CONSTRUCT { ?s ?p ?g } WHERE { GRAPH <urn:u> { graph ?g { ?s ?p ?o { ?x ?y ?z } } ${FILTER} . ?s a ?t } } LIMIT 3`,
    ],
    [
      "SELECT (EXISTS { ?a ?b ?c } AS ?e) { GRAPH <urn:g> { ?s ?p ?o } }",
      "SELECT (EXISTS { ?a ?b ?c } AS ?e) { GRAPH <urn:u> { GRAPH <urn:g> { ?s ?p ?o } } }",
    ],
    ["DESCRIBE <urn:x>", "DESCRIBE <urn:x>"],
    ["SELECT * { GRAPH ?g { ?s ?p ?o }", "SELECT * { GRAPH ?g { ?s ?p ?o }"],
  ])("%s", (query, expected) => {
    expect(rewritten(query).replace(/\s+/g, " ")).toBe(expected.replace(/\s+/g, " "));
  });
});

test("a VALUES of one IRI inside a group gets a filter that says the same", () => {
  expect(filteredValues("SELECT * { VALUES ?s { <urn:a> } ?s <urn:p>* ?o }")).toBe(
    "SELECT * { VALUES ?s { <urn:a> } FILTER(?s IN (<urn:a>)) ?s <urn:p>* ?o }",
  );
  for (const same of ["SELECT * { VALUES ?s { <urn:a> <urn:b> } }", "SELECT * { ?s ?p ?o } VALUES ?s { <urn:a> }"]) {
    expect(filteredValues(same)).toBe(same);
  }
});

test("Virtuoso is brought each graph, and the union of them, in Turtle that it takes for nothing else", async () => {
  const { address, received } = await answering((_, response) => response.writeHead(201).end());
  const store = serverStore(`${address}/sparql`, { dialect: "virtuoso", credentials: null });
  await store.load(
    `<urn:s> <urn:p> "<html>" <urn:g> .\n<urn:s> <urn:p> "PT1.5S"^^<${XSD}duration> <urn:h> .\n<urn:s> <urn:p> "PT1S"^^<${XSD}duration> <urn:h> .\n`,
  );
  const brought = received.map(({ url, headers, body }) => [url, headers["content-type"], body.split("\n").slice(1)]);
  const html = '<urn:s> <urn:p> "\\u003Chtml>" .';
  const unkept = `<urn:s> <urn:p> "PT1.5S"^^<urn:provml:as:${XSD}duration> .`;
  const kept = `<urn:s> <urn:p> "PT1S"^^<${XSD}duration> .`;
  expect(brought).toEqual([
    ["/sparql-graph-crud?graph=urn%3Ag", "text/turtle", [html]],
    ["/sparql-graph-crud?graph=urn%3Aprovml%3Aunion", "text/turtle", [html, unkept, kept]],
    ["/sparql-graph-crud?graph=urn%3Ah", "text/turtle", [unkept, kept]],
  ]);
});
