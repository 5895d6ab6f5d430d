import { describe, expect, test } from "vitest";
import type { Statement } from "../../src/model/statement.ts";
import { appendQuads } from "../../src/rdf/quads.ts";

const PROV = "http://www.w3.org/ns/prov#";
const GRAPH = "urn:x/graph";

/** The lines with their namespaces shortened and without the graph, which all of them must name. */
function turtle(statement: Statement, graph = GRAPH): string[] {
  const lines: string[] = [];
  appendQuads(statement, graph, lines);
  const end = ` <${statement.graph ?? graph}> .`;
  return lines.map((line) => {
    expect(line.endsWith(end)).toBe(true);
    return line
      .slice(0, -end.length)
      .replaceAll(/<http:\/\/www.w3.org\/1999\/02\/22-rdf-syntax-ns#type>/g, "a")
      .replaceAll(/<http:\/\/www.w3.org\/ns\/prov#(\w+)>/g, "prov:$1")
      .replaceAll(/<http:\/\/www.w3.org\/2000\/01\/rdf-schema#(\w+)>/g, "rdfs:$1")
      .replaceAll(/<http:\/\/www.w3.org\/2001\/XMLSchema#(\w+)>/g, "xsd:$1")
      .replaceAll(/<urn:x\/([^>]*)>/g, "$1");
  });
}

const T = "2026-11-21T10:00:00Z";
const time = `"${T}"^^xsd:dateTime`;
const x = (name: string) => `urn:x/${name}`;

describe("an element", () => {
  test("has its class, its times, and its attributes in PROV-O's spelling", () => {
    expect(
      turtle({
        kind: "activity",
        id: x("a"),
        startTime: T,
        endTime: T,
        attributes: [
          [`${PROV}type`, { iri: x("Training") }],
          [`${PROV}label`, { value: "lernen", language: "DE" }],
          [`${PROV}location`, { iri: x("host") }],
          [`${PROV}value`, 0.01],
          [x("count"), 42],
          [x("is"), true],
        ],
      }),
    ).toEqual([
      "a a prov:Activity",
      `a prov:startedAtTime ${time}`,
      `a prov:endedAtTime ${time}`,
      "a a Training",
      'a rdfs:label "lernen"@de',
      "a prov:atLocation host",
      'a prov:value "1.0E-2"^^xsd:double',
      'a count "42"^^xsd:integer',
      'a is "true"^^xsd:boolean',
    ]);
  });

  test("keeps a type that is no IRI as an attribute", () => {
    const statement: Statement = { kind: "entity", id: x("e"), attributes: [[`${PROV}type`, "file"]] };
    expect(turtle(statement)).toEqual(["e a prov:Entity", 'e prov:type "file"']);
  });

  test("stands in its own graph where it names one", () => {
    expect(turtle({ kind: "agent", id: x("ag"), graph: x("other") })).toEqual(["ag a prov:Agent"]);
  });
});

describe("a relation that a triple can carry is that triple", () => {
  test.each<[Statement, string]>([
    [{ kind: "wasGeneratedBy", entity: x("e"), activity: x("a") }, "e prov:wasGeneratedBy a"],
    [{ kind: "used", activity: x("a"), entity: x("e") }, "a prov:used e"],
    [{ kind: "wasInformedBy", informed: x("a"), informant: x("b") }, "a prov:wasInformedBy b"],
    [{ kind: "wasStartedBy", activity: x("a"), trigger: x("e") }, "a prov:wasStartedBy e"],
    [{ kind: "wasEndedBy", activity: x("a"), trigger: x("e") }, "a prov:wasEndedBy e"],
    [{ kind: "wasInvalidatedBy", entity: x("e"), activity: x("a") }, "e prov:wasInvalidatedBy a"],
    [{ kind: "wasDerivedFrom", generatedEntity: x("e"), usedEntity: x("f") }, "e prov:wasDerivedFrom f"],
    [{ kind: "wasAttributedTo", entity: x("e"), agent: x("ag") }, "e prov:wasAttributedTo ag"],
    [{ kind: "wasAssociatedWith", activity: x("a"), agent: x("ag") }, "a prov:wasAssociatedWith ag"],
    [{ kind: "actedOnBehalfOf", delegate: x("ag"), responsible: x("p") }, "ag prov:actedOnBehalfOf p"],
    [{ kind: "wasInfluencedBy", influencee: x("e"), influencer: x("a") }, "e prov:wasInfluencedBy a"],
    [{ kind: "alternateOf", alternate1: x("e"), alternate2: x("f") }, "e prov:alternateOf f"],
    [{ kind: "specializationOf", specificEntity: x("e"), generalEntity: x("f") }, "e prov:specializationOf f"],
    [{ kind: "hadMember", collection: x("c"), entity: x("e") }, "c prov:hadMember e"],
  ])("%j", (statement, triple) => {
    expect(turtle(statement)).toEqual([triple]);
  });

  test("and a mention names its bundle on the specific entity", () => {
    const mention: Statement = {
      kind: "mentionOf",
      specificEntity: x("e"),
      generalEntity: x("f"),
      bundle: x("b"),
    };
    expect(turtle(mention)).toEqual(["e prov:mentionOf f", "e prov:asInBundle b"]);
  });
});

describe("the time of a relation", () => {
  test("is a shortcut on the entity for a generation and an invalidation with nothing else to say", () => {
    expect(turtle({ kind: "wasGeneratedBy", entity: x("e"), activity: x("a"), time: T })).toEqual([
      "e prov:wasGeneratedBy a",
      `e prov:generatedAtTime ${time}`,
    ]);
    expect(turtle({ kind: "wasInvalidatedBy", entity: x("e"), time: T })).toEqual([`e prov:invalidatedAtTime ${time}`]);
  });

  test("is on the qualified node for a generation with an id", () => {
    const statement: Statement = { kind: "wasGeneratedBy", id: x("g"), entity: x("e"), activity: x("a"), time: T };
    expect(turtle(statement)).toEqual([
      "e prov:wasGeneratedBy a",
      "e prov:qualifiedGeneration g",
      "g a prov:Generation",
      "g prov:activity a",
      `g prov:atTime ${time}`,
    ]);
  });

  test("needs a qualified node for a usage, a start and an end", () => {
    const used = turtle({ kind: "used", activity: x("a"), entity: x("e"), time: T });
    const node = used[1]?.split(" ")[2];
    expect(node).toMatch(/^graph-q[0-9a-f]{32}$/);
    expect(used).toEqual([
      "a prov:used e",
      `a prov:qualifiedUsage ${node}`,
      `${node} a prov:Usage`,
      `${node} prov:entity e`,
      `${node} prov:atTime ${time}`,
    ]);
    expect(turtle({ kind: "wasStartedBy", activity: x("a"), time: T })[0]).toMatch(/^a prov:qualifiedStart /);
    expect(turtle({ kind: "wasEndedBy", activity: x("a"), time: T })[0]).toMatch(/^a prov:qualifiedEnd /);
  });
});

describe("a relation with more to say gets a qualified node", () => {
  test.each<[Statement, string[]]>([
    [
      { kind: "wasAssociatedWith", id: x("q"), activity: x("a"), agent: x("ag"), plan: x("p") },
      [
        "a prov:wasAssociatedWith ag",
        "a prov:qualifiedAssociation q",
        "q a prov:Association",
        "q prov:agent ag",
        "q prov:hadPlan p",
      ],
    ],
    [
      { kind: "wasAssociatedWith", id: x("q"), activity: x("a"), plan: x("p") },
      ["a prov:qualifiedAssociation q", "q a prov:Association", "q prov:hadPlan p"],
    ],
    [
      { kind: "actedOnBehalfOf", id: x("q"), delegate: x("ag"), responsible: x("p"), activity: x("a") },
      [
        "ag prov:actedOnBehalfOf p",
        "ag prov:qualifiedDelegation q",
        "q a prov:Delegation",
        "q prov:agent p",
        "q prov:hadActivity a",
      ],
    ],
    [
      {
        kind: "wasDerivedFrom",
        id: x("q"),
        generatedEntity: x("e"),
        usedEntity: x("f"),
        activity: x("a"),
        generation: x("g"),
        usage: x("u"),
      },
      [
        "e prov:wasDerivedFrom f",
        "e prov:qualifiedDerivation q",
        "q a prov:Derivation",
        "q prov:entity f",
        "q prov:hadActivity a",
        "q prov:hadGeneration g",
        "q prov:hadUsage u",
      ],
    ],
    [
      { kind: "wasStartedBy", id: x("q"), activity: x("a"), starter: x("b") },
      ["a prov:qualifiedStart q", "q a prov:Start", "q prov:hadActivity b"],
    ],
    [
      { kind: "used", id: x("q"), activity: x("a"), entity: x("e"), attributes: [[`${PROV}role`, { iri: x("r") }]] },
      ["a prov:used e", "a prov:qualifiedUsage q", "q a prov:Usage", "q prov:entity e", "q prov:hadRole r"],
    ],
    [
      { kind: "wasInfluencedBy", id: x("q"), influencee: x("e"), influencer: x("f") },
      ["e prov:wasInfluencedBy f", "e prov:qualifiedInfluence q", "q a prov:Influence", "q prov:influencer f"],
    ],
  ])("%j", (statement, lines) => {
    expect(turtle(statement)).toEqual(lines);
  });

  test("even when all it says is that something unknown did it", () => {
    const [link, type] = turtle({ kind: "wasGeneratedBy", entity: x("e") });
    expect(link).toMatch(/^e prov:qualifiedGeneration graph-q/);
    expect(type).toMatch(/ a prov:Generation$/);
  });
});

describe("the name of a qualified node without an id", () => {
  const usage = (...roles: string[]): Statement => ({
    kind: "used",
    activity: x("a"),
    entity: x("e"),
    attributes: roles.map((role) => [`${PROV}role`, { iri: x(role) }] as const),
  });
  const name = (statement: Statement, graph?: string) => turtle(statement, graph)[1];

  test("depends on what is said and where, and on nothing else", () => {
    expect(name(usage("r", "s"))).toBe(name(usage("s", "r")));
    expect(name(usage("r", "r"))).toBe(name(usage("r")));
    expect(name(usage("r"))).not.toBe(name(usage("s")));
    expect(name(usage("r"))).not.toBe(name({ ...usage("r"), activity: x("b") } as Statement));
    expect(name(usage("r"))).not.toBe(name(usage("r"), "urn:x/graph2"));
    expect(name(usage("$&"))).toMatch(/graph-q[0-9a-f]{32}$/);
  });
});

describe("what PROV-DM or RDF does not allow is refused, and nothing of it written", () => {
  test.each<[string, unknown, string]>([
    ["an id that ends its term", { kind: "entity", id: "urn:x> <urn:p> <urn:o" }, "bad-iri"],
    ["a relative id", { kind: "entity", id: "e" }, "bad-iri"],
    ["no id", { kind: "entity" }, "bad-iri"],
    ["a bad graph", { kind: "entity", id: x("e"), graph: "g" }, "bad-iri"],
    ["a bad attribute name", { kind: "entity", id: x("e"), attributes: [["label", "x"]] }, "bad-iri"],
    ["a bad IRI value", { kind: "entity", id: x("e"), attributes: [[x("p"), { iri: "a b" }]] }, "bad-iri"],
    ["a bad datatype", { kind: "entity", id: x("e"), attributes: [[x("p"), { value: "1", type: "t" }]] }, "bad-iri"],
    [
      "a bad language",
      { kind: "entity", id: x("e"), attributes: [[x("p"), { value: "1", language: "e n" }]] },
      "bad-argument",
    ],
    ["a bad plan", { kind: "wasAssociatedWith", activity: x("a"), agent: x("g"), plan: "p" }, "bad-iri"],
    ["a usage of nothing by nothing", { kind: "used", entity: x("e") }, "bad-argument"],
    ["a derivation from nothing", { kind: "wasDerivedFrom", generatedEntity: x("e") }, "bad-argument"],
    ["a membership with an id", { kind: "hadMember", id: x("m"), collection: x("c"), entity: x("e") }, "bad-argument"],
  ])("%s", (_, statement, code) => {
    const out = ["before"];
    expect(() => appendQuads(statement as Statement, GRAPH, out)).toThrow(expect.objectContaining({ code }));
    expect(out).toEqual(["before"]);
  });
});
