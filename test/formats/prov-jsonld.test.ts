import { describe, expect, test } from "vitest";
import { provJsonLd } from "../../src/formats/prov-jsonld/prov-jsonld.ts";
import { provXml } from "../../src/formats/prov-xml/prov-xml.ts";
import type { Document } from "../../src/model/document.ts";
import { difference } from "../../src/model/equality.ts";
import { PREFIXES } from "../../src/model/names.ts";
import type { Attribute, Statement } from "../../src/model/statement.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";

const EX = "http://example.org/";
const { prov, xsd } = PREFIXES;
const URL_OF_CONTEXT = "https://openprovenance.org/prov-jsonld/context.jsonld";

function read(graph: readonly unknown[], context: unknown = [{ ex: EX }, URL_OF_CONTEXT]): Document {
  return provJsonLd.read(JSON.stringify({ "@context": context, "@graph": graph })) as Document;
}

function refusal(text: string): string {
  try {
    provJsonLd.read(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "unreadable" });
    return (error as Error).message;
  }
  return "read";
}

describe("reading PROV-JSONLD", () => {
  test("statements, with or without a name, in the order of the text", () => {
    const { statements, prefixes } = read(
      [
        { "@type": "Entity", "@id": "ex:article", "dcterms:title": [{ "@value": "Crime rises", "@language": "EN" }] },
        { "@type": "Derivation", generatedEntity: "ex:article", usedEntity: "ex:data", "@id": "ex:d" },
        { "@type": "Activity", "@id": "ex:a", startTime: "2012-03-31T09:21:00+01:00" },
        { "@type": "Generation", entity: "ex:article", activity: "ex:a", time: "2012-03-31T09:21:00Z", role: ["ex:r"] },
      ],
      [{ ex: EX, dcterms: PREFIXES.dcterms }, URL_OF_CONTEXT],
    );
    expect(prefixes).toMatchObject({ ex: EX });
    expect(statements).toEqual([
      {
        kind: "entity",
        id: `${EX}article`,
        attributes: [[`${PREFIXES.dcterms}title`, { value: "Crime rises", language: "EN" }]],
      },
      { kind: "wasDerivedFrom", generatedEntity: `${EX}article`, usedEntity: `${EX}data`, id: `${EX}d` },
      { kind: "activity", id: `${EX}a`, startTime: "2012-03-31T09:21:00+01:00" },
      {
        kind: "wasGeneratedBy",
        entity: `${EX}article`,
        activity: `${EX}a`,
        time: "2012-03-31T09:21:00Z",
        attributes: [[`${prov}role`, { iri: `${EX}r` }]],
      },
    ]);
  });

  test.each<[unknown, unknown]>([
    [[{ "@value": "text" }], "text"],
    [[{ "@value": "text", "@type": "xsd:string" }], "text"],
    [[{ "@value": "1", "@type": "xsd:int" }], { value: "1", type: `${xsd}int` }],
    [[{ "@value": "ex:v", "@type": "prov:QUALIFIED_NAME" }], { iri: `${EX}v` }],
    [[{ "@value": "ex:v", "@type": "xsd:QName" }], { iri: `${EX}v` }],
    [[{ "@id": "ex:v" }], { iri: `${EX}v` }],
    [["text"], "text"],
    ["text", "text"],
    [[5], { value: "5", type: `${xsd}integer` }],
    [[true], { value: "true", type: `${xsd}boolean` }],
  ])("the value %j", (written, value) => {
    expect(read([{ "@type": "Entity", "@id": "ex:e", "ex:t": written }]).statements[0]?.attributes).toEqual([
      [`${EX}t`, value],
    ]);
  });

  test("a membership of several entities as several, an absolute IRI, a name of the default namespace", () => {
    const context = [{ "@vocab": "urn:v:", "@base": "urn:v:" }, URL_OF_CONTEXT];
    const membership = { "@type": "Membership", collection: "c", entity: ["https://example.org/e", "urn:x:f", "_:g"] };
    expect(read([membership], context).statements).toEqual(
      ["https://example.org/e", "urn:x:f", "_:g"].map((entity) => ({
        kind: "hadMember",
        collection: "urn:v:c",
        entity,
      })),
    );
  });

  test("bundles, with prefixes of their own", () => {
    const bundle = {
      "@type": "Bundle",
      "@id": "b:1",
      "@context": [{ b: "urn:b:" }],
      "@graph": [{ "@type": "Agent", "@id": "b:a" }],
    };
    expect(read([bundle]).bundles).toEqual([
      { id: "urn:b:1", prefixes: { b: "urn:b:" }, statements: [{ kind: "agent", id: "urn:b:a" }] },
    ]);
  });

  test("the spellings of the drafts, and the context in place of its address", () => {
    const graph = [{ "@type": "prov:Agent", "@id": "ex:a", "prov:type": ["prov:Person"] }];
    const expected = [{ kind: "agent", id: `${EX}a`, attributes: [[`${prov}type`, { iri: `${prov}Person` }]] }];
    expect(read(graph, [{ ex: EX }, "http://openprovenance.org/prov.jsonld"]).statements).toEqual(expected);
    expect(read(graph, [{ ex: EX }, { "@version": 1.1, prov, Agent: { "@id": "prov:Agent" } }]).statements).toEqual(
      expected,
    );
    expect(read(graph, { ex: EX }).statements).toEqual(expected);
  });

  const head = `{"@context":[{"ex":"${EX}"},"${URL_OF_CONTEXT}"],"@graph":`;
  test.each([
    ["", "line 1, column 1: expected a value, found the end"],
    ["[]", "$: expected an object with @context and @graph"],
    [`{"@graph":{}}`, `$["@graph"]: expected a list of statements`],
    [`${head}[{"@type":"Entity"}]}`, `$["@graph"][0]: expected @id, the name of the element`],
    [
      `${head}[{"@id":"ex:e"}]}`,
      /^\$\["@graph"\]\[0\]\["@type"\]: expected a kind of statement such as Entity or Usage, found nothing$/,
    ],
    [`${head}[{"@type":"Mention"}]}`, /found "\\"Mention\\""$/],
    [
      `${head}[{"@type":"Usage","activity":["ex:a","ex:b"]}]}`,
      `$["@graph"][0].activity: expected one value, found several`,
    ],
    [`${head}[{"@type":"Usage","activity":5}]}`, `$["@graph"][0].activity: expected a name`],
    [`${head}[{"@type":"Usage","foo":"x"}]}`, /^\$\["@graph"\]\[0\]\.foo: the name "foo" has no prefix/],
    [`${head}[{"@type":"Usage","time":"noon"}]}`, /^\$\["@graph"\]\[0\]\.time: expected a time/],
    [`${head}[{"@type":"Usage","ex:t":[{"@value":"x","@foo":1}]}]}`, /@foo$/],
    [`${head}[{"@type":"Usage","ex:t":null}]}`, /^\$\["@graph"\]\[0\]\["ex:t"\]: expected a value/],
    [`${head}[{"@type":"Usage","@context":{}}]}`, /expected no other keyword of JSON-LD/],
    [
      `${head}[{"@type":"Usage","activity":"ex:a","activity":"ex:b"}]}`,
      `$["@graph"][0].activity: the key stands twice in one object`,
    ],
    [
      `{"@context":"https://example.org/c.jsonld","@graph":[]}`,
      `$["@context"]: the context "https://example.org/c.jsonld" is not known here, and nothing is fetched`,
    ],
    [`{"@context":{"ex":"no iri"},"@graph":[]}`, /^\$\["@context"\]\.ex: expected an absolute IRI/],
    [`{"@context":{"@language":"en"},"@graph":[]}`, /read the document as json-ld/],
    [`${head}${"[".repeat(10_000)}`, /more than 256 deep/],
  ])("refuses %s", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });
});

