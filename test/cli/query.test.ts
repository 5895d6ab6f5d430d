import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "n3";
import { describe, expect, it } from "vitest";
import { isOneLine, linesOf, provmlAlone, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");
const RATES =
  "SELECT ?run ?rate { ?run a mls:Run ; prov:used ?s . ?s rdfs:label 'rate' ; mls:hasValue ?rate } ORDER BY ?rate";
const ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }";

describe.concurrent("provml query", () => {
  it("prints rows as a table with the usual prefixes, which need no declaration", async () => {
    const { stdout, code, stderr } = await recorded.ask(
      "query",
      "SELECT ?type { ?x a ?type . ?x a mls:Run } GROUP BY ?type",
    );
    expect([code, stderr]).toEqual([0, ""]);
    const [head, ...rows] = linesOf(stdout);
    expect([head, rows.at(-1)]).toEqual(["type", "3 rows"]);
    expect(rows.slice(0, -1).sort()).toEqual(["mls:Run", "prov:Activity", "provml:TrainingExecution"]);
  });

  it("prints the SPARQL 1.1 Query Results JSON Format", async () => {
    const { head, results } = await recorded.json<{
      head: { vars: string[] };
      results: { bindings: Record<string, { type: string; value: string; datatype?: string }>[] };
    }>("query", RATES);
    expect(head.vars).toEqual(["run", "rate"]);
    expect(results.bindings.map(({ run, rate }) => [run?.type, rate])).toEqual([
      ["uri", { type: "literal", value: "0.01", datatype: "http://www.w3.org/2001/XMLSchema#double" }],
      ["uri", { type: "literal", value: "0.1", datatype: "http://www.w3.org/2001/XMLSchema#double" }],
    ]);
  });

  it("prints CSV as RFC 4180 has it, with whole IRIs", async () => {
    const { stdout } = await recorded.ask("query", RATES, "--csv");
    expect(stdout).toMatch(/^run,rate\r\nhttps:\/\/\S+,0\.01\r\nhttps:\/\/\S+,0\.1\r\n$/);
    const quoted = await recorded.ask("query", `SELECT ?x { BIND('a "b", c' AS ?x) }`, "--csv");
    expect(quoted.stdout).toBe('x\r\n"a ""b"", c"\r\n');
  });

  it("prints a graph as Turtle, or as JSON", async () => {
    const query = "CONSTRUCT { ?run rdfs:label ?label } { ?run a mls:Run ; rdfs:label ?label }";
    const [turtle, json] = await Promise.all([recorded.ask("query", query), recorded.json<unknown[]>("query", query)]);
    expect(new Parser().parse(turtle.stdout)).toHaveLength(2);
    expect(json).toHaveLength(2);
  });

  it("answers yes with 0 and no with 1", async () => {
    const [yes, no, json] = await Promise.all([
      recorded.ask("query", "ASK { ?x a provml:Model }"),
      recorded.ask("query", "ASK { ?x a provml:Nothing }"),
      recorded.ask("query", "ASK { ?x a provml:Nothing }", "--json"),
    ]);
    expect([yes.code, yes.stdout, no.code, no.stdout]).toEqual([0, "yes\n", 1, "no\n"]);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, { head: {}, boolean: false }]);
  });

  it("reads the query from a file, and from standard input", async () => {
    const ask = "# a comment\nASK { ?x a provml:Model }";
    writeFileSync(join(recorded.folder, "ask.rq"), ask);
    const outcomes = await Promise.all([
      recorded.ask("query", "--file", "ask.rq"),
      provmlAlone(["query", "-"], { cwd: recorded.folder, input: ask }),
      provmlAlone(["query", "--file", "-"], { cwd: recorded.folder, input: ask }),
    ]);
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(["yes\n", "yes\n", "yes\n"]);
  });

  it.each([
    ["what is no SPARQL", ["SELEC ?x { }"], /1:/],
    ["an update", ["INSERT DATA { <a:b> <a:b> <a:b> }"], /refused|update|INSERT/i],
    ["another service", ["SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }"], /SERVICE/],
    ["no query", [], /give the query/],
    ["two queries", ["ASK {}", "--file", "ask.rq"], /give the query/],
    ["a file that cannot be read", ["--file", "missing.rq"], /missing\.rq cannot be read: ENOENT/],
    ["a folder instead of a file", ["--file", "."], /cannot be read: EISDIR/],
    ["a time limit that is none", ["ASK {}", "--timeout", "soon"], /--timeout is "soon"/],
    ["two notations", ["ASK {}", "--json", "--csv"], /--json and --csv/],
    ["a graph as CSV", ["CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "--csv"], /--csv is for the rows/],
  ])("refuses %s with 2 and one line that says so", async (_, args, reason) => {
    const outcome = await recorded.ask("query", ...args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(reason);
    expect(isOneLine(outcome)).toBe(true);
  });
});

describe("provml query --timeout", () => {
  it("gives up with 3 at the time limit on a query that has no end of its own, and says how to give more", async () => {
    const outcome = await recorded.ask("query", "--timeout", "1", ENDLESS);
    expect([outcome.code, isOneLine(outcome)]).toEqual([3, true]);
    expect(outcome.stderr).toMatch(/within 1 s .*--timeout/);
  });
});
