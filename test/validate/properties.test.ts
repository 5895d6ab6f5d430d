import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Document } from "../../src/model/document.ts";
import { formalAttributes, type Kind, RELATIONS } from "../../src/model/relations.ts";
import type { Statement } from "../../src/model/statement.ts";
import { checkConstraints } from "../../src/validate/constraints/check.ts";
import { isValidLiterally, normalStatements } from "./literal.ts";

const EX = "http://example.org/";
const PROV = "http://www.w3.org/ns/prov#";

/** Which statements come how often, and what the things in them are called; first names come most often. */
interface Profile {
  readonly kinds: Readonly<Partial<Record<Kind, number>>>;
  readonly names: Readonly<
    Record<"entity" | "activity" | "agent" | "element" | "generation" | "usage" | "time" | "id", readonly string[]>
  >;
  /** In how many of ten cases an optional argument, and an id, is given. */
  readonly optional: number;
  readonly identified: number;
}

const TIMES = ["2012-11-16T16:05:00Z", "2012-11-16T17:05:00Z"];

/** Few names, so that statements meet. */
const PROFILES: Readonly<Record<string, Profile>> = {
  everything: {
    kinds: {
      entity: 2,
      activity: 1,
      agent: 1,
      wasGeneratedBy: 3,
      used: 1,
      wasInformedBy: 1,
      wasStartedBy: 3,
      wasEndedBy: 1,
      wasInvalidatedBy: 1,
      wasDerivedFrom: 5,
      wasAttributedTo: 1,
      wasAssociatedWith: 1,
      actedOnBehalfOf: 1,
      wasInfluencedBy: 1,
      alternateOf: 1,
      specializationOf: 1,
      hadMember: 1,
    },
    names: {
      entity: ["e1", "e2", "e3", "e4", "_:e", "g1"],
      activity: ["a1", "a2", "a3", "_:a", "e1"],
      agent: ["ag1", "e2", "a2"],
      element: ["e1", "e2", "a1", "ag1"],
      generation: ["g1", "g2", "_:g"],
      usage: ["u1", "_:u"],
      time: TIMES,
      id: ["g1", "g2", "u1", "s1", "x1", "_:g", "_:u", "a1"],
    },
    optional: 4,
    identified: 5,
  },
  order: {
    kinds: {
      entity: 1,
      activity: 1,
      wasGeneratedBy: 3,
      wasStartedBy: 4,
      wasEndedBy: 1,
      wasDerivedFrom: 5,
      wasAttributedTo: 2,
      specializationOf: 2,
    },
    names: {
      entity: ["e1", "e2", "e3"],
      activity: ["a1", "a2", "a3"],
      agent: ["e1", "a1"],
      element: [],
      generation: ["g1"],
      usage: ["u1"],
      time: TIMES,
      id: ["d1"],
    },
    optional: 5,
    identified: 0,
  },
  unification: {
    kinds: {
      wasGeneratedBy: 3,
      wasInvalidatedBy: 1,
      wasStartedBy: 2,
      wasDerivedFrom: 2,
      wasInfluencedBy: 1,
      activity: 1,
      used: 1,
    },
    names: {
      entity: ["e1", "_:e", "_:f", "e2"],
      activity: ["a1", "_:a", "_:b", "a2"],
      agent: [],
      element: ["e1", "a1", "_:e", "_:a"],
      generation: ["g1", "_:g", "g2"],
      usage: ["u1"],
      time: TIMES,
      id: ["_:g", "g1", "_:h", "g2", "d1"],
    },
    optional: 6,
    identified: 7,
  },
  collections: {
    kinds: { entity: 2, specializationOf: 3, hadMember: 3, alternateOf: 1 },
    names: {
      entity: ["e1", "e2", "e3", "e4", "e5", "_:e"],
      activity: [],
      agent: [],
      element: [],
      generation: [],
      usage: [],
      time: [],
      id: ["d1"],
    },
    optional: 0,
    identified: 0,
  },
};

const iri = (name: string) => (name.startsWith("_:") || name.includes("T") ? name : EX + name);

const chance = (outOfTen: number) => fc.integer({ min: 0, max: 9 }).map((n) => n < outOfTen);

