import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { provNText } from "../../src/formats/index.ts";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import type { Document } from "../../src/model/document.ts";
import type { Statement } from "../../src/model/statement.ts";
import { tries } from "../tries.ts";
import { anyIri } from "./arbitrary.ts";

const EX = "http://example.org/";
const PROV = "http://www.w3.org/ns/prov#";
const XSD = "http://www.w3.org/2001/XMLSchema#";

const read = (text: string) => provN.read(text) as Document;
/** The statements of a document with these lines. */
const statements = (lines: string) => read(`document prefix ex <${EX}>\n${lines}\nendDocument`).statements;
const written = (document: Document) => [...provN.write(document)].join("");
const of = (...statements: Statement[]): Document => ({ prefixes: { ex: EX }, statements, bundles: [] });
const ex = (name: string) => EX + name;

describe("PROV-N is read", () => {
  test("with every kind of statement of PROV-DM", () => {
    const found = statements(`
      entity(ex:e1)  entity(ex:e2, [])  agent(ex:ag)
      activity(ex:a1, 2011-11-16T16:05:00, 2011-11-16T16:06:00.5Z, [ex:host="x"])  activity(ex:a2)  activity(ex:a3, -, -)
      wasGeneratedBy(ex:g1; ex:e1, ex:a1, 2011-11-16T16:05:00)  wasGeneratedBy(ex:e1)  wasGeneratedBy(-; ex:e1, -, -)
      used(ex:u1; ex:a1, ex:e1, -, [prov:role="in"])  used(ex:a1, [prov:role="in"])
      wasInformedBy(ex:a2, ex:a1)
      wasStartedBy(ex:a2, ex:e1, ex:a1, 2011-11-16T16:05:00)  wasStartedBy(ex:a2)  wasEndedBy(ex:a2, -, ex:a1, -)
      wasInvalidatedBy(ex:e1, ex:a1, -)
      wasDerivedFrom(ex:e2, ex:e1)  wasDerivedFrom(ex:d; ex:e2, ex:e1, ex:a1, ex:g1, ex:u1, [prov:type='prov:Revision'])
      wasAttributedTo(ex:e1, ex:ag)  wasAssociatedWith(ex:a1, -, ex:plan)  wasAssociatedWith(ex:a1)
      actedOnBehalfOf(ex:ag, ex:boss)  actedOnBehalfOf(ex:ag, ex:boss, ex:a1)
      wasInfluencedBy(ex:e2, ex:e1)
      alternateOf(ex:e1, ex:e2)  specializationOf(ex:e1, ex:e2)  hadMember(ex:c, ex:e1)  mentionOf(ex:e1, ex:e2, ex:b)
    `);
    expect(found).toHaveLength(28);
    expect(found[3]).toEqual({
      kind: "activity",
      id: ex("a1"),
      startTime: "2011-11-16T16:05:00",
      endTime: "2011-11-16T16:06:00.5Z",
      attributes: [[ex("host"), "x"]],
    });
    expect(found.slice(6, 11)).toEqual([
      { kind: "wasGeneratedBy", id: ex("g1"), entity: ex("e1"), activity: ex("a1"), time: "2011-11-16T16:05:00" },
      { kind: "wasGeneratedBy", entity: ex("e1") },
      { kind: "wasGeneratedBy", entity: ex("e1") },
      { kind: "used", id: ex("u1"), activity: ex("a1"), entity: ex("e1"), attributes: [[`${PROV}role`, "in"]] },
      { kind: "used", activity: ex("a1"), attributes: [[`${PROV}role`, "in"]] },
    ]);
    expect(found[17]).toEqual({
      kind: "wasDerivedFrom",
      id: ex("d"),
      generatedEntity: ex("e2"),
      usedEntity: ex("e1"),
      activity: ex("a1"),
      generation: ex("g1"),
      usage: ex("u1"),
      attributes: [[`${PROV}type`, { iri: `${PROV}Revision` }]],
    });
  });

  test("with arguments missing that PROV-DM demands, for the validator to report", () => {
    expect(statements("used(-, ex:e1, -) wasDerivedFrom(-, -) mentionOf(ex:e1, ex:e2, -) used(ex:a1, ex:e1)")).toEqual([
      { kind: "used", entity: ex("e1") },
      { kind: "wasDerivedFrom" },
      { kind: "mentionOf", specificEntity: ex("e1"), generalEntity: ex("e2") },
      { kind: "used", activity: ex("a1"), entity: ex("e1") },
    ]);
  });

  test("with the statements of PROV-Dictionary, whatever prefix PROV has", () => {
    const found = statements(`
      prov:hadDictionaryMember(ex:d, ex:e1, "k")  prov:hadDictionaryMember(ex:d, {("k", ex:e1), (-5, ex:e2)})
      prov:derivedByInsertionFrom(ex:i; ex:d2, ex:d1, {("a" %% xsd:string, ex:e1), ('ex:k', ex:e2)}, [prov:label="x"])
      prov:derivedByInsertionFrom(ex:d2, ex:d1, {})  prov:derivedByRemovalFrom(ex:d2, ex:d1, {"a", 5})
    `);
    expect(found).toEqual([
      { kind: "hadDictionaryMember", dictionary: ex("d"), entity: ex("e1"), key: "k" },
      { kind: "hadDictionaryMember", dictionary: ex("d"), entity: ex("e1"), key: "k" },
      { kind: "hadDictionaryMember", dictionary: ex("d"), entity: ex("e2"), key: { value: "-5", type: `${XSD}int` } },
      {
        kind: "derivedByInsertionFrom",
        id: ex("i"),
        after: ex("d2"),
        before: ex("d1"),
        keyEntitySet: [
          { key: "a", entity: ex("e1") },
          { key: { iri: ex("k") }, entity: ex("e2") },
        ],
        attributes: [[`${PROV}label`, "x"]],
      },
      { kind: "derivedByInsertionFrom", after: ex("d2"), before: ex("d1"), keyEntitySet: [] },
      {
        kind: "derivedByRemovalFrom",
        after: ex("d2"),
        before: ex("d1"),
        keySet: ["a", { value: "5", type: `${XSD}int` }],
      },
    ]);
    const other = read(`document prefix p <${PROV}> default <${EX}> p:hadDictionaryMember(d, e, "k") endDocument`);
    expect(other.statements).toEqual([{ kind: "hadDictionaryMember", dictionary: ex("d"), entity: ex("e"), key: "k" }]);
  });

  test("with values of every form", () => {
    const [found] = statements(String.raw`entity(ex:e, [ex:a="t\"\\\n\t\b\f\r\'", ex:a="""two
lines "quoted" ""x""", ex:a="chat"@fr, ex:a="hi"@en-GB, ex:a="5" %% xsd:integer, ex:a=5, ex:a=-5, ex:a='ex:v', ex:a='ex:it\'s',
      ex:a="ex:v" %% prov:QUALIFIED_NAME, ex:a="ex:v" %% xsd:QName, ex:a="x" %% xsd:string, ex:a="x"@en %% prov:InternationalizedString,
      ex:a="http://x" %% xsd:anyURI, ex:a="" , ex:a="", ex:a="x" %% <urn:type>])`);
    expect(found?.attributes?.map(([, value]) => value)).toEqual([
      "t\"\\\n\t\b\f\r'",
      'two\nlines "quoted" ""x',
      { value: "chat", language: "fr" },
      { value: "hi", language: "en-GB" },
      { value: "5", type: `${XSD}integer` },
      { value: "5", type: `${XSD}int` },
      { value: "-5", type: `${XSD}int` },
      { iri: ex("v") },
      { iri: ex("it's") },
      { iri: ex("v") },
      { iri: ex("v") },
      "x",
      { value: "x", language: "en" },
      { value: "http://x", type: `${XSD}anyURI` },
      "",
      "",
      { value: "x", type: "urn:type" },
    ]);
  });

  test("with all that a local name may hold", () => {
    const ids = statements(String.raw`entity(ex:00a) entity(ex:a/b@c~d&e+f*g?h#i$j!k%20l) entity(ex:) entity(ex:a.b-c_d)
      entity(ex:\-a\=b\'c\(d\)e\,f\:g\;h\[i\]j\.) entity(ex:a//b) entity(ex:わかよ) entity(ex:2011-11-16T16) entity(ex:a:b)`);
    expect(ids.map(({ id }) => id)).toEqual(
      [
        "00a",
        "a/b@c~d&e+f*g?h#i$j!k%20l",
        "",
        "a.b-c_d",
        "-a=b'c(d)e,f:g;h[i]j.",
        "a//b",
        "わかよ",
        "2011-11-16T16",
        "a:b",
      ].map(ex),
    );
  });

  test("with comments and white space anywhere", () => {
    const text = `\ufeff// a comment\rdocument /* one\n*/prefix ex <${EX}>\r\n entity /**/ ( ex:e // id\n , [ ex:a /* = */ = 5 ] )endDocument //`;
    expect(read(text).statements).toEqual([
      { kind: "entity", id: ex("e"), attributes: [[ex("a"), { value: "5", type: `${XSD}int` }]] },
    ]);
  });

  test("with bundles that use and hide the document's prefixes", () => {
    const document = read(`document prefix ex <${EX}> prefix o <urn:o:>
      bundle ex:b1 prefix ex <urn:b:> default <urn:d:> entity(ex:e) entity(e) entity(o:e) endBundle
      entity(ex:e) bundle ex:b2 endBundle bundle ex:b1 entity(ex:f) endBundle endDocument`);
    expect(document).toEqual({
      prefixes: { ex: EX, o: "urn:o:" },
      statements: [{ kind: "entity", id: ex("e") }],
      bundles: [
        {
          id: ex("b1"),
          prefixes: { ex: "urn:b:", "": "urn:d:" },
          statements: ["urn:b:e", "urn:d:e", "urn:o:e", ex("f")].map((id) => ({ kind: "entity", id })),
        },
        { id: ex("b2"), statements: [] },
      ],
    });
  });

  test("with the words that tools have for subtypes of derivation, and for relations with ids", () => {
    const found = read(`document prefix ex <${EX}> prefix provext <http://openprovenance.org/prov/extension#>
      wasRevisionOf(ex:e2, ex:e1) provext:specializationOf(ex:s; ex:e1, ex:e2, [ex:note="x"]) endDocument`).statements;
    expect(found).toEqual([
      {
        kind: "wasDerivedFrom",
        generatedEntity: ex("e2"),
        usedEntity: ex("e1"),
        attributes: [[`${PROV}type`, { iri: `${PROV}Revision` }]],
      },
      {
        kind: "specializationOf",
        id: ex("s"),
        specificEntity: ex("e1"),
        generalEntity: ex("e2"),
        attributes: [[ex("note"), "x"]],
      },
    ]);
  });
});

