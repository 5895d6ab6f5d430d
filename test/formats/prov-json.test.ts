import { describe, expect, it, test } from "vitest";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import type { Document } from "../../src/model/document.ts";
import type { Statement } from "../../src/model/statement.ts";

const EX = "http://example.org/";
const PROV = "http://www.w3.org/ns/prov#";
const XSD = "http://www.w3.org/2001/XMLSchema#";

const read = (value: unknown) => provJson.read(typeof value === "string" ? value : JSON.stringify(value)) as Document;
/** The statements of a document with these sections. */
const statements = (sections: object) => read({ prefix: { ex: EX }, ...sections }).statements;
const written = (document: Document) => [...provJson.write(document)].join("");
const of = (...statements: Statement[]): Document => ({ prefixes: { ex: EX }, statements, bundles: [] });
const ex = (name: string) => EX + name;

describe("PROV-JSON is read", () => {
  test("with formal attributes under their keys, whatever prefix PROV has, and all others as attributes", () => {
    const found = statements({
      prefix: { ex: EX, p: PROV },
      activity: { "ex:a": { "prov:startTime": "2011-11-16T16:05:00", "p:endTime": "2011-11-16T16:06:00Z" } },
      wasAssociatedWith: { "ex:as": { "prov:activity": "ex:a", "p:plan": "ex:p", "prov:role": "x", "ex:n": 1 } },
      entity: { "ex:e": { "prov:entity": "x", "prov:time": "noon" } },
    });
    expect(found).toEqual([
      { kind: "activity", id: ex("a"), startTime: "2011-11-16T16:05:00", endTime: "2011-11-16T16:06:00Z" },
      {
        kind: "wasAssociatedWith",
        id: ex("as"),
        activity: ex("a"),
        plan: ex("p"),
        attributes: [
          [`${PROV}role`, "x"],
          [ex("n"), { value: "1", type: `${XSD}int` }],
        ],
      },
      {
        kind: "entity",
        id: ex("e"),
        attributes: [
          [`${PROV}entity`, "x"],
          [`${PROV}time`, "noon"],
        ],
      },
    ]);
  });

  test("with values of every form, numbers as they are spelled", () => {
    const [found] =
      read(`{"prefix": {"ex": "${EX}"}, "entity": {"ex:e": {"ex:a": ["x", 5, -0, 99999999999, 1.50, 1E400, true, false,
      {"$": "x"}, {"$": "x", "type": "xsd:string"}, {"$": "5", "type": "xsd:integer"}, {"$": 5, "type": "xsd:integer"}, {"$": true, "type": "xsd:boolean"},
      {"$": 5}, {"type": "xsd:double", "$": 1.0}, {"$": "x", "lang": "en"}, {"$": "x", "lang": "en-GB", "type": "prov:InternationalizedString"},
      {"$": "ex:v", "type": "prov:QUALIFIED_NAME"}, {"$": "ex:v", "type": "xsd:QName"}, {"$": "http://x", "type": "xsd:anyURI"}, {"$": "", "type": "xsd:string"},
      "\\u00e9\\n\\"\\ud83d\\ude00"]}}}`).statements;
    const int = (value: string) => ({ value, type: `${XSD}int` });
    const double = (value: string) => ({ value, type: `${XSD}double` });
    const integer = (value: string) => ({ value, type: `${XSD}integer` });
    const boolean = (value: string) => ({ value, type: `${XSD}boolean` });
    expect(found?.attributes?.map(([, value]) => value)).toEqual([
      "x",
      int("5"),
      int("-0"),
      integer("99999999999"),
      double("1.50"),
      double("1E400"),
      boolean("true"),
      boolean("false"),
      "x",
      "x",
      integer("5"),
      integer("5"),
      boolean("true"),
      int("5"),
      double("1.0"),
      { value: "x", language: "en" },
      { value: "x", language: "en-GB" },
      { iri: ex("v") },
      { iri: ex("v") },
      { value: "http://x", type: `${XSD}anyURI` },
      "",
      'é\n"😀',
    ]);
  });

  test("with several records under one id, in a list or under a key that comes twice", () => {
    const text = `{"prefix": {"ex": "${EX}"}, "entity": {"ex:e": [{"ex:a": "1"}, {"ex:a": "2"}], "ex:e": {"ex:a": "3"}}, "entity": {"ex:f": {"ex:a": "4", "ex:a": "5"}}}`;
    expect(read(text).statements).toEqual([
      { kind: "entity", id: ex("e"), attributes: [[ex("a"), "1"]] },
      { kind: "entity", id: ex("e"), attributes: [[ex("a"), "2"]] },
      { kind: "entity", id: ex("e"), attributes: [[ex("a"), "3"]] },
      {
        kind: "entity",
        id: ex("f"),
        attributes: [
          [ex("a"), "4"],
          [ex("a"), "5"],
        ],
      },
    ]);
  });

  test("with prefixes that stand after what uses them, and the default namespace", () => {
    const text = `{"entity": {"e": {}, "ex:e": {"a": "x"}}, "prefix": {"default": "urn:d:", "ex": "${EX}"}}`;
    expect(read(text)).toEqual({
      prefixes: { "": "urn:d:", ex: EX },
      statements: [
        { kind: "entity", id: "urn:d:e" },
        { kind: "entity", id: ex("e"), attributes: [["urn:d:a", "x"]] },
      ],
      bundles: [],
    });
  });

  test("with memberships of several entities, each a statement", () => {
    const found = statements({
      hadMember: {
        "_:m1": { "prov:collection": "ex:c", "prov:entity": ["ex:e1", "ex:e2"] },
        "_:m2": { "prov:collection": "ex:c", "prov:entity": "ex:e3" },
      },
    });
    expect(found).toEqual(
      ["e1", "e2", "e3"].map((name) => ({ kind: "hadMember", collection: ex("c"), entity: ex(name) })),
    );
  });

  test("with dictionaries in every form", () => {
    const ends = { "prov:after": "ex:d2", "prov:before": "ex:d1" };
    const found = statements({
      derivedByInsertionFrom: {
        "_:1": {
          ...ends,
          "prov:key-entity-set": [
            { key: { $: "1", type: "xsd:int" }, $: "ex:e1" },
            { key: "k", $: "ex:e2" },
          ],
        },
        "_:2": { ...ends, "prov:key-entity-set": { "$key-datatype": "xsd:int", "1": "ex:e1" } },
        "_:3": { ...ends, "prov:key-entity-set": { "ex:k": "ex:e1", "$key-datatype": "prov:QUALIFIED_NAME" } },
        "_:4": { ...ends, "prov:key-entity-set": { k: "ex:e1" } },
        "_:5": ends,
      },
      derivedByRemovalFrom: {
        "_:6": { ...ends, "prov:key-set": ["k", { $: "ex:k", type: "xsd:QName" }] },
        "_:7": ends,
      },
      hadDictionaryMember: {
        "_:8": {
          "prov:dictionary": "ex:d",
          "prov:key-entity-set": [
            { key: "k", $: "ex:e1" },
            { key: "l", $: "ex:e2" },
          ],
        },
        "_:9": { "prov:dictionary": "ex:d" },
      },
    });
    const insertion = (...keyEntitySet: object[]) => ({
      kind: "derivedByInsertionFrom",
      after: ex("d2"),
      before: ex("d1"),
      keyEntitySet,
    });
    const one = { value: "1", type: `${XSD}int` };
    expect(found).toEqual([
      insertion({ key: one, entity: ex("e1") }, { key: "k", entity: ex("e2") }),
      insertion({ key: one, entity: ex("e1") }),
      insertion({ key: { iri: ex("k") }, entity: ex("e1") }),
      insertion({ key: "k", entity: ex("e1") }),
      insertion(),
      { kind: "derivedByRemovalFrom", after: ex("d2"), before: ex("d1"), keySet: ["k", { iri: ex("k") }] },
      { kind: "derivedByRemovalFrom", after: ex("d2"), before: ex("d1"), keySet: [] },
      { kind: "hadDictionaryMember", dictionary: ex("d"), key: "k", entity: ex("e1") },
      { kind: "hadDictionaryMember", dictionary: ex("d"), key: "l", entity: ex("e2") },
      { kind: "hadDictionaryMember", dictionary: ex("d") },
    ]);
  });

  test("with bundles, whose prefixes hide the document's", () => {
    const bundle = { entity: { "ex:e": {}, "o:e": {} }, prefix: { ex: "urn:b:" } };
    const document = read({
      bundle: { "ex:b": bundle, "ex:c": {} },
      entity: { "ex:e": {} },
      prefix: { ex: EX, o: "urn:o:" },
    });
    expect(document).toEqual({
      prefixes: { ex: EX, o: "urn:o:" },
      statements: [{ kind: "entity", id: ex("e") }],
      bundles: [
        {
          id: ex("b"),
          prefixes: { ex: "urn:b:" },
          statements: [
            { kind: "entity", id: "urn:b:e" },
            { kind: "entity", id: "urn:o:e" },
          ],
        },
        { id: ex("c"), statements: [] },
      ],
    });
  });

  test("without the anonymous ids of relations, but for those that something refers to, be it in another bundle", () => {
    const found = statements({
      wasGeneratedBy: { "_:g1": { "prov:entity": "ex:e" }, "_:g2": { "prov:entity": "ex:e" } },
      entity: { "_:b": {} },
      bundle: { "ex:b": { wasDerivedFrom: { "_:d": { "prov:generatedEntity": "ex:e", "prov:generation": "_:g2" } } } },
    });
    expect(found).toEqual([
      { kind: "wasGeneratedBy", entity: ex("e") },
      { kind: "wasGeneratedBy", id: "_:g2", entity: ex("e") },
      { kind: "entity", id: "_:b" },
    ]);
  });

  test("with names that ProvToolbox escaped", () => {
    const found = statements({ entity: { "ex:a\\=b\\(c\\)": {}, "ex:urn:x": {} }, wasRevisionOf: {} });
    expect(found.map((one) => one.id)).toEqual([ex("a=b(c)"), ex("urn:x")]);
  });
});

