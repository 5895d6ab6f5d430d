import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { literalText } from "../../src/rdf/nquads.ts";
import type { Term } from "../../src/rdf/terms.ts";
import type { QueryResult, Store } from "../../src/store/store.ts";
import { byValue } from "./by-value.ts";
import { IRIS, LITERALS } from "./literals.ts";

/**
 * What every store promises, whatever is behind it. `open` gives an empty store; the compiled package is what runs,
 * since a store may start a thread and Node 20 starts none from TypeScript.
 */
export function storeContract(name: string, open: () => Store | Promise<Store>): void {
  describe(`the ${name} store`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    test("gains nothing from quads that it holds", async () => {
      await store.load(TWO_GRAPHS);
      const size = await store.size();
      await store.load(new TextEncoder().encode(TWO_GRAPHS));
      expect([size, await store.size()]).toEqual([6, 6]);
    });

    test("answers from the union of the graphs, where a triple that two graphs state counts once", async () => {
      await store.load(TWO_GRAPHS);
      const { rows } = await store.select(`SELECT (COUNT(*) AS ?n) { ?s <${X}label> ?o }`);
      expect(rows).toEqual([{ n: integer(1) }]);
    });

    test("follows a property path from one graph into another", async () => {
      await store.load(TWO_GRAPHS);
      const { variables, rows } = await store.select(`SELECT ?o { <${X}a> <${X}from>+ ?o } ORDER BY ?o`);
      expect(variables).toEqual(["o"]);
      expect(rows.map(({ o }) => o)).toEqual([iri("b"), iri("c"), iri("d")]);
    });

    test("says which graph states what", async () => {
      await store.load(TWO_GRAPHS);
      const { rows } = await store.select(`SELECT ?g { GRAPH ?g { ?s <${X}label> ?o } } ORDER BY ?g`);
      expect(rows.map(({ g }) => g)).toEqual([iri("g1"), iri("g2")]);
    });

    test("mixes what one graph states with what any graph states", async () => {
      await store.load(TWO_GRAPHS);
      const query = `SELECT ?s ?o { GRAPH <${X}g1> { ?s <${X}from> ?m } ?m <${X}from> ?o } ORDER BY ?s`;
      expect((await store.select(query)).rows).toEqual([
        { s: iri("a"), o: iri("c") },
        { s: iri("b"), o: iri("d") },
      ]);
    });

    test("names only the graphs that FROM names", async () => {
      await store.load(TWO_GRAPHS);
      const query = (g: string) => `SELECT ?s ?o FROM <${X}${g}> { ?s <${X}from> ?o } ORDER BY ?s`;
      expect((await store.select(query("g2"))).rows).toEqual([
        { s: iri("a"), o: iri("b") },
        { s: iri("c"), o: iri("d") },
      ]);
      expect((await store.select(query("none"))).rows).toEqual([]);
    });

    test("compares numbers, booleans and times by value, whatever their spelling", async () => {
      await store.load(VALUES);
      for (const [name, test] of [
        ["integer", "?v = 42"],
        ["decimal", "?v = 1.1"],
        ["double", "?v = 0.1"],
        ["infinity", "?v > 1e308"],
        ["true", "?v = true"],
        ["time", "?v < '2026-11-21T10:00:00.001Z'^^xsd:dateTime && ?v >= '2026-11-21T11:00:00+01:00'^^xsd:dateTime"],
      ]) {
        const query = `PREFIX xsd: <${XSD}> ASK { <${X}${name}> <${X}value> ?v FILTER(${test}) }`;
        expect([name, await store.ask(query)]).toEqual([name, true]);
      }
    });

    test("gives every literal back as it was, by value, from SELECT and CONSTRUCT alike", async () => {
      await store.load(literalLines());
      const written = LITERALS.map((literal, i) => [`${X}literal${i}`, byValue(literal)] as const);
      const { rows } = await store.select(`SELECT ?s ?v { ?s <${X}literal> ?v }`);
      const selected = new Map(rows.map(({ s, v }) => [s?.value, byValue(v)]));
      for (const [subject, value] of written) expect([subject, selected.get(subject)]).toEqual([subject, value]);
      expect(rows).toHaveLength(LITERALS.length);
      const quads = await store.construct(`CONSTRUCT { ?s <${X}was> ?v } WHERE { ?s <${X}literal> ?v }`);
      const constructed = new Map(quads.map(({ subject, object }) => [subject.value, byValue(object)]));
      for (const [subject, value] of written) expect([subject, constructed.get(subject)]).toEqual([subject, value]);
      expect(quads).toHaveLength(LITERALS.length);
    });

    test("gains nothing from literals that it holds, and knows each by GRAPH too", async () => {
      await store.load(literalLines());
      await store.load(literalLines());
      expect(await store.size()).toBe(LITERALS.length);
      const { rows } = await store.select(`SELECT ?s ?v { GRAPH <${X}g> { ?s ?p ?v } }`);
      expect(rows).toHaveLength(LITERALS.length);
    });

    test("keeps a text of three million characters, and IRIs of every kind", async () => {
      const long = "y\u00e9".repeat(1_500_000);
      const iris = IRIS.map((one) => `<${one}> <${X}same> <${one}> <${X}g> .\n`).join("");
      await store.load(line("long", "value", JSON.stringify(long), "g") + iris);
      const { rows } = await store.select(`SELECT ?v { <${X}long> <${X}value> ?v }`);
      expect(rows[0]?.v?.value === long).toBe(true);
      const same = await store.select(`SELECT ?s ?o { ?s <${X}same> ?o }`);
      expect(same.rows.map(({ s }) => s?.value).sort()).toEqual([...IRIS].sort());
      expect(same.rows.map(({ o }) => o?.value).sort()).toEqual([...IRIS].sort());
    });

    test("is empty at first", async () => {
      expect(await store.size()).toBe(0);
      expect(await store.ask("ASK { ?s ?p ?o }")).toBe(false);
      expect(await store.select("SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }")).toEqual({ variables: ["s", "g"], rows: [] });
      expect(await store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")).toEqual([]);
      expect((await store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).rows).toEqual([{ n: integer(0) }]);
      await store.load("");
      await store.load("# nothing\n\n");
      expect(await store.size()).toBe(0);
    });

    test("orders and cuts what it answers", async () => {
      await store.load(numbered(30));
      const query = `SELECT ?v { ?s <${X}number> ?v } ORDER BY DESC(?v) LIMIT 3 OFFSET 1`;
      expect((await store.select(query)).rows.map(({ v }) => v)).toEqual([integer(28), integer(27), integer(26)]);
      const [row] = (await store.select(`SELECT (MAX(?v) AS ?max) (SUM(?v) AS ?sum) { ?s <${X}number> ?v }`)).rows;
      expect([row?.max, row?.sum].map(byValue)).toEqual([byValue(integer(29)), byValue(integer(435))]);
    });

    test("follows sequences, inverses, alternatives and repetitions of properties, each place once", async () => {
      await store.load(TWO_GRAPHS);
      const places = async (path: string, from: string) => {
        const { rows } = await store.select(`SELECT ?o { <${X}${from}> ${path} ?o } ORDER BY ?o`);
        return rows.map(({ o }) => o?.value.replace(X, ""));
      };
      const from = `<${X}from>`;
      expect(await places(`${from}/${from}`, "a")).toEqual(["c"]);
      expect(await places(`^${from}`, "c")).toEqual(["b"]);
      expect(await places(`${from}|<${X}kind>`, "a")).toEqual(["K", "b"]);
      expect(await places(`(${from}|<${X}kind>)+`, "b")).toEqual(["K", "c", "d"]);
      expect(await places(`${from}*`, "b")).toEqual(["b", "c", "d"]);
    });

    test("starts a path at the values that are given, be it one", async () => {
      await store.load(TWO_GRAPHS + line("z", "from", `<${X}y>`, "g2") + line("y", "kind", `<${X}K>`, "g2"));
      for (const [given, expected] of [
        ["a", ["b"]],
        ["a> <http://example.org/z", ["b", "y"]],
      ] as const) {
        const query = `SELECT ?o { VALUES ?s { <${X}${given}> } ?s <${X}from>+ ?o . ?o <${X}kind> ?k } ORDER BY ?o`;
        expect((await store.select(query)).rows.map(({ o }) => o)).toEqual(expected.map(iri));
      }
    });

    test("describes a thing by all that any graph states of it", async () => {
      await store.load(TWO_GRAPHS);
      const described = [
        await store.construct(`DESCRIBE <${X}a>`),
        await store.construct(`DESCRIBE ?s WHERE { ?s <${X}label> "A" }`),
      ];
      for (const quads of described) {
        const said = quads.filter(({ subject }) => subject.value === `${X}a`).map(({ object }) => object.value);
        expect(said.sort()).toEqual(["A", `${X}K`, `${X}b`].sort());
      }
    });

    test("keeps what comes while it is asked", async () => {
      await store.load(numbered(10));
      const count = `SELECT (COUNT(*) AS ?n) { ?s <${X}number> ?v }`;
      const loads = Array.from({ length: 5 }, (_, i) =>
        store.load(line(`extra${i}`, "number", typed("1", "integer"), "h")),
      );
      const counts = await Promise.all(Array.from({ length: 10 }, () => store.select(count)));
      await Promise.all(loads);
      for (const { rows } of counts) expect(Number(rows[0]?.n?.value)).toBeGreaterThanOrEqual(10);
      expect((await store.select(count)).rows).toEqual([{ n: integer(15) }]);
    });

    test("keeps languages and strange texts", async () => {
      await store.load(VALUES);
      const { rows } = await store.select(`SELECT ?v { <${X}text> <${X}value> ?v } ORDER BY LANG(?v)`);
      expect(rows).toEqual([
        { v: { kind: "literal", value: 'a "b"\\\n\t\u{1f600} > . <', type: `${XSD}string` } },
        { v: { kind: "literal", value: "Verlust", type: LANG_STRING, language: "de" } },
        { v: { kind: "literal", value: "loss", type: LANG_STRING, language: "en" } },
      ]);
    });

    test("leaves out what a solution does not bind", async () => {
      await store.load(TWO_GRAPHS);
      const query = `SELECT ?s ?x { ?s <${X}label> ?o OPTIONAL { ?s <${X}none> ?x } }`;
      expect(await store.select(query)).toEqual({ variables: ["s", "x"], rows: [{ s: iri("a") }] });
    });

    test("says what form a query has", async () => {
      await store.load(TWO_GRAPHS);
      const forms: QueryResult[] = [
        await store.query(`PREFIX ask: <${X}>\nSELECT ?o { ask:a ask:label ?o } # ASK`),
        await store.query(`base <${X}> ask { <a> ?p "CONSTRUCT" }`),
        await store.query(`CONSTRUCT { ?o <${X}to> ?s } WHERE { ?s <${X}from> ?o FILTER(?s = <${X}a>) }`),
      ];
      expect(forms).toEqual([
        { form: "select", variables: ["o"], rows: [{ o: { kind: "literal", value: "A", type: `${XSD}string` } }] },
        { form: "ask", answer: false },
        { form: "graph", quads: [{ subject: iri("b"), predicate: iri("to"), object: iri("a") }] },
      ]);
      await expect(store.select("ASK {}")).rejects.toMatchObject({ code: "bad-query" });
      await expect(store.ask("SELECT * {}")).rejects.toMatchObject({ code: "bad-query" });
      await expect(store.construct("ASK {}")).rejects.toMatchObject({ code: "bad-query" });
    });

    test("constructs a graph, each triple once", async () => {
      await store.load(TWO_GRAPHS);
      const quads = await store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }");
      expect(quads).toHaveLength(6);
      expect(quads).toContainEqual({ subject: iri("a"), predicate: iri("from"), object: iri("b") });
    });

    test("stops a query at its limit and answers the next one from the same quads", async () => {
      await store.load(TWO_GRAPHS + numbered(300));
      const size = await store.size();
      const endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?l) }";
      const stopped = store.select(endless, { timeoutMs: 300 });
      const next = store.ask(`ASK { GRAPH <${X}g2> { <${X}c> <${X}from> <${X}d> } }`);
      await expect(stopped).rejects.toMatchObject({ code: "query-timeout" });
      expect(await next).toBe(true);
      expect(await store.size()).toBe(size);
    });

    test("says in one line what is wrong with a query", async () => {
      const refused = store.query("SELECT ?a {\n ?a ?b \n");
      await expect(refused).rejects.toMatchObject({ code: "bad-query" });
      await expect(refused).rejects.toThrow(/^[^\n]{20,500}$/);
    });

    test.each([
      ["a SERVICE", "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }", /SERVICE/],
      ["a silent SERVICE", "ASK { service/**/silent?s { ?s ?p ?o } }".replace("/**/", "#\n"), /SERVICE/],
      ["an INSERT", `INSERT DATA { GRAPH <${X}g> { <${X}a> <${X}b> 1 } }`, /INSERT/],
      ["a LOAD", "LOAD <http://localhost:1/>", /LOAD/],
      ["a pragma that loads", 'define get:soft "soft" SELECT * FROM <http://localhost:1/> { ?s ?p ?o }', /define/],
      ["a DROP after a query", "ASK {} ; DROP ALL", /DROP/],
    ])("refuses %s", async (_, query, message) => {
      await expect(store.query(query)).rejects.toMatchObject({
        code: "bad-query",
        message: expect.stringMatching(message),
      });
    });

    test("keeps nothing of a load that fails", async () => {
      await store.load(TWO_GRAPHS);
      const bad = `${numbered(20_000)}<${X}s> <${X}p> nonsense <${X}g> .\n`;
      await expect(store.load(bad)).rejects.toMatchObject({ code: "unreadable", message: /line 20001\b/ });
      expect(await store.size()).toBe(6);
    });

    test("answers ten queries at once", async () => {
      await store.load(numbered(1000));
      const counts = Array.from({ length: 10 }, (_, i) =>
        store.select(`SELECT (COUNT(*) AS ?n) { ?s <${X}number> ?v FILTER(?v < ${i * 100}) }`),
      );
      const answers = await Promise.all(counts);
      expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 10 }, (_, i) => integer(i * 100)));
    });

    test("refuses a limit that is no time", async () => {
      await expect(store.query("ASK {}", { timeoutMs: 0 })).rejects.toMatchObject({ code: "bad-option" });
    });

    test("closes once, after what was asked before, and then refuses to be asked", async () => {
      await store.load(TWO_GRAPHS);
      const answer = store.ask("ASK { ?s ?p ?o }");
      await Promise.all([store.close(), store.close()]);
      expect(await answer).toBe(true);
      await expect(store.ask("ASK {}")).rejects.toThrow(/closed/);
    });
  });
}