describe("extension statements of PROV-N", () => {
  test("are passed over, whatever their arguments, and told", () => {
    const told: unknown[] = [];
    const text = `document prefix ex <${EX}>
      ex:ext(ex:i; ex:a, "x", [ex:p=1])
      entity(ex:e1)
      ex:ext(-, -5, 2011-11-16T16:05:00+01:00, "a ) \\" (", """]
        " )""", "x"@en, "(" %% <http://example.org/(x)>, 'ex:q', ex:in(ex:a, {ex:b, (ex:c\\), "}")}))
      ex:none() // )
      ex:comments(ex:a /* ) endDocument */, // )
        ex:b)
      bundle ex:b  other:ext(ex:a)  entity(ex:e2)  endBundle
    endDocument`;
    const document = provN.read(text.replace(`<${EX}>`, `<${EX}> prefix other <urn:o:>`), (loss) => told.push(loss));
    expect(document).toMatchObject({
      statements: [{ kind: "entity", id: ex("e1") }],
      bundles: [{ id: ex("b"), statements: [{ kind: "entity", id: ex("e2") }] }],
    });
    const reason = "a statement with a keyword of another namespace is part of no PROV-DM statement";
    const examples = ["ex:ext", "ex:ext", "ex:none", "ex:comments"].map((example) => ({ reason, example }));
    expect(told).toEqual([...examples, { reason, example: "other:ext", bundle: ex("b") }]);
  });
});

