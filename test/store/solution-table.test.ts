import fc from "fast-check";
import { Store } from "oxigraph";
import { expect, test } from "vitest";
import { readResult } from "../../src/store/results.ts";
import { readTable, TABLE_TYPE } from "../../src/store/solution-table.ts";
import { anyText } from "../any-text.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";

function bothWays(store: Store, query: string) {
  const answer = (results_format: string) => store.query(query, { results_format }) as unknown as string;
  const { variables, rows } = readResult("select", answer("application/sparql-results+json")) as ReturnType<
    typeof readTable
  >;
  return { table: readTable(answer(TABLE_TYPE)), json: { variables, rows } };
}

test("a table of solutions says what JSON says of them, whatever texts, types and languages they hold", () => {
  const text = fc.oneof(
    anyText(),
    fc.string(),
    fc.constantFrom('"', "\\", "\t\n\r\b\f", "\u0001\u007f", "\\u0041", "1e5", "-0.10", "+7", "true", ""),
  );
  const suffix = fc.constantFrom(
    "",
    "@en",
    "@de-AT",
    "^^<urn:t>",
    ...["integer", "decimal", "double", "boolean", "dateTime", "string"].map((type) => `^^<${XSD}${type}>`),
  );
  const literal = fc.tuple(text, suffix).map(([value, end]) => `"${escaped(value.toWellFormed())}"${end}`);
  const object = fc.oneof(literal, fc.constantFrom("<urn:o>", "<urn:\u00e9/a\"b'c>".replace('"', "")));
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 20 }), (objects) => {
      const store = new Store();
      const lines = objects.map((one, i) => `<urn:s${i % 3}> <urn:p> ${one} .\n`);
      store.load(lines.join(""), { format: "application/n-triples", lenient: true });
      const { table, json } = bothWays(
        store,
        "SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?s <urn:none> ?none } } ORDER BY ?s STR(?o) DATATYPE(?o) LANG(?o)",
      );
      expect(table).toEqual(json);
    }),
    { numRuns: 100 },
  );
});

test("solutions without variables, without values, and no solutions at all are told apart", () => {
  for (const query of [
    "SELECT * {}",
    "SELECT ?x {}",
    "SELECT ?x ?y {}",
    "SELECT * { FILTER(false) }",
    "SELECT ?x { FILTER(false) }",
    "SELECT ?x (1.5 AS ?y) (2e0 AS ?z) {}",
  ]) {
    const { table, json } = bothWays(new Store(), query);
    expect(table).toEqual(json);
  }
});

test("a triple that is a term is refused", () => {
  const query = "SELECT ?t { BIND(<<( <urn:a> <urn:b> 1 )>> AS ?t) }";
  const text = new Store().query(query, { results_format: TABLE_TYPE }) as unknown as string;
  expect(() => readTable(text)).toThrow(expect.objectContaining({ code: "bad-query" }));
});

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what N-Triples escapes
  return text.replace(/[\u0000-\u001f"\\]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
