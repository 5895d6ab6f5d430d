import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUNDLED_CONTEXT_IRIS } from "../../src/formats/json-ld/contexts.ts";
import { jsonLd } from "../../src/formats/json-ld/json-ld.ts";
import { documentOfJsonLd } from "../../src/formats/json-ld/read.ts";
import { provJsonLd } from "../../src/formats/prov-jsonld/prov-jsonld.ts";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import { turtle } from "../../src/formats/rdf/notations.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { PREFIXES } from "../../src/model/names.ts";
import type { Statement } from "../../src/model/statement.ts";
import { cpuMs } from "../cpu-time.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";

const EX = "http://example.org/";
const { prov, xsd } = PREFIXES;
const CONTEXT = { prov, xsd, ex: EX };
const NOTHING = { onlyFirst: [], onlySecond: [] };

async function read(value: unknown, told: string[] = []): Promise<Document> {
  return await jsonLd.read(JSON.stringify(value), ({ reason }) => told.push(reason));
}

async function refusal(text: string): Promise<string> {
  try {
    await jsonLd.read(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "unreadable", message: expect.not.stringContaining("\n") });
    return (error as Error).message;
  }
  return "read";
}

describe("reading JSON-LD", () => {
  test("nodes, nested and referred to, values of every form, and bundles as named graphs", async () => {
    const { statements, bundles, prefixes } = await read({
      "@context": CONTEXT,
      "@graph": [
        {
          "@id": "ex:e",
          "@type": ["prov:Entity", "ex:Model"],
          "prov:wasGeneratedBy": { "@id": "ex:a", "@type": "prov:Activity" },
          "ex:v": [
            1,
            0.5,
            true,
            "s",
            { "@value": "x", "@language": "en" },
            { "@value": "1", "@type": "xsd:int" },
            { "@id": "ex:o" },
          ],
        },
        { "@id": "ex:b", "@graph": [{ "@id": "ex:g", "@type": "prov:Agent" }] },
      ],
    });
    expect(prefixes).toEqual(CONTEXT);
    const expected: Statement[] = [
      {
        kind: "entity",
        id: `${EX}e`,
        attributes: [
          [`${prov}type`, { iri: `${EX}Model` }],
          [`${EX}v`, { value: "1", type: `${xsd}integer` }],
          [`${EX}v`, { value: "5.0E-1", type: `${xsd}double` }],
          [`${EX}v`, { value: "true", type: `${xsd}boolean` }],
          [`${EX}v`, "s"],
          [`${EX}v`, { value: "x", language: "en" }],
          [`${EX}v`, { value: "1", type: `${xsd}int` }],
          [`${EX}v`, { iri: `${EX}o` }],
        ],
      },
      { kind: "wasGeneratedBy", entity: `${EX}e`, activity: `${EX}a` },
      { kind: "activity", id: `${EX}a` },
    ];
    expect(difference({ prefixes, statements, bundles: [] }, { prefixes, statements: expected, bundles: [] })).toEqual(
      NOTHING,
    );
    expect(bundles).toEqual([{ id: `${EX}b`, statements: [{ kind: "agent", id: `${EX}g` }] }]);
  });

  test("reverse properties, included nodes, sets, aliases and blank nodes", async () => {
    const { statements } = await read({
      "@context": { ...CONTEXT, id: "@id", uses: { "@reverse": "prov:used", "@type": "@id" } },
      "@id": "ex:e",
      uses: { "@set": ["ex:a"] },
      "@included": [{ id: "_:x", "@type": "prov:Entity", "prov:wasDerivedFrom": { id: "ex:e" } }],
    });
    expect(statements).toContainEqual({ kind: "used", activity: `${EX}a`, entity: `${EX}e` });
    expect(statements).toContainEqual({
      kind: "wasDerivedFrom",
      generatedEntity: expect.stringMatching(/^_:/),
      usedEntity: `${EX}e`,
    });
  });

  test("the contexts of PROV-ML and PROV-JSONLD by their addresses", async () => {
    const entity = (context: string) => ({ "@context": [context, { ex: EX }], "@id": "ex:e", "@type": "Entity" });
    for (const context of BUNDLED_CONTEXT_IRIS) {
      expect((await read(entity(context))).statements, context).toEqual([{ kind: "entity", id: `${EX}e` }]);
    }
  });

  test("PROV-JSONLD is told by its content, and PROV-O beside its context is not taken for it", async () => {
    const context = [{ ex: EX }, "https://openprovenance.org/prov-jsonld/context.jsonld"];
    const usage = {
      "@type": "Usage",
      activity: "ex:a",
      entity: "ex:e",
      "ex:t": [{ "@value": "ex:v", "@type": "xsd:QName" }],
    };
    const used = { kind: "used", activity: `${EX}a`, entity: `${EX}e` };
    const withName = { ...used, attributes: [[`${EX}t`, { iri: `${EX}v` }]] };
    expect((await read({ "@context": context, "@graph": [usage] })).statements).toEqual([withName]);
    expect(
      (
        await read({
          "@context": { ex: EX, prov },
          "@graph": [{ "@type": "prov:Usage", activity: "ex:a", entity: "ex:e" }],
        })
      ).statements,
    ).toEqual([used]);
    const activity = { "@id": "ex:a", "@type": "Activity", "prov:used": [{ "@id": "ex:e" }] };
    const { statements } = await read({ "@context": context, "@graph": [activity] });
    expect(statements).toContainEqual(used);
  });

  test("keys and types that mean nothing are told, not dropped in silence", async () => {
    const told: string[] = [];
    await read(
      { "@context": CONTEXT, "@id": "ex:e", "@type": ["prov:Entity", "Foo"], comment: "x", "@foo": "y" },
      told,
    );
    expect(told.sort()).toEqual([
      "a key that the context does not define has no meaning in JSON-LD and is left out",
      "a key that the context does not define has no meaning in JSON-LD and is left out",
      "a type that the context does not define has no meaning in JSON-LD and is left out",
    ]);
  });

  test.each([
    ["", "line 1, column 1: expected a value, found the end"],
    ['{"a": tru}', /^line 1, column 7: expected a value/],
    ['{"a": 1, "a": 2}', "$.a: the key stands twice in one object"],
    ["5", "$: expected an object or a list, as JSON-LD is"],
    [
      '{"@id": "e", "@type": "http://www.w3.org/ns/prov#Entity"}',
      /^\$\["@id"\]: a name must be an absolute IRI, and "e" is none/,
    ],
    [
      `{"@context": {"prov": "${prov}"}, "@id": "urn:a", "prov:used": [{"@id": "b"}]}`,
      /^\$\["prov:used"\]\[0\]\["@id"\]: a name/,
    ],
    ['{"@id": "urn:a b", "http://www.w3.org/ns/prov#used": {"@id": "urn:b"}}', /"urn:a b" is none/],
    [
      '{"@id": "urn:a", "http://www.w3.org/ns/prov#value": {"@value": "x", "@language": "no tag"}}',
      /a language must be a language tag/,
    ],
    ['{"@context": {"ex": 5}}', /^\$: this is no JSON-LD: /],
    [
      '{"@context": "http://example.org/context.jsonld"}',
      /^\$\["@context"\]: the context "http:\/\/example.org\/context.jsonld" is not known here, and nothing is fetched/,
    ],
    ['[{"@id": "urn:a", "urn:p": "x"}]', /^the whole document: expected terms of/],
    [`${'{"@graph":['.repeat(5000)}`, /deep in each other/],
  ])("refuses %s", async (text, message) => {
    if (typeof message === "string") expect(await refusal(text)).toBe(message);
    else expect(await refusal(text)).toMatch(message);
  });

  test.each(["__proto__", "constructor", "toString"])("the name %s reaches nothing but the message", async (id) => {
    for (const text of [
      `{"@id": "${id}", "urn:p": "x"}`,
      `{"@id": "urn:a", "urn:p": {"@id": "${id}"}}`,
      `{"@id": "urn:a", "@graph": [{"@id": "${id}", "urn:p": "x"}]}`,
      `{"@context": {"${id}": "urn:p"}, "@id": "urn:a", "${id}": "x"}`,
      `{"@id": "urn:a", "${id}": {"@id": "urn:b"}}`,
    ]) {
      await refusal(text);
    }
    expect(({} as Record<string, unknown>)["urn:p"]).toBeUndefined();
    expect((Object as unknown as Record<string, unknown>)["urn:p"]).toBeUndefined();
    expect((Object.prototype.toString as unknown as Record<string, unknown>)["urn:p"]).toBeUndefined();
  });

  test("thousands of values of one property are read in time that grows with their number", async () => {
    const used = Array.from({ length: 30_000 }, (_, n) => ({ "@id": `ex:e${n}` }));
    const started = cpuMs();
    const { statements } = await read({
      "@context": CONTEXT,
      "@id": "ex:a",
      "@type": "prov:Activity",
      "prov:used": used,
    });
    expect(statements).toHaveLength(30_001);
    expect(cpuMs() - started).toBeLessThan(8_000);
  });
});