describe("PROV-N is written", () => {
  test("a statement a line, with the document's prefixes", () => {
    const document: Document = {
      ...of(
        {
          kind: "entity",
          id: ex("e1"),
          attributes: [
            [`${PROV}label`, 'say "hi"\n'],
            [ex("n"), 5],
            ["urn:o:x", true],
          ],
        },
        { kind: "activity", id: ex("a1"), startTime: "2011-11-16T16:05:00Z" },
        { kind: "used", id: ex("u"), activity: ex("a1"), entity: ex("e1") },
        { kind: "wasDerivedFrom", generatedEntity: ex("e2"), usedEntity: ex("e1") },
        { kind: "wasDerivedFrom", usedEntity: ex("e1"), usage: ex("u") },
        { kind: "hadMember", id: ex("m"), collection: ex("c"), entity: ex("e1") },
        { kind: "derivedByRemovalFrom", after: ex("d2"), before: ex("d1"), keySet: ["k", { iri: ex("k") }] },
      ),
      bundles: [{ id: ex("b"), prefixes: { ex: "urn:b:" }, statements: [{ kind: "agent", id: "urn:b:ag" }] }],
    };
    expect(written(document)).toBe(`document
  prefix ex <http://example.org/>
  prefix provext <https://openprovenance.org/ns/provext#>
  prefix ns1 <urn:o:>
  entity(ex:e1, [prov:label="say \\"hi\\"\\n", ex:n="5" %% xsd:integer, ns1:x="true" %% xsd:boolean])
  activity(ex:a1, 2011-11-16T16:05:00Z, -)
  used(ex:u; ex:a1, ex:e1, -)
  wasDerivedFrom(ex:e2, ex:e1)
  wasDerivedFrom(-, ex:e1, -, -, ex:u)
  provext:hadMember(ex:m; ex:c, ex:e1)
  prov:derivedByRemovalFrom(ex:d2, ex:d1, {"k", 'ex:k'})
  bundle ex:b
    prefix ex <urn:b:>
    agent(ex:ag)
  endBundle
endDocument
`);
  });

  test("with names that the grammar has, which are read back as the same IRIs, whatever the IRI", () => {
    const wellFormed =
      /^\s*(?:entity\((?:[A-Za-z][\w]*:)?(?:[^\s\\='(),:;[\]%<>"{}|^`]|%[0-9A-Fa-f]{2}|\\[='(),\-:;[\].])*(?<!(?<!\\)\.)\)|document|endDocument|(?:prefix \S+|default) <[^ \n<>]*>)$/;
    fc.assert(
      fc.property(fc.array(anyIri, { maxLength: 20 }), fc.constantFrom("", "ex"), (iris, prefix) => {
        const document: Document = {
          prefixes: { [prefix]: EX },
          statements: iris.map((id) => ({ kind: "entity", id })),
          bundles: [],
        };
        const text = written(document);
        for (const line of text.trimEnd().split("\n")) expect(line).toMatch(wellFormed);
        expect(read(text).statements.map(({ id }) => id)).toEqual(iris);
      }),
      { numRuns: tries(500) },
    );
  });

  test("with names for anonymous identifiers, which are read back as anonymous", () => {
    const document = of(
      { kind: "entity", id: "_:b0" },
      { kind: "wasGeneratedBy", id: "_:g", entity: "_:b0" },
      { kind: "wasDerivedFrom", generatedEntity: "_:b0", usedEntity: ex("e"), generation: "_:g" },
    );
    expect(written(document)).toContain("entity(ns1:b0)\n");
    expect(read(written(document)).statements).toEqual(document.statements);
  });

  test("in pieces of bounded size", () => {
    const label = "😀".repeat(100_000);
    const pieces = [...provN.write(of({ kind: "entity", id: ex("e"), attributes: [[`${PROV}label`, label]] }))];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(pieces.map((piece) => piece.isWellFormed())).not.toContain(false);
    expect(read(pieces.join("")).statements[0]?.attributes).toEqual([[`${PROV}label`, label]]);
  });
});

