import fc from "fast-check";
import { expect, test } from "vitest";
// Compiled: the store starts a thread, and Node 20 starts none from TypeScript.
import { embeddedStore } from "../../dist/src/store/embedded.js";
import type { NumberedTriples } from "../../src/query/numbered-triples.ts";
import { readWhole } from "../../src/query/whole/read-whole.ts";
import { solve } from "../../src/query/whole/solve.ts";
import { plainValue, termKey } from "../../src/rdf/terms.ts";
import type { SolutionRow, Store } from "../../src/store/store.ts";

const encoder = new TextEncoder();
const BASE = "https://example.org/";
const iri = (name: string) => `<${BASE}${name}>`;

/** What the queries below find something in: parts of parts, in a circle too, values of several types, and graphs that say the same. */
const GRAPH = [
  ...["a", "b", "c"].map((name) => `${iri(name)} ${iri("type")} ${iri("Thing")} ${iri("g")} .`),
  `${iri("b")} ${iri("part")} ${iri("a")} ${iri("g")} .`,
  `${iri("b")} ${iri("part")} ${iri("a")} ${iri("h")} .`,
  `${iri("c")} ${iri("part")} ${iri("b")} ${iri("g")} .`,
  `${iri("d")} ${iri("part")} ${iri("e")} ${iri("g")} .`,
  `${iri("e")} ${iri("part")} ${iri("d")} .`,
  `${iri("a")} ${iri("like")} ${iri("a")} .`,
  `${iri("a")} ${iri("label")} "A" .`,
  `${iri("a")} ${iri("label")} "an \\"A\\", \\\\ \\u0007é" .`,
  `${iri("b")} ${iri("label")} "B"@en .`,
  `${iri("a")} ${iri("size")} "7"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
  `${iri("b")} ${iri("size")} "70"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
  `${iri("c")} ${iri("is")} "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .`,
];

const [SIZE, LABEL, PART, TYPE, IS] = ["size", "label", "part", "type", "is"].map(iri);

const QUERIES = [
  `SELECT ?s ?o WHERE { ?s ${PART} ?o }`,
  `SELECT ?s WHERE { ?s ${PART}* ${iri("a")} }`,
  `SELECT ?s WHERE { ?s ${PART}+ ${iri("a")} }`,
  `SELECT ?o WHERE { ${iri("d")} ${PART}+ ?o }`,
  `SELECT ?o WHERE { ${iri("d")} ${PART}* ?o }`,
  `SELECT ?s ?o WHERE { VALUES ?s { ${iri("nowhere")} ${iri("c")} ${iri("c")} } ?s ${PART}* ?o }`,
  `SELECT ?s ?o WHERE { ?s ${TYPE} ${iri("Thing")} ; ${PART}+ ?o . ?o ${TYPE} ${iri("Thing")} }`,
  `SELECT ?s ?label ?size WHERE { ?s ${TYPE} ?type . OPTIONAL { ?s ${LABEL} ?label } OPTIONAL { ?s ${SIZE} ?size } }`,
  `SELECT ?s ?size WHERE { ?s ${TYPE} ?type . OPTIONAL { ?s ${SIZE} ?size FILTER(?size > 10) } }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type . OPTIONAL { ?s ${SIZE} ?size } FILTER(!BOUND(?size) || ?size >= 10) }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type . OPTIONAL { ?s ${SIZE} ?size } FILTER(?size < 10) }`,
  `SELECT ?s ?size WHERE { ?s ${TYPE} ?type . OPTIONAL { ?s ${SIZE} ?size } ?t ${SIZE} ?size }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type . FILTER NOT EXISTS { ?s ${SIZE} ?size } }`,
  `SELECT ?s ?p ?o WHERE { ?s ${TYPE} ${iri("Thing")} . ?s ?p ?o . FILTER(?p IN (${SIZE}, ${LABEL}, ${iri("none")})) }`,
  `SELECT ?s ?p ?o WHERE { ?s ?p ?o . FILTER(isLiteral(?o) && ?p NOT IN (${SIZE})) }`,
  `SELECT ?s ?as WHERE { { ?s ${SIZE} ?n . BIND("sized" AS ?as) } UNION { ?s ${LABEL} ?n . BIND("named" AS ?as) } }`,
  `SELECT DISTINCT ?s WHERE { { ?s ${SIZE} ?n } UNION { ?s ${LABEL} ?n } UNION { ?s ${IS} true } }`,
  `SELECT ?s WHERE { ?s ${LABEL} "an \\"A\\", \\\\ \\u0007é" }`,
  `SELECT ?s WHERE { ?s ${SIZE} 7 . ?s ${LABEL} "A" }`,
  `SELECT ?p ?o WHERE { ${iri("a")} ?p ?o . FILTER(STRSTARTS(STR(?o), "A") || STRENDS(STR(?o), "7") || CONTAINS(STR(?p), "typ")) }`,
  `SELECT ?p ?s WHERE { ?s ?p ?s }`,
  `SELECT ?s WHERE { ?s ${PART} ?o FILTER(REGEX(STR(?o), "/(a|d)$") && STRAFTER(STR(?s), "example.") = "org/b") }`,
  `SELECT ?s ?o WHERE { ?s ${PART} ?o FILTER(?s != ${iri("b")}) }`,
];

