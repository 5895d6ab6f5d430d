import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Loss, Notation } from "../../src/formats/notation.ts";
import { nQuads, nTriples, trig, turtle } from "../../src/formats/rdf/notations.ts";
import type { Document } from "../../src/model/document.ts";
import { ProvenanceError } from "../../src/model/error.ts";
import { anyText } from "../any-text.ts";
import { cpuMs } from "../cpu-time.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";
import { IS_FULL, tries } from "../tries.ts";

const PREFIXES = "@prefix prov: <http://www.w3.org/ns/prov#> .\n@prefix ex: <http://example.org/> .\n";
const E = "ex:e a prov:Entity";

describe("a text that is no RDF is refused with its place and what was expected", () => {
  test.each<[string, Notation, string, RegExp]>([
    [
      "an undeclared prefix",
      turtle,
      `${E} ;\n  no:p 1 .`,
      /^line 4, column 3: expected a prefix that is declared before, but no: is not, found "no:p"$/,
    ],
    ["no end", turtle, E, /^line 3, column \d+: expected "\." or other punctuation, found the end of the text$/],
    [
      "an open string",
      turtle,
      `${E} ; ex:p "x\n .`,
      /^line 3, column 27: expected a term or punctuation, found "\\"x"$/,
    ],
    ["a literal as subject", turtle, `"x" a prov:Entity .`, /^line 3, column 1: expected .*, found "\\"x\\""$/],
    ["a graph in Turtle", turtle, `ex:b { ${E} }`, /^line 3, column 6: expected .*, found "\{"$/],
    ["an unclosed graph", trig, `ex:b { ${E} .`, /^line 3, column \d+: expected .*, found the end of the text$/],
    [
      "a relative IRI",
      turtle,
      `<e> a prov:Entity .`,
      /^line 3, column 1: expected an absolute IRI, or a base that makes it one, found "<e>"$/,
    ],
    [
      "a relative prefix",
      turtle,
      `@prefix r: <r#> .\n${E}, r:x .`,
      /^line 4, column 21: expected an absolute IRI.*, found "r:x"$/,
    ],
    [
      "a relative datatype",
      turtle,
      `${E} ; ex:p "x"^^<t> .`,
      /^line 3, column 32: expected an absolute IRI.*, found "<t>"$/,
    ],
    [
      "a triple term",
      turtle,
      `${E} ; ex:p <<( ex:a ex:b ex:c )>> .`,
      /^line 3, column 27: expected RDF 1\.1, which has no triple terms, found "<<\("$/,
    ],
    ["an annotation", trig, `${E} {| ex:p 1 |} .`, /^line 3, column 20: expected RDF 1\.1/],
    [
      "a direction",
      turtle,
      `${E} ; ex:p "x"@en--ltr .`,
      /^line 3, column \d+: expected a literal of RDF 1\.1, which has no direction/,
    ],
    ["a rule of N3", turtle, `{ ${E} } => {} .`, /^line 3, column 1: expected /],
    ["Turtle as N-Triples", nTriples, `${E} .`, /^line 1, column 1: expected a term or punctuation, found "@prefix.*$/],
    ["a graph in N-Triples", nTriples, "<urn:a> <urn:b> <urn:c> <urn:g> .", /^line \d, column /],
    ["half a line", nQuads, '<urn:a> <urn:b> "c" <urn:g>', /^line 3?1?, column |^line \d, column \d+: expected/],
    ["binary", nQuads, "\0\x01\x02", /^line \d, column \d+: expected/],
  ])("%s", (_, notation, text, message) => {
    const whole = notation === nQuads || text.startsWith("<urn:") ? text : PREFIXES + text;
    expect(() => notation.read(whole)).toThrow(
      expect.objectContaining({ code: "unreadable", message: expect.stringMatching(message) }),
    );
  });

  test("but a prefix that nobody uses may be relative", () => {
    expect(read(turtle, `${PREFIXES}@prefix : <#> .\n${E} .`).prefixes).toEqual({
      prov: "http://www.w3.org/ns/prov#",
      ex: "http://example.org/",
    });
  });

  test("and RDF that says nothing in PROV is told from RDF that is empty", () => {
    expect(() => trig.read(`${PREFIXES} ex:a ex:b ex:c .`)).toThrow(/^the whole document: expected terms of http/);
    expect(read(trig, PREFIXES).statements).toEqual([]);
  });
});

describe("what no statement holds is told", () => {
  test("with the bundle that it stands in", () => {
    const ignored: Loss[] = [];
    trig.read(`${PREFIXES} ex:b { ${E} ; ex:list (1) . ex:x ex:y ex:z } ${E} ; prov:wasGeneratedBy 5 .`, (loss) => {
      ignored.push(loss);
    });
    expect(ignored.map(({ bundle }) => bundle)).toEqual([undefined, ...Array(3).fill("http://example.org/b")]);
    expect(new Set(ignored.map(({ reason }) => reason)).size).toBe(2);
  });
});

describe("labels of blank nodes", () => {
  test("are never taken for those of other nodes", () => {
    const entities = `_:n3-0 a prov:Entity . [] a prov:Entity . _:t_n3-0 a prov:Entity . _:q1 a prov:Entity .`;
    const document = read(turtle, PREFIXES + entities);
    expect(new Set(document.statements.map(({ id }) => id)).size).toBe(4);
    for (const notation of [turtle, trig, nTriples, nQuads]) {
      const again = read(notation, [...notation.write(document)].join(""));
      expect(new Set(again.statements.map(({ id }) => id)).size).toBe(4);
    }
  });
});

function read(notation: Notation, text: string): Document {
  return notation.read(text) as Document;
}

/** A text with a few of its pieces gone, doubled, moved or made into something else. */
const SPLINTERS = [
  "<",
  ">",
  '"',
  '"""',
  "\\",
  ".",
  ";",
  ",",
  "[",
  "]",
  "{",
  "}",
  "(",
  ")",
  "@",
  "_:",
  "^^",
  "#",
  "<<",
  "a",
  "\0",
  "\ud800",
  "\n",
];
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 12 }),
  by: fc.oneof(fc.constantFrom(...SPLINTERS), anyText({ maxLength: 3 }), fc.constant("")),
});
const changes = fc.array(change, { minLength: 1, maxLength: 4 });