describe("nothing is fetched", () => {
  let connections = 0;
  const server = createServer((_, response) => response.end('{"@context": {}}'));
  server.on("connection", () => connections++);
  beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
  afterAll(() => new Promise((done) => server.close(done)));

  test("wherever a context is named", async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/context.jsonld`;
    const scoped = { "@version": 1.1, p: { "@id": "urn:p", "@context": url }, T: { "@id": "urn:T", "@context": url } };
    for (const value of [
      { "@context": url },
      { "@context": [{}, url] },
      { "@context": { "@import": url } },
      { "@context": scoped, "@id": "urn:a", p: { "@id": "urn:b" } },
      { "@context": scoped, "@id": "urn:a", "@type": "T" },
      { "@id": "urn:a", "urn:p": { "@context": url, "@id": "urn:b" } },
      { "@context": url, "@graph": [{ "@type": "Entity", "@id": "ex:e" }] },
    ]) {
      expect(await refusal(JSON.stringify(value))).toMatch(/is not known here, and nothing is fetched/);
    }
    expect(connections).toBe(0);
    await fetch(url); // the server would have noticed
    expect(connections).toBe(1);
  });
});

describe("writing JSON-LD", () => {
  const statements: Statement[] = [
    {
      kind: "entity",
      id: `${EX}m`,
      attributes: [
        [`${prov}label`, "model"],
        [`${EX}score`, 0.5],
      ],
    },
    { kind: "wasGeneratedBy", entity: `${EX}m`, activity: "urn:x:a" },
    { kind: "wasDerivedFrom", generatedEntity: `${EX}m`, usedEntity: `${EX}d`, activity: "urn:x:a" },
  ];
  const bundles = [{ id: `${EX}b`, statements: [{ kind: "agent", id: `${EX}g` } as const] }];

  test("one object a node, one a bundle, relations nested where they have more to say", () => {
    expect(
      [...jsonLd.write({ prefixes: { ex: EX, urn: EX, "no delimiter": "urn:u" }, statements, bundles })].join(""),
    ).toBe(`{
  "@context": {
    "ex": "http://example.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#"
  },
  "@graph": [
    {
      "@id": "ex:m",
      "@type": "prov:Entity",
      "rdfs:label": "model",
      "ex:score": {"@type":"xsd:double","@value":"5.0E-1"},
      "prov:wasGeneratedBy": {"@id":"urn:x:a"},
      "prov:wasDerivedFrom": {"@id":"ex:d"},
      "prov:qualifiedDerivation": {"@type":"prov:Derivation","prov:entity":{"@id":"ex:d"},"prov:hadActivity":{"@id":"urn:x:a"}}
    },
    {
      "@id": "ex:b",
      "@graph": [
        {
          "@id": "ex:g",
          "@type": "prov:Agent"
        }
      ]
    }
  ]
}
`);
  });

  test("uses no prefix that a reader would take for something else", async () => {
    const prefixes = { urn: EX, ends: "http://example.org/no-delimiter", ex: `${EX}x` };
    const given: Statement[] = ["urn:a", "http://example.org/no-delimiter1", `${EX}//x`, `${EX}`].map((id) => ({
      kind: "entity",
      id,
    }));
    const text = [...jsonLd.write({ prefixes, statements: given, bundles: [] })].join("");
    expect(((await jsonLd.read(text)) as Document).statements).toEqual(given);
  });
});