const MORE_THAN_PATTERNS = [
  "SELECT * WHERE { ?s ?p ?o }",
  "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s",
  "SELECT (COUNT(?s) AS ?n) WHERE { ?s ?p ?o }",
  `SELECT ?s WHERE { GRAPH ?g { ?s ${PART} ?o } }`,
  `SELECT ?s WHERE { ?s ${PART}/${LABEL} ?o }`,
  `SELECT ?s WHERE { ?s ^${PART} ?o }`,
  `SELECT ?s ?o WHERE { ?s ${PART}* ?o }`,
  `SELECT ?s WHERE { ?s ${SIZE} 0.5 . ?s ${SIZE} -1 }`,
  `SELECT ?s WHERE { ?s ${LABEL} ?label FILTER(STRSTARTS(?label, "A")) }`,
  `SELECT ?s WHERE { ?s ${LABEL} ?label FILTER(?label > "A") }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type { SELECT ?s WHERE { ?s ${PART} ?o } } }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type MINUS { ?s ${PART} ?o } }`,
  `SELECT ?s WHERE { ?s ${TYPE} ?type . { ?o ${PART} ?t FILTER(?s = ?o) } }`,
  `SELECT ?s WHERE { ?s ${LABEL} ?label FILTER(UCASE(?label) = "A") }`,
  `SELECT ?s WHERE { ?s ${LABEL} 'A' }`,
  "ASK { ?s ?p ?o }",
];

test("a few triples answer what an engine answers, solution by solution", async () => {
  await using store = embeddedStore();
  const triples = await loaded(store, GRAPH);
  for (const query of QUERIES) {
    const engine = solutions((await store.select(query)).rows);
    expect(solutions(solve(triples, query)), query).toEqual(engine);
  }
  expect(QUERIES.filter((query) => solve(triples, query)?.length === 0)).toEqual([]);
});

test("what is more than patterns is left to an engine", async () => {
  const triples = (await readWhole([Buffer.from(GRAPH.join("\n"))])) as NumberedTriples;
  for (const query of MORE_THAN_PATTERNS) expect(solve(triples, query), query).toBeUndefined();
});

test("no more solutions are given than a query wants", async () => {
  const triples = (await readWhole([Buffer.from(GRAPH.join("\n"))])) as NumberedTriples;
  expect(solve(triples, "SELECT ?s WHERE { ?s ?p ?o } LIMIT 3")).toHaveLength(3);
});