describe("writing PROV-JSONLD", () => {
  test("one statement a line, by the submission's schema", () => {
    const attributes: Attribute[] = [
      [`${prov}type`, { iri: `${EX}Model` }],
      [`${prov}type`, "model"],
      [`${EX}of`, { iri: `${EX}x` }],
      [`${EX}score`, 0.5],
    ];
    const statements: Statement[] = [
      { kind: "entity", id: `${EX}m`, attributes },
      { kind: "used", activity: `${EX}a`, entity: "urn:e", time: "2026-11-21T10:00:00Z" },
    ];
    const bundles = [{ id: `${EX}b`, statements: [{ kind: "agent", id: "_:a" } as const] }];
    expect([...provJsonLd.write({ prefixes: { ex: EX, agent: "urn:agent:" }, statements, bundles })].join("")).toBe(`{
  "@context": [{"prov":"http://www.w3.org/ns/prov#","xsd":"http://www.w3.org/2001/XMLSchema#","ex":"http://example.org/","ns1":"urn:"},"https://openprovenance.org/prov-jsonld/context.jsonld"],
  "@graph": [
    {"@type":"Entity","@id":"ex:m","type":["ex:Model",{"@value":"model"}],"ex:of":[{"@value":"ex:x","@type":"prov:QUALIFIED_NAME"}],"ex:score":[{"@value":"5.0E-1","@type":"xsd:double"}]},
    {"@type":"Usage","activity":"ex:a","entity":"ns1:e","time":"2026-11-21T10:00:00Z"},
    {"@type":"Bundle","@id":"ex:b","@context":[{}],"@graph":[
      {"@type":"Agent","@id":"_:a"}
    ]}
  ]
}
`);
  });

  test("the id of a bundle by prefixes that are declared, where the bundle hides the document's", () => {
    const bundles = [{ id: `${EX}b`, prefixes: { ex: "http://other.org/" }, statements: [] }];
    const text = [...provJsonLd.write({ prefixes: { ex: EX }, statements: [], bundles })].join("");
    expect(JSON.parse(text)).toMatchObject({
      "@context": [{ ex: EX, ns1: EX }, URL_OF_CONTEXT],
      "@graph": [{ "@id": "ns1:b", "@context": [{ ex: "http://other.org/" }] }],
    });
    expect((provJsonLd.read(text) as Document).bundles).toEqual(bundles);
  });

  test.each<[string, Statement, Statement | undefined, RegExp]>([
    ["mentions", { kind: "mentionOf", specificEntity: "urn:a", generalEntity: "urn:b" }, undefined, /no mentions/],
    ["dictionaries", { kind: "derivedByRemovalFrom", after: "urn:a", keySet: [] }, undefined, /no dictionaries/],
    [
      "names as literals",
      { kind: "agent", id: "urn:a", attributes: [[`${EX}t`, { value: "ex:a", type: `${xsd}QName` }]] },
      { kind: "agent", id: "urn:a", attributes: [[`${EX}t`, "ex:a"]] },
      /xsd:QName/,
    ],
  ])("loses %s, and says so", (_, statement, left, reason) => {
    const { document, losses } = provJsonLd.lose({ prefixes: {}, statements: [statement], bundles: [] });
    expect(document.statements).toEqual(left ? [left] : []);
    expect(losses.map((loss) => loss.reason)).toEqual([expect.stringMatching(reason)]);
  });
});

describeShared("real documents as PROV-JSONLD", "prov-suite", () => {
  test("come back from it", () => {
    const files = [...sharedFiles("prov-suite", /\.provx$/), ...sharedFiles("cwlprov", /\.cwlprov\.xml$/)];
    for (const { name, text } of files) {
      const { document } = provJsonLd.lose(provXml.read(text()) as Document);
      const again = provJsonLd.read([...provJsonLd.write(document)].join("")) as Document;
      expect(difference(document, again), name).toEqual({ onlyFirst: [], onlySecond: [] });
    }
    expect(files).toHaveLength(256);
  });
});
