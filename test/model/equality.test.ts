import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Document, documentOf } from "../../src/model/document.ts";
import { difference, isEqual } from "../../src/model/equality.ts";
import type { Statement } from "../../src/model/statement.ts";

const EX = "http://example.org/";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const of = (...statements: Statement[]): Document => documentOf(statements);
const entity = (id: string, ...attributes: [string, string | number][]): Statement => ({
  kind: "entity",
  id,
  attributes,
});

describe("two documents are equal", () => {
  it("in whatever order statements and attributes come, and however often an attribute is repeated", () => {
    const a = entity("e:1", ["e:a", 1], ["e:b", "x"]);
    const b: Statement = { kind: "used", activity: "e:r", entity: "e:1" };
    expect(isEqual(of(a, b), of(b, entity("e:1", ["e:b", "x"], ["e:a", 1], ["e:a", 1])))).toBe(true);
  });

  it("whatever their prefixes", () => {
    expect(isEqual({ ...of(entity("e:1")), prefixes: { ex: EX } }, of(entity("e:1")))).toBe(true);
  });

  it("when values are the same literals", () => {
    const one = of({ kind: "entity", id: "e:1", attributes: [["e:a", { value: "1", type: `${XSD}integer` }]] });
    expect(isEqual(one, of(entity("e:1", ["e:a", 1])))).toBe(true);
    expect(isEqual(one, of(entity("e:1", ["e:a", "1"])))).toBe(false);
    const english = (language: string) =>
      of({ kind: "entity", id: "e:1", attributes: [["e:a", { value: "x", language }]] });
    expect(isEqual(english("en"), english("EN"))).toBe(true);
    expect(isEqual(english("en"), english("de"))).toBe(false);
  });

  it("not when one says a thing twice", () => {
    const found = difference(of(entity("e:1"), entity("e:1")), of(entity("e:1")));
    expect(found).toEqual({ onlyFirst: [{ statement: entity("e:1") }], onlySecond: [] });
  });

  it("not when a statement stands in another bundle, or an empty bundle is missing", () => {
    const inside: Statement = { ...entity("e:1"), graph: "e:b" };
    expect(isEqual(of(inside), of(entity("e:1")))).toBe(false);
    expect(isEqual(of(inside), of({ ...inside, graph: "e:c" }))).toBe(false);
    const empty = { ...of(), bundles: [{ id: "e:b", statements: [] }] };
    expect(difference(empty, of()).onlyFirst).toEqual([{ bundle: "e:b" }]);
  });

  it("not when a text imitates the border between two parts", () => {
    expect(isEqual(of(entity("e:1", ["e:a", "x|3:e:b|1:y"])), of(entity("e:1", ["e:a", "x"], ["e:b", "y"])))).toBe(
      false,
    );
  });
});

describe("anonymous identifiers", () => {
  const uses = (activity: string, ...entities: string[]): Statement[] =>
    entities.map((one): Statement => ({ kind: "used", activity, entity: one }));

  it("are equal up to their labels", () => {
    const a = of(entity("_:a", ["e:n", 1]), entity("_:b", ["e:n", 2]), ...uses("e:r", "_:a"), ...uses("e:s", "_:b"));
    const b = of(entity("_:b", ["e:n", 1]), entity("_:a", ["e:n", 2]), ...uses("e:r", "_:b"), ...uses("e:s", "_:a"));
    const c = of(entity("_:b", ["e:n", 1]), entity("_:a", ["e:n", 2]), ...uses("e:r", "_:a"), ...uses("e:s", "_:b"));
    expect(isEqual(a, b)).toBe(true);
    expect(isEqual(a, c)).toBe(false);
  });

  it("name keys, pairs, values and bundles too", () => {
    const doc = (one: string, two: string): Document =>
      of(
        { kind: "derivedByInsertionFrom", after: "e:2", before: "e:1", keyEntitySet: [{ key: "k", entity: one }] },
        { kind: "entity", id: two, attributes: [["e:p", { iri: one }]], graph: two },
      );
    expect(isEqual(doc("_:a", "_:b"), doc("_:b", "_:a"))).toBe(true);
    expect(isEqual(doc("_:a", "_:b"), doc("_:a", "_:a"))).toBe(false);
  });

  /** Derivations in circles of anonymous entities: every id looks like every other. */
  const circles = (...lengths: number[]): Document =>
    of(
      ...lengths.flatMap((length, circle) =>
        Array.from(
          { length },
          (_, n): Statement => ({
            kind: "wasDerivedFrom",
            generatedEntity: `_:c${circle}n${n}`,
            usedEntity: `_:c${circle}n${(n + 1) % length}`,
          }),
        ),
      ),
    );

  it("are told apart where all look alike", () => {
    expect(isEqual(circles(3, 3), circles(3, 3))).toBe(true);
    expect(isEqual(circles(6), circles(3, 3))).toBe(false);
    expect(isEqual(circles(4, 2), circles(2, 4))).toBe(true);
  });

  it("are compared in any shuffling of any graph, and a changed graph is noticed", () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 1, maxLength: 16 });
    const doc = (pairs: (readonly [number, number])[], label: (n: number) => string): Document =>
      of(
        ...pairs.map(
          ([x, y]): Statement => ({
            kind: "wasDerivedFrom",
            generatedEntity: label(x),
            usedEntity: label(y),
          }),
        ),
      );
    fc.assert(
      fc.property(edges, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (pairs, order) => {
        const plain = doc(pairs, (n) => `_:x${n}`);
        expect(
          isEqual(
            plain,
            doc([...pairs].reverse(), (n) => `_:y${order[n]}`),
          ),
        ).toBe(true);
        const [[x, y], ...rest] = pairs as [[number, number], ...[number, number][]];
        const turned = doc([[y, x], ...rest], (n) => `_:x${n}`);
        if (isEqual(plain, turned)) expect(degrees([[y, x], ...rest])).toEqual(degrees(pairs));
      }),
      { numRuns: 300 },
    );
  });

  function degrees(pairs: (readonly [number, number])[]): string[] {
    const count = (n: number) => `${pairs.filter(([x]) => x === n).length}/${pairs.filter(([, y]) => y === n).length}`;
    return Array.from({ length: 8 }, (_, n) => count(n)).sort();
  }
});