test("a statement for people names anonymous ids and IRIs without a prefix as they are", () => {
  const statement: Statement = {
    kind: "used",
    id: "_:u1",
    activity: ex("a"),
    entity: "urn:o:e",
    attributes: [["urn:o:x", { iri: "_:v" }]],
  };
  expect(provNText(statement, { ex: EX })).toBe("used(_:u1; ex:a, <urn:o:e>, -, [<urn:o:x>='_:v'])");
});

describe("what PROV-N does not carry is told", () => {
  const lose = (statement: Statement) => {
    const { document, losses } = provN.lose(of(statement));
    return [document.statements, losses.map(({ reason }) => reason)];
  };

  it("ids and attributes of mentions", () => {
    expect(lose({ kind: "mentionOf", id: ex("m"), specificEntity: ex("e"), attributes: [[ex("a"), "x"]] })).toEqual([
      [{ kind: "mentionOf", specificEntity: ex("e") }],
      ["PROV-N gives mentions and memberships of dictionaries neither an id nor attributes"],
    ]);
  });

  it("times that are none, and texts that would be read as names", () => {
    expect(lose({ kind: "used", activity: ex("a"), time: "noon" })).toEqual([
      [{ kind: "used", activity: ex("a") }],
      ["PROV-N carries no time that is not an xsd:dateTime"],
    ]);
    const name = { value: "ex:a", type: `${XSD}QName` };
    expect(lose({ kind: "entity", id: ex("e"), attributes: [[ex("a"), name]] })).toEqual([
      [{ kind: "entity", id: ex("e"), attributes: [[ex("a"), "ex:a"]] }],
      ["PROV-N reads a text of the type xsd:QName or prov:QUALIFIED_NAME as a name; it becomes a plain string"],
    ]);
  });

  it("and nothing else: bundles of one name are one", () => {
    const bundles = [
      { id: ex("b"), statements: [{ kind: "entity", id: ex("e1") }] },
      { id: ex("b"), statements: [{ kind: "entity", id: ex("e2") }] },
    ] as const;
    const { document, losses } = provN.lose({ ...of(), bundles });
    expect(document.bundles).toEqual([
      { id: ex("b"), statements: [...bundles[0].statements, ...bundles[1].statements] },
    ]);
    expect(losses).toEqual([
      { reason: "PROV-N states each bundle once; bundles of one name become one", bundle: ex("b") },
    ]);
  });
});
