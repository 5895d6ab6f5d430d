import { describe, expect, it } from "vitest";
// Compiled: the store starts a thread, and Node 20 starts none from TypeScript.
import { embeddedStore } from "../../dist/src/store/embedded.js";
import { StoreIndex } from "../../src/query/triple-index.ts";
import { endIn, listsOf, startIn, turned } from "../../src/query/triple-lists.ts";

const P = "urn:p";
const Q = "urn:q";

describe("what is stated of a thing, looked up", () => {
  it("is what the store says, of IRIs and of literals of every kind, both ways", async () => {
    await using store = embeddedStore();
    await store.load(
      [
        '<urn:a> <urn:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:g> .',
        '<urn:a> <urn:p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> <urn:h> .',
        '<urn:a> <urn:p> "a \\"tab\\"\\t and a line\\nfeed"@EN <urn:g> .',
        "<urn:a> <urn:p> <urn:b> <urn:g> .",
        "<urn:a> <urn:p> <urn:b> <urn:h> .",
        "<urn:c> <urn:p> <urn:b> <urn:g> .",
        '<urn:c> <urn:p> "é" <urn:g> .',
        "<urn:b> <urn:q> <urn:c> <urn:g> .",
      ].join("\n"),
    );
    const index = (await new StoreIndex(store).holding([P, Q])) as StoreIndex;
    const { rows } = await store.select("SELECT ?s ?p ?o { ?s ?p ?o }");
    for (const thing of ["urn:a", "urn:b", "urn:c", "urn:none"])
      for (const property of [P, Q]) {
        const its = rows.filter(({ s, p }) => s?.value === thing && p?.value === property).map(({ o }) => o);
        const found = index.values(thing, property);
        expect(found).toHaveLength(its.length);
        expect(found).toEqual(expect.arrayContaining(its));
        expect(index.has(thing, property)).toBe(its.length > 0);
        const visited: unknown[] = [];
        index.visit(thing, [property], (_, value) => visited.push(value));
        expect(visited).toEqual(found);
      }
    expect(
      index
        .subjects(P, "urn:b")
        .map(({ value }) => value)
        .sort(),
    ).toEqual(["urn:a", "urn:c"]);
    expect(index.subjects(P, "urn:b", Q)).toEqual([]);
    expect(index.subjects(P, "urn:b", P)).toHaveLength(2);
    expect(index.says("urn:a", P, "urn:b")).toBe(true);
    expect(index.says("urn:b", P, "urn:a")).toBe(false);
    expect(index.says("urn:a", P, "urn:none")).toBe(false);
  });

  it("goes for things that another property brought later, too", async () => {
    await using store = embeddedStore();
    await store.load("<urn:a> <urn:p> <urn:b> .\n<urn:c> <urn:q> <urn:d> .");
    const index = (await new StoreIndex(store).holding([P])) as StoreIndex;
    expect(index.subjects(P, "urn:b")).toHaveLength(1);
    expect(index.has("urn:c", P)).toBe(false);
    await index.holding([Q]);
    expect(index.has("urn:c", Q)).toBe(true);
    expect(index.values("urn:c", P)).toEqual([]);
    expect(index.subjects(P, "urn:d")).toEqual([]);
    expect(index.values("urn:c", Q)).toEqual([{ kind: "iri", value: "urn:d" }]);
  });
});

it("lists of pairs turned round twice are the lists of these pairs, negative numbers left out", () => {
  const lists = listsOf(Int32Array.of(2, 0, 2, 2), Int32Array.of(1, -1, 0, -3));
  const of = (number: number, all = lists) => [...all.others.subarray(startIn(all, number), endIn(all, number))];
  expect([0, 1, 2, 3, -1].map((number) => of(number))).toEqual([[-1], [], [1, 0, -3], [], []]);
  const back = turned(turned(lists));
  expect([0, 1, 2].map((number) => of(number, back))).toEqual([[], [], [0, 1]]);
});
