import { describe, expect, test } from "vitest";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import type { Document } from "../../src/model/document.ts";
import { PREFIXES } from "../../src/model/names.ts";
import type { Attribute, Statement } from "../../src/model/statement.ts";

const EX = "http://example.org/";
const { prov, xsd, rdf } = PREFIXES;

const HEAD = `<prov:document xmlns:prov="${prov}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ex="${EX}"`;

function read(content: string, declared = ""): Document {
  return provXml.read(`${HEAD}${declared}>${content}</prov:document>`) as Document;
}

function attributesOf(content: string, declared = ""): readonly Attribute[] | undefined {
  return read(`<prov:entity prov:id="ex:e">${content}</prov:entity>`, declared).statements[0]?.attributes;
}

function write(statements: readonly Statement[], rest: Partial<Document> = {}): string {
  return [...provXml.write({ prefixes: { ex: EX }, statements, bundles: [], ...rest })].join("");
}

describe("reading statements", () => {
  test("every kind, with its parts in whatever order", () => {
    const { statements } = read(`
      <prov:activity prov:id="ex:a"><prov:endTime> 2012-04-01T15:21:00+01:00 </prov:endTime></prov:activity>
      <prov:used prov:id="ex:u"><prov:entity prov:ref="ex:e"/><prov:activity prov:ref="ex:a"/></prov:used>
      <prov:wasDerivedFrom><prov:generatedEntity prov:ref="ex:e2"/><prov:usedEntity prov:ref="ex:e"/><prov:usage prov:ref="ex:u"/></prov:wasDerivedFrom>
      <prov:mentionOf><prov:specificEntity prov:ref="ex:m"/><prov:generalEntity prov:ref="ex:e"/><prov:bundle prov:ref="ex:b"/></prov:mentionOf>`);
    expect(statements).toEqual([
      { kind: "activity", id: `${EX}a`, endTime: "2012-04-01T15:21:00+01:00" },
      { kind: "used", id: `${EX}u`, activity: `${EX}a`, entity: `${EX}e` },
      { kind: "wasDerivedFrom", generatedEntity: `${EX}e2`, usedEntity: `${EX}e`, usage: `${EX}u` },
      { kind: "mentionOf", specificEntity: `${EX}m`, generalEntity: `${EX}e`, bundle: `${EX}b` },
    ]);
  });

  test.each([
    ["person", "agent", "Person"],
    ["organization", "agent", "Organization"],
    ["softwareAgent", "agent", "SoftwareAgent"],
    ["plan", "entity", "Plan"],
    ["bundle", "entity", "Bundle"],
    ["collection", "entity", "Collection"],
    ["emptyCollection", "entity", "EmptyCollection"],
    ["dictionary", "entity", "Dictionary"],
    ["wasRevisionOf", "wasDerivedFrom", "Revision"],
    ["wasQuotedFrom", "wasDerivedFrom", "Quotation"],
    ["hadPrimarySource", "wasDerivedFrom", "PrimarySource"],
  ])("prov:%s is %s of type prov:%s", (element, kind, type) => {
    expect(read(`<prov:${element} prov:id="ex:x"/>`).statements).toEqual([
      { kind, id: `${EX}x`, attributes: [[`${prov}type`, { iri: prov + type }]] },
    ]);
  });

  test("an xsi:type of an element is a prov:type", () => {
    expect(read('<prov:entity prov:id="ex:e" xsi:type="prov:Plan"/>').statements[0]?.attributes).toEqual([
      [`${prov}type`, { iri: `${prov}Plan` }],
    ]);
  });

  test("a missing part is left out, and a membership of several is several", () => {
    expect(read('<prov:hadMember><prov:entity prov:ref="ex:e"/></prov:hadMember>').statements).toEqual([
      { kind: "hadMember", entity: `${EX}e` },
    ]);
    const several = `<prov:hadMember><prov:collection prov:ref="ex:c"/><prov:entity prov:ref="ex:e"/>
      <prov:entity><prov:entity prov:ref="ex:f"/></prov:entity></prov:hadMember>`;
    expect(read(several).statements).toEqual([
      { kind: "hadMember", collection: `${EX}c`, entity: `${EX}e` },
      { kind: "hadMember", collection: `${EX}c`, entity: `${EX}f` },
    ]);
  });

  test("dictionaries, in the words of the Note and of its draft", () => {
    const pair = (key: string, entity: string, element = "keyEntityPair") =>
      `<prov:${element}><prov:key>${key}</prov:key><prov:entity prov:ref="ex:${entity}"/></prov:${element}>`;
    const both = '<prov:newDictionary prov:ref="ex:d2"/><prov:oldDictionary prov:ref="ex:d1"/>';
    const { statements } = read(`
      <prov:derivedByInsertionFrom>${both}${pair("a", "x")}${pair("b", "y", "keyValuePair")}</prov:derivedByInsertionFrom>
      <prov:derivedByRemovalFrom>${both}<prov:key xsi:type="xsd:int">1</prov:key></prov:derivedByRemovalFrom>
      <prov:derivedByRemovalFrom>${both}</prov:derivedByRemovalFrom>
      <prov:hadDictionaryMember><prov:dictionary prov:ref="ex:d1"/>${pair("a", "x")}${pair("b", "y")}</prov:hadDictionaryMember>`);
    const [after, before] = [`${EX}d2`, `${EX}d1`];
    const pairs = [
      { key: "a", entity: `${EX}x` },
      { key: "b", entity: `${EX}y` },
    ];
    expect(statements).toEqual([
      { kind: "derivedByInsertionFrom", after, before, keyEntitySet: pairs },
      { kind: "derivedByRemovalFrom", after, before, keySet: [{ value: "1", type: `${xsd}int` }] },
      { kind: "derivedByRemovalFrom", after, before, keySet: [] },
      ...pairs.map((one) => ({ kind: "hadDictionaryMember", dictionary: before, ...one })),
    ]);
  });

  test("bundles, with prefixes of their own", () => {
    const { bundles } = read(
      '<prov:bundleContent xmlns:b="urn:b:" prov:id="b:1"><prov:entity prov:id="b:e"/></prov:bundleContent>',
    );
    expect(bundles).toEqual([
      { id: "urn:b:1", prefixes: { b: "urn:b:" }, statements: [{ kind: "entity", id: "urn:b:e" }] },
    ]);
  });

  test("whatever the prefix of PROV, and with a default namespace", () => {
    const text = `<document xmlns="${prov}" xmlns:p="${prov}"><entity p:id="agent"/></document>`;
    expect(provXml.read(text)).toMatchObject({ statements: [{ kind: "entity", id: `${prov}agent` }] });
  });

  test("a prefix _ marks anonymous identifiers, and idle ones of relations are dropped", () => {
    const { statements } = read(
      '<prov:entity prov:id="_:e"/><prov:used prov:id="_:u"><prov:activity prov:ref="ex:a"/></prov:used>',
      ' xmlns:_="https://openprovenance.org/blank#"',
    );
    expect(statements).toEqual([
      { kind: "entity", id: "_:e" },
      { kind: "used", activity: `${EX}a` },
    ]);
  });
});