describeShared("real documents", "prov-suite", () => {
  test("PROV-JSONLD says the same as plain JSON-LD as it does by itself", async () => {
    const files = sharedFiles("prov-suite", /\.provx$/);
    for (const { name, text } of files) {
      const given = jsonLd.lose(provJsonLd.lose(provXml.read(text()) as Document).document).document;
      if (given.bundles.length > 0) continue; // the context says of a bundle that it is one, which is one statement more
      const written = [...provJsonLd.write(given)].join("");
      const again = jsonLd.lose(await documentOfJsonLd(JSON.parse(written), () => {})).document;
      expect(difference(given, again), name).toEqual(NOTHING);
    }
    expect(files).toHaveLength(244);
  });

  test("come back from JSON-LD as from the other notations of RDF", async () => {
    const files = [...sharedFiles("prov-suite", /\.provx$/), ...sharedFiles("cwlprov", /\.cwlprov\.xml$/)];
    for (const { name, text } of files) {
      const { document } = jsonLd.lose(provXml.read(text()) as Document);
      const again = await jsonLd.read([...jsonLd.write(document)].join(""));
      expect(difference(document, again), name).toEqual(NOTHING);
    }
    expect(files).toHaveLength(256);
  });

  test("of cwltool are read with nothing left out, and say the same as its Turtle", async () => {
    const files = sharedFiles("cwlprov", /\.jsonld$/);
    const turtles = new Map(sharedFiles("cwlprov", /\.ttl$/).map((file) => [file.name, file]));
    const told: string[] = [];
    const different: string[] = [];
    for (const { name, text } of files) {
      const document = await jsonLd.read(text(), ({ reason }) => told.push(reason));
      const other = await turtle.read(turtles.get(name.replace(/jsonld$/, "ttl"))?.text() ?? "");
      if (difference(document, other).onlyFirst.length > 0) different.push(name.split("/")[1] as string);
    }
    expect(told).toEqual([]);
    // Turtle has no bundles; a number of JSON is a double in canonical form.
    expect(different).toEqual(["dirarray-run-1", "type-zoo-run-1"]);
    expect(files).toHaveLength(12);
  });
});