function changed(text: string, list: readonly { at: number; length: number; by: string }[]): string {
  let result = text;
  for (const { at, length, by } of list) {
    const start = Math.floor(at * result.length);
    result = result.slice(0, start) + by + result.slice(start + length);
  }
  return result;
}

describeShared("files of the suite with splinters in them", "prov-suite", () => {
  const files = sharedFiles(
    "prov-suite",
    /(bundle1|primer|derivation11|dictionaryInsertion7-M|international_JP1|scruffy-end4-S)\.(ttl|trig)$/,
  );

  test.each(files.map((file) => [file.name, file] as const))("%s is read, or refused in one line", (name, file) => {
    const notation = name.endsWith(".ttl") ? turtle : trig;
    const lines = nQuads.write(read(notation, file.text()));
    const sources: [Notation, string][] = [
      [notation, file.text()],
      [nQuads, [...lines].join("")],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), changes, ([notation, text], list) => {
        try {
          const document = read(notation, changed(text, list));
          const left = trig.lose(document).document;
          read(trig, [...trig.write(left)].join(""));
        } catch (error) {
          if (!(error instanceof ProvenanceError)) throw error;
          expect(error.code).toBe("unreadable");
          expect(error.message).toMatch(/^(line \d+, column \d+|the whole document): expected [^\r\n]+$/);
        }
      }),
      { numRuns: tries(500) },
    );
  });
});

describe("a text that is large in one way", () => {
  const time = (work: () => unknown) => {
    const begun = cpuMs();
    work();
    return cpuMs() - begun;
  };
  test.each<[string, string]>([
    ["a node nested 20 000 deep", `ex:e ${"ex:p [ ".repeat(20_000)}${"] ".repeat(20_000)}.`],
    ["20 000 open brackets", `ex:e ${"ex:p [ ".repeat(20_000)}`],
    ["20 000 times ex:p (", `ex:e a prov:Entity; ex:p ${"( ".repeat(20_000)}${") ".repeat(20_000)}.`],
    ["a literal of many megabytes", `ex:e a prov:Entity; ex:p "${"x".repeat(IS_FULL ? 20_000_000 : 5_000_000)}".`],
    [
      "an activity that used thousands of entities in triples and nodes",
      Array.from(
        { length: IS_FULL ? 50_000 : 12_000 },
        (_, n) => `ex:a prov:used ex:e${n}; prov:qualifiedUsage [prov:entity ex:e${n}; ex:n ${n}].`,
      ).join("\n"),
    ],
    [
      "a usage with thousands of subjects and objects",
      Array.from(
        { length: IS_FULL ? 20_000 : 6_000 },
        (_, n) => `ex:a${n} prov:qualifiedUsage ex:u. ex:u prov:entity ex:e${n}; prov:atTime "2026-11-21T10:00:0${n}".`,
      ).join("\n"),
    ],
  ])("is read or refused in seconds: %s", (_, text) => {
    const took = time(() => {
      try {
        const document = read(turtle, PREFIXES + text);
        read(turtle, [...turtle.write(turtle.lose(document).document)].join(""));
      } catch (error) {
        if (!(error instanceof ProvenanceError)) throw error;
      }
    });
    expect(took).toBeLessThan(20_000);
  });
});

describe("key-entity pairs", () => {
  const insertion = "ex:i a prov:Insertion ; prov:dictionary ex:d1 . ex:d2 prov:qualifiedInsertion ex:i .\n";
  const pair = "ex:i prov:insertedKeyEntityPair _:p . _:p prov:pairKey 1 ; prov:pairEntity ex:e .\n";

  test("that are repeated are one, in time that grows with the text", () => {
    const start = cpuMs();
    const { statements } = turtle.read(PREFIXES + insertion + pair.repeat(20_000)) as Document;
    expect(statements).toMatchObject([
      { kind: "derivedByInsertionFrom", keyEntitySet: [{ entity: "http://example.org/e" }] },
    ]);
    expect(cpuMs() - start).toBeLessThan(10_000);
  });

  test("of many keys belong to one set only, and the others are told", () => {
    const ignored: string[] = [];
    const keys = Array.from({ length: 1000 }, (_, n) => n).join(", ");
    const sets = Array.from(
      { length: 1000 },
      (_, n) => `ex:i${n} a prov:Insertion ; prov:insertedKeyEntityPair ex:p .`,
    ).join("\n");
    const text = `${PREFIXES}${sets}\nex:p prov:pairKey ${keys} ; prov:pairEntity ex:e .`;
    const { statements } = turtle.read(text, ({ reason }) => ignored.push(reason)) as Document;
    const pairs = statements.flatMap((one) => (one.kind === "derivedByInsertionFrom" ? (one.keyEntitySet ?? []) : []));
    expect(pairs).toHaveLength(1000);
    expect(ignored.filter((reason) => reason.includes("part of one set only"))).toHaveLength(999);
  });
});
