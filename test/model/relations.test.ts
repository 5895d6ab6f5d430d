import { describe, expect, expectTypeOf, it } from "vitest";
import { formalAttributes, isKind, type Kind, RELATIONS } from "../../src/model/relations.ts";
import type { ElementStatement, Statement } from "../../src/model/statement.ts";

describe("the table of PROV-DM statements", () => {
  it("has the keywords of PROV-N, each with its formal attributes in order", () => {
    expect(Object.keys(RELATIONS)).toHaveLength(21);
    expect(formalAttributes("wasDerivedFrom").map(([name]) => name)).toEqual([
      "generatedEntity",
      "usedEntity",
      "activity",
      "generation",
      "usage",
    ]);
    expect(formalAttributes("wasStartedBy").at(-1)).toEqual(["time", "time"]);
    expect(formalAttributes("entity")).toEqual([]);
  });

  it("requires no more than there is", () => {
    for (const [kind, { formal, required }] of Object.entries(RELATIONS)) {
      expect(required, kind).toBeLessThanOrEqual(Object.keys(formal).length);
    }
  });

  it("knows its own words only", () => {
    expect(["used", "hadMember", "toString", "__proto__", "hyperparameters", ""].map(isKind)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("makes the type of statements", () => {
    expectTypeOf<Statement["kind"]>().toEqualTypeOf<Kind>();
    expectTypeOf<ElementStatement["kind"]>().toEqualTypeOf<"entity" | "activity" | "agent">();
    expectTypeOf<{ kind: "used"; activity: string; entity: string }>().toExtend<Statement>();
    expectTypeOf<{ kind: "entity" }>().not.toExtend<Statement>();
    expectTypeOf<{ kind: "used"; activity: number }>().not.toExtend<Statement>();
  });
});