const X = "http://example.org/";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

const iri = (name: string) => ({ kind: "iri", value: X + name });
const integer = (value: number): Term => ({ kind: "literal", value: String(value), type: `${XSD}integer` });

const line = (subject: string, predicate: string, object: string, graph: string) =>
  `<${X}${subject}> <${X}${predicate}> ${object} <${X}${graph}> .\n`;

/** Six triples; both graphs state the label and the first step. */
const TWO_GRAPHS =
  line("a", "label", '"A"', "g1") +
  line("a", "label", '"A"', "g2") +
  line("a", "from", `<${X}b>`, "g1") +
  line("a", "from", `<${X}b>`, "g2") +
  line("b", "from", `<${X}c>`, "g1") +
  line("c", "from", `<${X}d>`, "g2") +
  line("a", "kind", `<${X}K>`, "g1") +
  line("b", "kind", `<${X}K>`, "g1");

const value = (subject: string, object: string) => line(subject, "value", object, "g");
const typed = (lexical: string, type: string) => `"${lexical}"^^<${XSD}${type}>`;

const VALUES =
  value("integer", typed("42", "integer")) +
  value("decimal", typed("1.10", "decimal")) +
  value("double", typed("1.0E-1", "double")) +
  value("infinity", typed("INF", "double")) +
  value("true", typed("true", "boolean")) +
  value("time", typed("2026-11-21T10:00:00Z", "dateTime")) +
  value("text", '"a \\"b\\"\\\\\\n\\t\u{1f600} > . <"') +
  value("text", '"loss"@en') +
  value("text", '"Verlust"@de');

const literalLines = () =>
  LITERALS.map(({ value: lexical, type, language }, i) => {
    const text = literalText(language === undefined ? { lexical, type } : { lexical, type, language });
    return line(`literal${i}`, "literal", text, "g");
  }).join("");

function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => line(`n${i}`, "number", typed(String(i), "integer"), "g")).join("");
}
