import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONGEST_QUERY, readQueryText } from "../../src/store/query-text.ts";
import { anyText } from "../any-text.ts";
import { cpuMs } from "../cpu-time.ts";
import { tries } from "../tries.ts";

describe("the words of a query", () => {
  test.each([
    ["SELECT * {}", "select"],
    ["PREFIX ask: <urn:construct> # ASK\nPREFIX select: <urn:> describe select:ask", "graph"],
    ["BASE <http://x/ASK> construct where { ?select ?ask 'ASK' }", "graph"],
    ["# SELECT\nASK{}", "ask"],
    ["nonsense", "select"],
  ])("of %j make it a query of form %s", (query, form) => {
    expect(readQueryText(query).form).toBe(form);
  });

  test.each([
    "SELECT * { SERVICE <urn:x> {} }",
    "SELECT * {}service silent ?x{}",
    "SELECT * { ?s ?p 10.SERVICE<urn:x>{} }",
    "SELECT * { ?s ?p 'it''s' SERVICE <urn:x> {} }",
    "SELECT * { \\u0053ERVICE <urn:x> {} }",
    'SELECT * { ?s ?p "\\u0022 . SERVICE <urn:x> {} #" }',
    "SELECT * { FILTER(?a<?b) SERVICE ?x {} FILTER(?a>?b) }",
    "SELECT * { ?s ?p <http://x/#a> . SERVICE <urn:x> {} }",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
  ])("refuse %j", (query) => {
    expect(() => readQueryText(query)).toThrow(expect.objectContaining({ code: "bad-query" }));
  });

  test.each([
    "SELECT ?service { ?service service:add load:insert, _:drop }",
    'SELECT * { ?s ?p \'SERVICE\', "a\\"SERVICE", \'\'\'it\'s \' SERVICE\'\'\', """\\""" SERVICE""" }',
    "SELECT * { ?s ?p 'x'@add . <http://x/a-service> <http://x/SERVICE> 1 } # SERVICE <urn:x> {}",
    "SELECT * { ?s ex:a\\#b 'ok' }",
  ])("allow %j", (query) => {
    expect(() => readQueryText(query)).not.toThrow();
  });

  test("name graphs only outside strings, IRIs, names and comments", () => {
    const named = (query: string) => readQueryText(query).namesGraphs;
    expect(named("SELECT * { GRAPH ?g {} }")).toBe(true);
    expect(named("SELECT * FROM NAMED <urn:g> {}")).toBe(true);
    expect(named("SELECT * { ?s ?p 1.GRAPH:g{} }")).toBe(true);
    expect(named("SELECT * { ?graph ex:from 'GRAPH', <urn:GRAPH> } # GRAPH")).toBe(false);
  });

  test("stay hidden in any string, however it is quoted", () => {
    const quoted = anyText().map((text) => {
      const escaped = `${text} SERVICE `.replace(/["\\\n\r]/g, (c) => `\\${c === "\n" ? "n" : c === "\r" ? "r" : c}`);
      return `"${escaped}"`;
    });
    fc.assert(
      fc.property(quoted, (text) => {
        readQueryText(`SELECT * { ?s ?p ${text} }`);
        expect(() => readQueryText(`SELECT * { ?s ?p ${text} SERVICE <urn:x> {} }`)).toThrow(/SERVICE/);
      }),
      { numRuns: tries(2000) },
    );
  });

  test("are found in a million characters of anything, and more are refused", () => {
    for (const unit of ["a", "1", ".", "'", '"', "<", "a:", "1.", '"""', "\\"]) {
      const start = cpuMs();
      readQueryText(unit.repeat(LONGEST_QUERY / unit.length));
      expect([unit, cpuMs() - start < 3000]).toEqual([unit, true]);
    }
    for (const quote of ["'", '"', "'''", '"""']) {
      for (const unit of ["a", "\\n", "a\\\\"]) {
        const text = unit.repeat((LONGEST_QUERY - 100) / unit.length);
        expect(() => readQueryText(`ASK { ?s ?p ${quote}${text}${quote} SERVICE ?s {} }`)).toThrow(/SERVICE/);
      }
    }
    expect(() => readQueryText(" ".repeat(LONGEST_QUERY + 1))).toThrow(/longer/);
  });
});