describe("reading values", () => {
  test.each<[string, unknown]>([
    ["<ex:t>text</ex:t>", "text"],
    ['<ex:t xsi:type="xsd:string"> two\n words </ex:t>', " two\n words "],
    ["<ex:t>a<!-- no -->b<![CDATA[<c>]]>&#33;</ex:t>", "ab<c>!"],
    ['<ex:t xml:lang="fr">un lieu</ex:t>', { value: "un lieu", language: "fr" }],
    ['<ex:t xml:lang="fr" xsi:type="prov:InternationalizedString">x</ex:t>', { value: "x", language: "fr" }],
    ['<ex:t xsi:type="xsd:int">01</ex:t>', { value: "01", type: `${xsd}int` }],
    ['<ex:t xsi:type="xsd:anyURI">urn:x</ex:t>', { value: "urn:x", type: `${xsd}anyURI` }],
    ['<ex:t xsi:type="xsd:QName"> ex:v </ex:t>', { iri: `${EX}v` }],
    ['<ex:t xsi:type="prov:QUALIFIED_NAME">ex:v</ex:t>', { iri: `${EX}v` }],
    ['<ex:t xmlns="urn:d:" xsi:type="xsd:QName">v</ex:t>', { iri: "urn:d:v" }],
    ['<ex:t xsi:type="ex:own">v</ex:t>', { value: "v", type: `${EX}own` }],
    ["<ex:t/>", ""],
  ])("%s", (element, value) => {
    expect(attributesOf(element)).toEqual([[`${EX}t`, value]]);
  });

  test("an rdf:XMLLiteral without how it was laid out, with the namespaces it needs", () => {
    const literal = (inner: string) =>
      attributesOf(`<ex:t xsi:type="rdf:XMLLiteral">${inner}</ex:t>`, ` xmlns:rdf="${rdf}"`)?.[0]?.[1];
    const type = `${rdf}XMLLiteral`;
    expect(literal('\n  <a:b xmlns:a="urn:a">\n    <a:c/>\n  </a:b>\n')).toEqual({
      value: '<a:b xmlns:a="urn:a"><a:c/></a:b>',
      type,
    });
    expect(literal("<i>x</i>\n<b>y</b> &amp; z")).toEqual({ value: "<i>x</i>\n<b>y</b> &amp; z", type });
    expect(literal('<ex:b ex:c="1"/>')).toEqual({ value: `<ex:b xmlns:ex="${EX}" ex:c="1"/>`, type });
    expect(literal("&lt;b/>")).toEqual({ value: "<b/>", type });
  });
});