test("whatever triples there are and whatever is asked of them, the answer is an engine's", {
  timeout: 240_000,
}, async () => {
  const node = fc.constantFrom("a", "b", "c", "d").map(iri);
  const property = fc.constantFrom("p", "q").map(iri);
  const graph = fc.array(fc.tuple(node, property, fc.oneof(node, fc.constantFrom('"x"', '"y"@en'))), { maxLength: 14 });
  const place = fc.oneof(fc.constantFrom("?x", "?y", "?z"), node);
  const path = fc.oneof(
    { weight: 4, arbitrary: property },
    property.map((one) => `${one}*`),
    property.map((one) => `${one}+`),
  );
  const triple = fc.tuple(place, fc.oneof(path, fc.constant("?p")), place).map((parts) => `${parts.join(" ")} .`);
  const block = fc.array(triple, { minLength: 1, maxLength: 3 }).map((triples) => triples.join(" "));
  const condition = fc.constantFrom(
    ...[`?p IN (${iri("p")})`, "BOUND(?z)", "isLiteral(?y)", "!BOUND(?y) || ?x = ?y", `?x != ${iri("a")}`],
  );
  const part = fc.oneof(
    block,
    block.map((inner) => `OPTIONAL { ${inner} }`),
    fc.tuple(block, block).map(([one, other]) => `{ ${one} } UNION { ${other} }`),
    block.map((inner) => `FILTER NOT EXISTS { ${inner} }`),
    condition.map((inner) => `FILTER(${inner})`),
  );
  const query = fc
    .tuple(fc.constantFrom("SELECT", "SELECT DISTINCT"), block, fc.array(part, { maxLength: 3 }))
    .map(([select, first, rest]) => `${select} ?x ?y ?z ?p WHERE { ${[first, ...rest].join(" ")} }`);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(graph, fc.array(query, { minLength: 25, maxLength: 25 }), async (triples, queries) => {
      await using store = embeddedStore();
      const whole = await loaded(
        store,
        triples.map((parts) => `${parts.join(" ")} .`),
      );
      for (const one of queries) {
        const told = solve(whole, one);
        if (told === undefined) continue;
        answered++;
        expect(solutions(told), one).toEqual(solutions((await store.select(one)).rows));
      }
    }),
    process.env.PROVML_TEST_FULL ? { numRuns: 100 } : { numRuns: 5, seed: 1 },
  );
  expect(answered).toBeGreaterThan(50);
});

async function loaded(store: Store, lines: readonly string[]): Promise<NumberedTriples> {
  const text = lines.map((line) => `${line}\n`).join("");
  await store.load(text);
  return (await readWhole([Buffer.from(text)])) as NumberedTriples;
}

/** In any order, but as often as they come. */
function solutions(rows: readonly SolutionRow[] | undefined): string[] | undefined {
  return rows
    ?.map((row) =>
      JSON.stringify(
        Object.entries(row)
          .map(([name, term]) => [name, termKey(term)])
          .sort(),
      ),
    )
    .sort();
}

test("what is not written as provml writes it is left to the engine, which keeps values, not what stands for them", async () => {
  const xsd = "http://www.w3.org/2001/XMLSchema#";
  const line = (object: string) => encoder.encode(`${iri("a")} ${iri("b")} ${object} .\n`);
  const canonical = ["7", "-70", "0"].map((n) => `"${n}"^^<${xsd}integer>`);
  canonical.push(...["7.0E0", "-1.5E-7", "NaN", "INF", "-INF", "0.0E0", "-0.0E0"].map((n) => `"${n}"^^<${xsd}double>`));
  canonical.push(`"true"^^<${xsd}boolean>`, `"2026-11-21T20:00:00.12Z"^^<${xsd}dateTime>`, '"a <b"', '"a"@en');
  for (const object of canonical) {
    const triples = await readWhole([line(object)]);
    expect([object, triples === undefined]).toEqual([object, false]);
    const store = embeddedStore({ source: () => [line(object)] });
    const query = `SELECT ?o WHERE { ${iri("a")} ${iri("b")} ?o }`;
    const { rows } = await store.select(query);
    const told = solve(triples as NumberedTriples, query) ?? [];
    const values = (solutions: readonly SolutionRow[]) => solutions.map(({ o }) => o && plainValue(o));
    expect([object, values(told), told[0]?.o?.kind]).toEqual([object, values(rows), rows[0]?.o?.kind]);
    await store.close();
  }
  const others = ['"007"', '"+7"', '"-0"'].map((n) => `${n}^^<${xsd}integer>`);
  others.push(...['"5E-1"', '"1.50E0"', '"1"'].map((n) => `${n}^^<${xsd}double>`));
  others.push(`"1"^^<${xsd}boolean>`, `"1.50"^^<${xsd}decimal>`, `"2026-11-21T20:00:00.100Z"^^<${xsd}dateTime>`);
  others.push(`"2026-11-21T20:00:00+01:00"^^<${xsd}dateTime>`, "<https://example.org/\\u00e9>");
  for (const object of others) expect([object, await readWhole([line(object)])]).toEqual([object, undefined]);
});
