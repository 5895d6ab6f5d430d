import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Brief, briefPrefixes, expand } from "../../src/model/brief.ts";
import { doublesText } from "../../src/model/doubles.ts";
import { ProvenanceError } from "../../src/model/error.ts";
import { canonicalDouble } from "../../src/model/literals.ts";
import { PREFIXES } from "../../src/model/names.ts";
import { tries } from "../tries.ts";

const X = "https://example.org/run/";
const ID = "https://example.org/id/";
const prefixes = briefPrefixes(ID, X);
const of = (brief: unknown) => expand(brief as Brief, prefixes);
const prov = (name: string) => `${PREFIXES.prov}${name}`;

describe("a brief statement", () => {
  it("becomes the PROV-DM statement that it stands for", () => {
    const brief = {
      kind: "activity",
      id: "x:w-1",
      startTime: 0,
      attributes: [
        ["prov:type", { name: "provml:TrainingExecution" }],
        ["rdfs:label", "fit"],
        ["prov:value", { value: "NaN", type: "xsd:double" }],
        ["prov:value", { value: "ja", language: "de" }],
      ],
    };
    expect(of(brief)).toEqual([
      {
        kind: "activity",
        id: `${X}w-1`,
        startTime: "1970-01-01T00:00:00Z",
        attributes: [
          [prov("type"), { iri: `${PREFIXES.provml}TrainingExecution` }],
          [`${PREFIXES.rdfs}label`, "fit"],
          [prov("value"), { value: "NaN", type: `${PREFIXES.xsd}double` }],
          [prov("value"), { value: "ja", language: "de" }],
        ],
      },
    ]);
  });

  it("has its formal attributes and graph expanded, and nothing that its kind does not have", () => {
    const brief = { kind: "used", activity: "x:w-1", entity: "<urn:e>", time: 1000, graph: "x:graph", plan: "x:p" };
    expect(of(brief)).toEqual([
      { kind: "used", activity: `${X}w-1`, entity: "urn:e", time: "1970-01-01T00:00:01Z", graph: `${X}graph` },
    ]);
  });

  it("of a file to digest becomes none", () => {
    expect(of({ kind: "digest", id: "x:w-1", path: "/a", size: 1, mtimeMs: 1, ctimeMs: 1, inode: 1 })).toEqual([]);
  });

  it.each([
    [{ kind: "wasEatenBy" }, "unreadable"],
    [{ kind: "toString" }, "unreadable"],
    [{ kind: "entity", id: "x:1", attributes: [["rdfs:label", null]] }, "unreadable"],
    [{ kind: "entity", id: "y:1" }, "bad-iri"],
    [{ kind: "entity", id: "x:a b" }, "bad-iri"],
    [{ kind: "entity" }, "unreadable"],
    [{ kind: "used", entity: "x:1" }, "unreadable"],
    [{ kind: "entity", id: "x:1", attributes: "none" }, "unreadable"],
    [{ kind: "entity", id: "x:1", attributes: [["rdfs:label", { value: 5, type: "xsd:integer" }]] }, "unreadable"],
    [{ kind: "entity", id: "x:1", attributes: [["rdfs:label", { value: "a" }]] }, "unreadable"],
    [{ kind: "outputs", id: "x:1", activity: "x:2" }, "unreadable"],
    [{ kind: "used", activity: "x:1", entity: 5 }, "bad-iri"],
  ])("%j is refused as %s", (brief, code) => {
    expect(() => of(brief)).toThrow(expect.objectContaining({ code }));
  });
});