describe("names", () => {
  const ids = (text: string) => (provXml.read(text) as Document).statements.map(({ id }) => id);
  const entities = (...names: string[]) => names.map((name) => `<prov:entity prov:id="ex:${name}"/>`).join("");

  test("are escaped where each of them could be", () => {
    expect(ids(`${HEAD}>${entities("e1", "en__l0", "_363608", "main_2Fgrep")}</prov:document>`)).toEqual(
      ["e1", "en_l0", "363608", "main/grep"].map((local) => EX + local),
    );
  });

  test.each(["0", "a_b", "main/grep", "_a"])("are none of them escaped where one cannot be: %s", (name) => {
    expect(ids(`${HEAD}>${entities("en__l0", "x_21", name)}</prov:document>`)).toEqual(
      ["en__l0", "x_21", name].map((local) => EX + local),
    );
  });

  test("are not escaped where Python wrote the document, whose attributes it escapes in another way", () => {
    const text = `<?xml version='1.0' encoding='ASCII'?>\n${HEAD}><prov:entity prov:id="ex:x_21"><ex:_x0030_t>v</ex:_x0030_t></prov:entity></prov:document>`;
    expect(provXml.read(text)).toMatchObject({
      statements: [{ id: `${EX}x_21`, attributes: [[`${EX}0t`, "v"]] }],
    });
  });

  test.each([
    "http://example.org/",
    "http://example.org/a_b/c%20d",
    "http://example.org/__x_21",
    "http://other.example/#0",
    "urn:uuid:55348dff-4fcc-4ac2-ab56-641798c64400",
    "http://www.w3.org/2001/XMLSchema",
    "http://www.w3.org/2001/XMLSchema#int",
    "http://www.w3.org/2001/XMLSchemafoo",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/XML/1998/namespacelang",
    "http://www.w3.org/2000/xmlns/foo",
    "https://openprovenance.org/blank#b",
    "http://www.w3.org/ns/prov#QUALIFIED_NAME",
    "x:",
    "x:\ufffe/\uffff#\u0085",
    "mailto:a&b'c(d)e;[f]",
    "tag:わかよたれそ,2012:é×",
  ])("of any IRI are written and read back: %s", (iri) => {
    const attributes: Attribute[] = [
      [iri, { iri }],
      [`${EX}t`, { value: "v", type: iri }],
    ];
    if (iri === "http://www.w3.org/2001/XMLSchema#int") attributes.pop();
    if (iri.endsWith("QUALIFIED_NAME")) attributes.pop();
    const document = {
      prefixes: { ex: EX },
      statements: [{ kind: "entity", id: iri, attributes }] as const,
      bundles: [],
    };
    expect(provXml.lose(document).losses).toEqual([]);
    expect((provXml.read([...provXml.write(document)].join("")) as Document).statements).toEqual(document.statements);
  });

  test("use no prefix that would read as something else", () => {
    const prefixes = {
      "": "urn:default:",
      xsd: "http://www.w3.org/2001/XMLSchema",
      prov: "urn:not-prov:",
      xsi: "urn:xsi:",
      _: "urn:blank:",
      xmlish: "urn:xmlish:",
      "1x": "urn:1x:",
      "a b": 'urn:"> <evil:',
    };
    const ids = [
      ...Object.values(prefixes)
        .slice(0, -1)
        .map((namespace) => `${namespace}a`),
      "_:a",
    ];
    const statements = ids.map((id): Statement => ({ kind: "entity", id }));
    const text = write(statements, { prefixes });
    expect(provXml.read(text)).toMatchObject({ statements });
  });

  test("of a bundle follow its own prefixes", () => {
    const bundles = [
      { id: "urn:one:b", prefixes: { p: "urn:two:" }, statements: [{ kind: "entity", id: "urn:two:e" } as const] },
    ];
    const document = {
      prefixes: { p: "urn:one:" },
      statements: [{ kind: "entity", id: "urn:one:e" } as const],
      bundles,
    };
    const text = [...provXml.write(document)].join("");
    expect(text).toContain('prov:id="p:e"');
    expect(provXml.read(text)).toMatchObject({ statements: document.statements, bundles });
  });
});

