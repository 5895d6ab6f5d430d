import { describe, expect, test } from "vitest";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { NAMESPACES, short, trig } from "./turtle.ts";

const T = "2026-11-21T10:00:00Z";
const U = "2026-11-22T10:00:00Z";

function read(text: string) {
  const { document, ignored } = readStatements(trig(text), NAMESPACES);
  const { statements, bundles } = short(document);
  return { statements, bundles, ignored: ignored.map(({ quad }) => quad.predicate.value.replace(/.*[#/]/, "")) };
}

/** Nothing but these statements, in this order. */
function expectStatements(text: string, statements: unknown[]): void {
  expect(read(text)).toEqual({ statements, bundles: [], ignored: [] });
}

describe("an element", () => {
  test("is what has a class of PROV-DM, with its attributes under PROV-DM's names", () => {
    expectStatements(
      `ex:a a prov:Activity, ex:Training, "kind"; prov:startedAtTime "${T}"^^xsd:dateTime; prov:endedAtTime "${U}"^^xsd:dateTime;
        rdfs:label "lernen"@de; prov:atLocation ex:host; prov:hadRole "r"; prov:value 0.1; ex:n 5, 5.`,
      [
        {
          kind: "activity",
          id: "ex:a",
          startTime: T,
          endTime: U,
          attributes: [
            ["prov:type", { iri: "ex:Training" }],
            ["prov:type", "kind"],
            ["prov:label", { value: "lernen", language: "de" }],
            ["prov:location", { iri: "ex:host" }],
            ["prov:role", "r"],
            ["prov:value", { value: "0.1", type: "xsd:decimal" }],
            ["ex:n", { value: "5", type: "xsd:integer" }],
          ],
        },
      ],
    );
  });

  test("is what has a narrower class", () => {
    expectStatements("ex:p a prov:Plan. ex:q a prov:Person, prov:Agent.", [
      { kind: "entity", id: "ex:p", attributes: [["prov:type", { iri: "prov:Plan" }]] },
      { kind: "agent", id: "ex:q", attributes: [["prov:type", { iri: "prov:Person" }]] },
    ]);
  });

  test("is not what is only referred to, unless it has attributes", () => {
    expectStatements("ex:a prov:used ex:e, ex:f. ex:f rdfs:label 'f'.", [
      { kind: "used", activity: "ex:a", entity: "ex:e" },
      { kind: "used", activity: "ex:a", entity: "ex:f" },
      { kind: "entity", id: "ex:f", attributes: [["prov:label", "f"]] },
    ]);
  });

  test("of several kinds is a statement for each, and the attributes stand where they fit", () => {
    expectStatements("ex:x a prov:Agent, prov:Entity, prov:Person, prov:Bundle; ex:p 'v'.", [
      {
        kind: "entity",
        id: "ex:x",
        attributes: [
          ["prov:type", { iri: "prov:Bundle" }],
          ["ex:p", "v"],
        ],
      },
      { kind: "agent", id: "ex:x", attributes: [["prov:type", { iri: "prov:Person" }]] },
    ]);
  });

  test("with several times is a statement for each", () => {
    expectStatements(`ex:a prov:endedAtTime "${U}"^^xsd:dateTime, "${T}".`, [
      { kind: "activity", id: "ex:a", endTime: T },
      { kind: "activity", id: "ex:a", endTime: U },
    ]);
  });

  test("may be anonymous", () => {
    expectStatements(
      "[] a prov:Entity; prov:wasAttributedTo [].",
      [
        { kind: "entity", id: "_:n3-0" },
        { kind: "wasAttributedTo", entity: "_:n3-0", agent: "_:n3-1" },
      ].map((one) => expect.objectContaining({ kind: one.kind })),
    );
  });
});

describe("a relation", () => {
  test.each<[string, unknown]>([
    ["ex:e prov:wasGeneratedBy ex:a.", { kind: "wasGeneratedBy", entity: "ex:e", activity: "ex:a" }],
    ["ex:a prov:generated ex:e.", { kind: "wasGeneratedBy", entity: "ex:e", activity: "ex:a" }],
    ["ex:e prov:wasUsedBy ex:a.", { kind: "used", activity: "ex:a", entity: "ex:e" }],
    ["ex:b prov:influenced ex:a.", { kind: "wasInfluencedBy", influencee: "ex:a", influencer: "ex:b" }],
    [
      `ex:e prov:wasGeneratedBy ex:a; prov:generatedAtTime "${T}"^^xsd:dateTime.`,
      { kind: "wasGeneratedBy", entity: "ex:e", activity: "ex:a", time: T },
    ],
    [`ex:e prov:invalidatedAtTime "${T}"^^xsd:dateTime.`, { kind: "wasInvalidatedBy", entity: "ex:e", time: T }],
    [
      `ex:e prov:wasGeneratedBy ex:a; prov:qualifiedGeneration [a prov:Generation; prov:activity ex:a; prov:atTime "${T}"^^xsd:dateTime].`,
      { kind: "wasGeneratedBy", entity: "ex:e", activity: "ex:a", time: T },
    ],
    [
      "ex:a prov:qualifiedStart ex:s. ex:s prov:hadActivity ex:b; prov:entity ex:e; prov:hadRole ex:r.",
      {
        kind: "wasStartedBy",
        id: "ex:s",
        activity: "ex:a",
        trigger: "ex:e",
        starter: "ex:b",
        attributes: [["prov:role", { iri: "ex:r" }]],
      },
    ],
    [
      "ex:f prov:wasRevisionOf ex:e.",
      {
        kind: "wasDerivedFrom",
        generatedEntity: "ex:f",
        usedEntity: "ex:e",
        attributes: [["prov:type", { iri: "prov:Revision" }]],
      },
    ],
    [
      "ex:f prov:wasDerivedFrom ex:e; prov:wasQuotedFrom ex:e; prov:qualifiedQuotation [prov:entity ex:e].",
      {
        kind: "wasDerivedFrom",
        generatedEntity: "ex:f",
        usedEntity: "ex:e",
        attributes: [["prov:type", { iri: "prov:Quotation" }]],
      },
    ],
    [
      "ex:a prov:qualifiedUsage ex:u; prov:qualifiedInfluence ex:u. ex:u a prov:Usage, prov:EntityInfluence; prov:entity ex:e; prov:influencer ex:e.",
      { kind: "used", id: "ex:u", activity: "ex:a", entity: "ex:e" },
    ],
    [
      "ex:e prov:mentionOf ex:f; prov:asInBundle ex:b.",
      { kind: "mentionOf", specificEntity: "ex:e", generalEntity: "ex:f", bundle: "ex:b" },
    ],
    ["ex:u a prov:Usage; prov:entity ex:e.", { kind: "used", id: "ex:u", entity: "ex:e" }],
  ])("%s", (text, statement) => {
    expectStatements(text, [statement]);
  });

  test("that lacks its object takes that of the only triple, and of two neither", () => {
    const node = "prov:qualifiedAssociation [a prov:Association; prov:hadPlan ex:p]";
    expectStatements(`ex:a prov:wasAssociatedWith ex:g; ${node}.`, [
      { kind: "wasAssociatedWith", activity: "ex:a", agent: "ex:g", plan: "ex:p" },
    ]);
    expectStatements(`ex:a prov:wasAssociatedWith ex:g, ex:h; ${node}.`, [
      { kind: "wasAssociatedWith", activity: "ex:a", plan: "ex:p" },
      { kind: "wasAssociatedWith", activity: "ex:a", agent: "ex:g" },
      { kind: "wasAssociatedWith", activity: "ex:a", agent: "ex:h" },
    ]);
    expectStatements(`ex:a prov:wasAssociatedWith ex:g, ex:h; ${node}, [prov:agent ex:h; ex:n 'h'].`, [
      { kind: "wasAssociatedWith", activity: "ex:a", agent: "ex:g", plan: "ex:p" },
      { kind: "wasAssociatedWith", activity: "ex:a", agent: "ex:h", attributes: [["ex:n", "h"]] },
    ]);
  });

  test("with two times is two statements with all its attributes", () => {
    const one = { kind: "used", id: "ex:u", activity: "ex:a", entity: "ex:e", attributes: [["ex:tag", "x"]] };
    const times = `"${U}"^^xsd:dateTime, "${T}"^^xsd:dateTime`;
    expectStatements(`ex:a prov:qualifiedUsage ex:u. ex:u prov:entity ex:e; prov:atTime ${times}; ex:tag 'x'.`, [
      { ...one, time: T },
      { ...one, time: U },
    ]);
  });

  test("of many subjects and objects is as many statements as it has values, not as their combinations", () => {
    const names = Array.from({ length: 200 }, (_, n) => `ex:n${n}`);
    const text = `ex:u prov:entity ${names.join(",")}; prov:hadActivity ${names.join(",")}.`;
    const { statements } = read(`${text} ${names.map((name) => `${name} prov:qualifiedStart ex:u.`).join("\n")}`);
    expect(statements).toHaveLength(3 * 200 - 2);
  });

  test("keeps an anonymous id that something refers to", () => {
    expectStatements(
      "ex:a prov:qualifiedUsage _:u. _:u a prov:Usage; prov:entity ex:e. ex:f prov:qualifiedDerivation [prov:entity ex:e; prov:hadUsage _:u].",
      [
        { kind: "used", id: expect.stringMatching(/^_:/), activity: "ex:a", entity: "ex:e" },
        { kind: "wasDerivedFrom", generatedEntity: "ex:f", usedEntity: "ex:e", usage: expect.stringMatching(/^_:/) },
      ],
    );
  });
});

describe("a dictionary", () => {
  test("has its keys in pairs, and names in literals are resolved", () => {
    expectStatements(
      `ex:d a prov:Dictionary; prov:hadDictionaryMember [a prov:KeyEntityPair; prov:pairKey "k"; prov:pairEntity ex:e].
       ex:d2 prov:derivedByInsertionFrom ex:d; prov:qualifiedInsertion [a prov:Insertion; prov:dictionary ex:d;
         prov:insertedKeyEntityPair [prov:pairKey "ex:k"^^prov:QUALIFIED_NAME; prov:pairEntity ex:e]].
       ex:d3 prov:derivedByInsertionFrom ex:d.
       ex:d4 prov:qualifiedRemoval [a prov:Removal; prov:dictionary ex:d; prov:removedKey 1, ex:k, "no:k"^^xsd:QName].`,
      [
        { kind: "entity", id: "ex:d", attributes: [["prov:type", { iri: "prov:Dictionary" }]] },
        { kind: "hadDictionaryMember", dictionary: "ex:d", entity: "ex:e", key: "k" },
        {
          kind: "derivedByInsertionFrom",
          after: "ex:d2",
          before: "ex:d",
          keyEntitySet: [{ key: { iri: "ex:k" }, entity: "ex:e" }],
        },
        { kind: "derivedByInsertionFrom", after: "ex:d3", before: "ex:d", keyEntitySet: [] },
        {
          kind: "derivedByRemovalFrom",
          after: "ex:d4",
          before: "ex:d",
          keySet: [{ value: "1", type: "xsd:integer" }, { iri: "ex:k" }, { value: "no:k", type: "xsd:QName" }],
        },
      ],
    );
  });
});

describe("a document", () => {
  test("has a bundle for each named graph, read by itself", () => {
    expect(
      read("ex:b a prov:Bundle. ex:b { ex:a prov:used ex:e. ex:e rdfs:label 'e'. } ex:c { ex:x ex:y ex:z. }"),
    ).toEqual({
      statements: [{ kind: "entity", id: "ex:b", attributes: [["prov:type", { iri: "prov:Bundle" }]] }],
      bundles: [
        {
          id: "ex:b",
          statements: [
            { kind: "used", activity: "ex:a", entity: "ex:e" },
            { kind: "entity", id: "ex:e", attributes: [["prov:label", "e"]] },
          ],
        },
      ],
      ignored: ["y"],
    });
  });

  test("says which triples are part of no statement", () => {
    const { ignored } = read(
      `ex:s ex:p ex:o. ex:e a prov:Entity; ex:list (1); prov:wasGeneratedBy "a"; prov:generatedAtTime 5.
       ex:d prov:hadDictionaryMember [prov:pairKey "k"; ex:more 1].`,
    );
    expect(ignored.sort()).toEqual(
      ["p", "first", "rest", "wasGeneratedBy", "generatedAtTime", "hadDictionaryMember", "pairKey", "more"].sort(),
    );
  });

  test("is the same whatever the order of its quads", () => {
    const text = `ex:a prov:used ex:e; prov:qualifiedUsage ex:u, [prov:entity ex:f; ex:n 1]. ex:u prov:entity ex:e, ex:g; prov:atTime "${T}", "${U}".
      ex:e a prov:Entity; prov:generatedAtTime "${T}"^^xsd:dateTime; prov:wasGeneratedBy ex:a; prov:wasDerivedFrom ex:f; prov:hadPrimarySource ex:f.`;
    const keys = (quads: ReturnType<typeof trig>) =>
      readStatements(quads)
        .document.statements.map((one) => JSON.stringify(one))
        .sort();
    const quads = trig(text);
    expect(keys([...quads].reverse())).toEqual(keys(quads));
    expect(keys([...quads, ...quads])).toEqual(keys(quads));
  });
});