it("anything else is refused with a code, never with another error", () => {
  const kinds = fc.constantFrom("entity", "used", "activity", "outputs", "measures", "digest", "x");
  const parts = fc.dictionary(
    fc.constantFrom("id", "attributes", "activity", "entity", "values", "names", "doubles", "startTime", "graph"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(kinds, parts, (kind, rest) => {
      try {
        expect(Array.isArray(of({ ...rest, kind }))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ProvenanceError);
      }
    }),
    { numRuns: tries(1000) },
  );
});

describe("a brief list", () => {
  it("of hyperparameters becomes settings, their definitions and their usage", () => {
    const statements = of({ kind: "hyperparameters", id: "x:w-2", activity: "x:w-1", values: { rate: 0.1, n: 3 } });
    expect(statements.map((s) => [s.kind, "id" in s ? s.id : s.kind === "used" && s.entity])).toEqual([
      ["entity", `${ID}hyperparameter.rate`],
      ["entity", `${X}w-2-1`],
      ["used", `${X}w-2-1`],
      ["entity", `${ID}hyperparameter.n`],
      ["entity", `${X}w-2-2`],
      ["used", `${X}w-2-2`],
    ]);
    expect(statements[1]?.attributes).toContainEqual([`${PREFIXES.mls}hasValue`, 0.1]);
  });

  it("of measures becomes doubles that judge a model, generated at a time", () => {
    const list = { kind: "measures", id: "x:w-3", activity: "x:w-1", values: { accuracy: 1 }, time: 0, of: "x:m" };
    const [, measure, generation] = of(list);
    expect(measure?.attributes).toContainEqual([
      `${PREFIXES.mls}hasValue`,
      { value: "1.0E0", type: `${PREFIXES.xsd}double` },
    ]);
    expect(measure?.attributes).toContainEqual([`${PREFIXES.provml}evaluates`, { iri: `${X}m` }]);
    expect(generation).toMatchObject({ kind: "wasGeneratedBy", time: "1970-01-01T00:00:00Z" });
  });

  it("of parameters and outputs becomes plain values, whatever their names", () => {
    const values = JSON.parse('{"__proto__": 1, "a b>": {"name": "rdf:nil"}}') as Record<string, never>;
    for (const [kind, relation] of [
      ["parameters", "used"],
      ["outputs", "wasGeneratedBy"],
    ] as const) {
      const statements = of({ kind, id: "x:w-4", activity: "x:w-1", values });
      expect(statements.map((s) => s.kind)).toEqual(["entity", relation, "entity", relation]);
      expect(statements[0]?.attributes).toContainEqual([`${PREFIXES.rdfs}label`, "__proto__"]);
      expect(statements[2]?.attributes).toContainEqual([prov("value"), { iri: `${PREFIXES.rdf}nil` }]);
    }
  });

  it("always becomes the same statements", () => {
    const list = { kind: "outputs", id: "x:w-4", activity: "x:w-1", values: { "10": 1, "9": 2, a: 3 } };
    expect(of(JSON.parse(JSON.stringify(list)))).toEqual(of(list));
  });

  it("of numbers becomes the same statements whether its values are decimal or doubles", () => {
    const special = fc.constantFrom(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
      2 ** 53,
      5e-324,
    );
    const numbers = fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.integer(), special));
    const kinds = fc.constantFrom("hyperparameters", "parameters", "outputs", "measures");
    const head = { id: "x:w-5", activity: "x:w-1", time: 1000, of: "x:m", graph: "x:g" };
    fc.assert(
      fc.property(kinds, numbers, (kind, given) => {
        const names = Object.keys(given);
        const decimal = names.map((name) => {
          const value = given[name] as number;
          const isWord = !Number.isFinite(value) || Object.is(value, -0);
          return [name, isWord ? { value: canonicalDouble(value), type: "xsd:double" } : value] as const;
        });
        const doubles = doublesText(Buffer.from(Float64Array.from(Object.values(given)).buffer), names.length);
        const inDoubles = of(JSON.parse(JSON.stringify({ kind, ...head, names, doubles })));
        expect(inDoubles).toEqual(of({ kind, ...head, values: Object.fromEntries(decimal) }));
      }),
    );
  });

  it.each([
    ["for more names", { names: ["a", "b"], doubles: doublesText(Buffer.alloc(8), 1) }],
    ["and names that are none", { names: [1], doubles: doublesText(Buffer.alloc(8), 1) }],
    ["and no list of names", { names: "a", doubles: doublesText(Buffer.alloc(8), 1) }],
    ["that are none", { names: ["a"], doubles: 1 }],
  ])("with doubles %s is refused", (_, parts) => {
    const list = { kind: "outputs", id: "x:w-5", activity: "x:w-1", ...parts };
    expect(() => of(list)).toThrow(expect.objectContaining({ code: "unreadable" }));
  });
});