describe("writing", () => {
  test("gives readable text, parts and attributes in the order of the schema", () => {
    const attributes: Attribute[] = [
      [`${EX}score`, 0.5],
      [`${prov}type`, { iri: `${EX}Model` }],
      [`${prov}label`, { value: "modèle", language: "fr" }],
      [`${prov}label`, "a <model> & more"],
    ];
    const statements: Statement[] = [
      { kind: "entity", id: `${EX}model_1`, attributes },
      { kind: "wasGeneratedBy", entity: `${EX}model_1`, time: "2026-11-21T10:00:00Z", activity: `${EX}training` },
    ];
    expect(write(statements)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<prov:document
    xmlns:prov="http://www.w3.org/ns/prov#"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:ex="http://example.org/">
  <prov:entity prov:id="ex:model__1">
    <prov:label xml:lang="fr">modèle</prov:label>
    <prov:label>a &lt;model&gt; &amp; more</prov:label>
    <prov:type xsi:type="xsd:QName">ex:Model</prov:type>
    <ex:score xsi:type="xsd:double">5.0E-1</ex:score>
  </prov:entity>
  <prov:wasGeneratedBy>
    <prov:entity prov:ref="ex:model__1"/>
    <prov:activity prov:ref="ex:training"/>
    <prov:time>2026-11-21T10:00:00Z</prov:time>
  </prov:wasGeneratedBy>
</prov:document>
`);
  });

  test.each([
    '<a:b xmlns:a="urn:a"><a:c/></a:b>',
    "<b/>",
    "a &amp; <b>c</b>",
    "<b>\n<c/></b>",
    "<not closed",
    "<u:unbound/>",
    "<!DOCTYPE x><b/>",
    "<b/> ",
    "x ]]> y",
  ])("keeps the rdf:XMLLiteral %j", (value) => {
    const attributes: Attribute[] = [[`${EX}t`, { value, type: `${rdf}XMLLiteral` }]];
    expect((provXml.read(write([{ kind: "entity", id: `${EX}e`, attributes }])) as Document).statements[0]).toEqual({
      kind: "entity",
      id: `${EX}e`,
      attributes,
    });
  });

  test("refuses what is no IRI", () => {
    expect(() => write([{ kind: "entity", id: 'x"/><evil' }])).toThrow(expect.objectContaining({ code: "bad-iri" }));
  });
});

describe("what PROV-XML loses", () => {
  const lossy = (statement: Statement) => {
    const { document, losses } = provXml.lose({ prefixes: {}, statements: [statement], bundles: [] });
    expect(provXml.lose(document).losses).toEqual([]);
    return { left: document.statements[0], reasons: losses.map(({ reason }) => reason) };
  };
  const entity = (...attributes: Attribute[]): Statement => ({ kind: "entity", id: `${EX}e`, attributes });

  test.each<[string, Statement, Statement, RegExp]>([
    [
      "control characters",
      entity([`${EX}t`, "a\u0000b\ufffe\ud800"]),
      entity([`${EX}t`, "a\ufffdb\ufffd\ufffd"]),
      /holds no control characters/,
    ],
    [
      "names as literals",
      entity([`${EX}t`, { value: "ex:a", type: `${xsd}QName` }]),
      entity([`${EX}t`, "ex:a"]),
      /xsd:QName/,
    ],
    [
      "attributes named like a part",
      { kind: "used", activity: `${EX}a`, attributes: [[`${prov}time`, "now"]] },
      { kind: "used", activity: `${EX}a` },
      /named like a part/,
    ],
    [
      "ids of plain relations",
      { kind: "specializationOf", id: `${EX}s`, specificEntity: `${EX}a`, generalEntity: `${EX}b` },
      { kind: "specializationOf", specificEntity: `${EX}a`, generalEntity: `${EX}b` },
      /neither an id nor attributes/,
    ],
    [
      "sets that are missing",
      { kind: "derivedByRemovalFrom", after: `${EX}a`, before: `${EX}b` },
      { kind: "derivedByRemovalFrom", after: `${EX}a`, before: `${EX}b`, keySet: [] },
      /set of keys/,
    ],
  ])("%s", (_, statement, left, reason) => {
    const found = lossy(statement);
    expect(found.left).toEqual(left);
    expect(found.reasons).toEqual([expect.stringMatching(reason)]);
  });
});

describe("what is no PROV is left out and told", () => {
  test.each([
    ["<prov:other><ex:foo><ex:content>bar</ex:content></ex:foo></prov:other>", /prov:other/],
    ["<ex:foo/>", /other namespaces/],
    ['<prov:entity prov:id="ex:e" ex:extra="1"/>', /XML attributes/],
    ['<prov:entity prov:id="ex:e"><ex:t><ex:u/></ex:t></prov:entity>', /values that are elements/],
  ])("%s", (content, reason) => {
    const reasons: string[] = [];
    provXml.read(`${HEAD}>${content}</prov:document>`, (loss) => reasons.push(loss.reason));
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });
});