describe("PROV-JSON is written", () => {
  test("a record a line, statements of one id in a list, anonymous ids as names, relations without id under free labels", () => {
    const document: Document = {
      ...of(
        {
          kind: "entity",
          id: ex("e1"),
          attributes: [
            [`${PROV}label`, 'say "hi"\n'],
            [ex("n"), 5],
            [`${PROV}label`, "x"],
          ],
        },
        { kind: "used", activity: ex("a1"), entity: ex("e1"), time: "2011-11-16T16:05:00Z" },
        { kind: "entity", id: ex("e1"), attributes: [[`${PROV}type`, { iri: "urn:o:t" }]] },
        { kind: "used", id: "_:r1", activity: ex("a1") },
        { kind: "used", id: "_:r2", activity: ex("a1") },
        { kind: "wasDerivedFrom", generatedEntity: "_:b", usage: "_:r2" },
        { kind: "hadDictionaryMember", dictionary: ex("d"), key: "k", entity: ex("e1") },
        { kind: "derivedByRemovalFrom", after: ex("d2"), before: ex("d1"), keySet: [] },
      ),
      bundles: [{ id: ex("b"), prefixes: { "": "urn:b:" }, statements: [{ kind: "agent", id: "urn:b:ag" }] }],
    };
    expect(written(document)).toBe(`{
  "prefix": {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ex": "http://example.org/",
    "ns1": "urn:o:",
    "ns2": "https://openprovenance.org/blank#"
  },
  "entity": {
    "ex:e1": [{"prov:label": ["say \\"hi\\"\\n", "x"], "ex:n": {"$": "5", "type": "xsd:integer"}}, {"prov:type": {"$": "ns1:t", "type": "prov:QUALIFIED_NAME"}}]
  },
  "used": {
    "_:r3": {"prov:activity": "ex:a1", "prov:entity": "ex:e1", "prov:time": "2011-11-16T16:05:00Z"},
    "_:r4": {"prov:activity": "ex:a1"},
    "ns2:r2": {"prov:activity": "ex:a1"}
  },
  "wasDerivedFrom": {
    "_:r5": {"prov:generatedEntity": "ns2:b", "prov:usage": "ns2:r2"}
  },
  "hadDictionaryMember": {
    "_:r6": {"prov:dictionary": "ex:d", "prov:key-entity-set": [{"key": "k", "$": "ex:e1"}]}
  },
  "derivedByRemovalFrom": {
    "_:r7": {"prov:after": "ex:d2", "prov:before": "ex:d1"}
  },
  "bundle": {
    "ex:b": {
      "prefix": {
        "default": "urn:b:"
      },
      "agent": {
        "ag": {}
      }
    }
  }
}
`);
  });

  test("in pieces of bounded size", () => {
    const many = Array.from({ length: 5000 }, (_, n): Statement => ({ kind: "entity", id: ex(`e${n}`) }));
    const pieces = [...provJson.write(of(...many))];
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(read(pieces.join("")).statements).toEqual(many);
  });

  test("never with what is no IRI, nor an anonymous identifier", () => {
    for (const id of ['urn:x:"', "no IRI", "_:a b", '_:"', "urn:x:\n"]) {
      expect(() => written(of({ kind: "entity", id }))).toThrow(expect.objectContaining({ code: "bad-iri" }));
    }
  });
});

describe("what PROV-JSON does not carry is told", () => {
  const lose = (statement: Statement) => {
    const { document, losses } = provJson.lose(of(statement));
    return [document.statements, losses.map(({ reason }) => reason)];
  };

  it("attributes that are named like parts of their statement", () => {
    const attributes: Statement["attributes"] = [
      [`${PROV}time`, "x"],
      [`${PROV}plan`, "y"],
    ];
    expect(lose({ kind: "used", activity: ex("a"), attributes })).toEqual([
      [{ kind: "used", activity: ex("a"), attributes: [[`${PROV}plan`, "y"]] }],
      [
        "PROV-JSON cannot tell an attribute that is named like a part of the statement (prov:time of a usage, say) from that part",
      ],
    ]);
  });

  it("sets of keys that are missing", () => {
    expect(lose({ kind: "derivedByInsertionFrom", after: ex("d2") })).toEqual([
      [{ kind: "derivedByInsertionFrom", after: ex("d2"), keyEntitySet: [] }],
      ["PROV-JSON cannot tell a set of keys that is missing from an empty one"],
    ]);
  });
});