function statement(kind: Kind, { names, optional, identified }: Profile): fc.Arbitrary<Statement> {
  const named = (of: keyof Profile["names"]) =>
    fc.oneof(...names[of].map((name, i) => ({ weight: 8 - i, arbitrary: fc.constant(iri(name)) })));
  const relation = RELATIONS[kind];
  const parts = formalAttributes(kind).map(([name, type], index) =>
    fc.tuple(
      fc.constant(name),
      named(type as "time"),
      index < relation.required ? fc.constant(true) : chance(optional),
    ),
  );
  const isElement = kind === "entity" || kind === "activity" || kind === "agent";
  const isIdentified = relation.identified ? chance(identified) : fc.constant(false);
  return fc
    .tuple(
      isElement ? named(kind) : named("id"),
      isElement ? fc.constant(true) : isIdentified,
      fc.tuple(...parts),
      chance(2),
    )
    .map(([id, hasId, values, isEmpty]) => {
      const given = values.filter(([, , isGiven]) => isGiven).map(([name, value]) => [name, value]);
      const attributes =
        isEmpty && kind === "entity" ? { attributes: [[`${PROV}type`, { iri: `${PROV}EmptyCollection` }]] } : {};
      return { kind, ...(hasId ? { id } : {}), ...Object.fromEntries(given), ...attributes } as unknown as Statement;
    });
}

function statements(maxLength: number, profile: Profile = PROFILES.everything as Profile): fc.Arbitrary<Statement[]> {
  const kinds = Object.entries(profile.kinds) as [Kind, number][];
  return fc.array(fc.oneof(...kinds.map(([kind, weight]) => ({ weight, arbitrary: statement(kind, profile) }))), {
    maxLength,
  });
}

const NAMES = Object.values(PROFILES.everything?.names ?? {});
const documentOf = (list: readonly Statement[]): Document => ({ prefixes: {}, statements: list, bundles: [] });
const isValid = (list: readonly Statement[]) => checkConstraints(documentOf(list)).total === 0;
const SEED = { seed: Number(process.env.PROVML_SEED ?? 20_261_121) };

describe("the verdict on a document", () => {
  it.each(Object.keys(PROFILES))("is that of the specification read literally: %s", { timeout: 120_000 }, (name) => {
    const seen = { valid: 0, invalid: 0 };
    const runs = Number(process.env.PROVML_RUNS ?? 1000);
    fc.assert(
      fc.property(statements(9, PROFILES[name]), (list) => {
        const expected = isValidLiterally(documentOf(list));
        seen[expected ? "valid" : "invalid"]++;
        expect(isValid(list)).toBe(expected);
      }),
      { ...SEED, numRuns: runs },
    );
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(runs / 20);
  });

  it("stays when what the specification infers is added, with its unnamed things as anonymous ones", {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(statements(6), (list) => {
        const normal = normalStatements(documentOf(list));
        if (normal !== undefined) expect(isValid([...list, ...normal])).toBe(isValid(list));
      }),
      { ...SEED, numRuns: 1000 },
    );
  });

  it("does not depend on the order of statements, nor on one being said twice", () => {
    const shuffled = statements(12).chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list, ...list], { minLength: list.length, maxLength: 2 * list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(isValid([...other, ...list])).toBe(isValid(list));
        expect(isValid([...list].reverse())).toBe(isValid(list));
      }),
      { ...SEED, numRuns: 2000 },
    );
  });

  it("does not depend on what things are called", () => {
    const hostile = [
      "__proto__",
      "constructor",
      "toString",
      "é<>\"'",
      "a".repeat(500),
      "0",
      "-1",
      "null",
      "hasOwnProperty",
    ];
    fc.assert(
      fc.property(statements(12), fc.shuffledSubarray(hostile, { minLength: hostile.length }), (list, names) => {
        const rename = (text: string) => {
          if (text.startsWith("_:")) return `_:${names[text.length % names.length]}${text.slice(2)}`;
          const i = [...new Set(NAMES.flat())].indexOf(text.slice(EX.length));
          return i < names.length ? (names[i] as string) : `${names[i % names.length]}${i}`;
        };
        const renamed = list.map((one) => {
          const entries = Object.entries(one).map(([key, value]) => {
            const isName = key !== "kind" && typeof value === "string" && !/^\d{4}-/.test(value);
            return [key, isName ? rename(value) : value];
          });
          return Object.fromEntries(entries) as Statement;
        });
        expect(isValid(renamed)).toBe(isValid(list));
      }),
      { ...SEED, numRuns: 2000 },
    );
  });

  it("is reported for the same rules in whatever order the statements of a bundle stand, and never the less for a limit", () => {
    fc.assert(
      fc.property(statements(12), (list) => {
        const document: Document = { prefixes: {}, statements: [], bundles: [{ id: `${EX}b`, statements: list }] };
        const all = checkConstraints(document);
        const few = checkConstraints(document, { limit: 1 });
        expect(all.total).toBe(checkConstraints(documentOf(list)).total);
        expect(few.total).toBe(all.total);
        expect(few.violations).toEqual(all.violations.slice(0, 1));
        for (const { bundle, statements, sentence } of all.violations) {
          expect(bundle).toBe(`${EX}b`);
          expect(statements.length).toBeGreaterThan(0);
          for (const one of statements) expect(list).toContain(one);
          expect(sentence).toMatch(/^\S.*\.$/);
        }
      }),
      { ...SEED, numRuns: 1000 },
    );
  });
});
