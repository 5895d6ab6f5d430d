import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { crafted } from "./crafted.ts";
import { filesIn, graphIn, movedTo, published, segmentsIn } from "./moved.ts";

const GOOD = { kind: "entity", id: "x:wcraft-good" };

test.each([
  ["an IRI that no N-Quads line may hold", { kind: "entity", id: "<http://a b>" }, /bad|IRI/],
  ["a name whose prefix nobody knows", { kind: "entity", id: "zz:1" }, /prefix/],
  ["a kind of a later version", { kind: "wasDreamtBy", id: "x:1" }, /wasDreamtBy/],
  ["a relation without what PROV-DM demands", { kind: "used", entity: "x:1" }, /activity/],
  ["a time that is none", { kind: "activity", id: "x:1", startTime: 1e300 }, /./],
  ["null", null, /./],
  ["a word", "entity", /./],
  ["a list whose values are none", { kind: "outputs", id: "x:1", activity: "x:2", values: null }, /./],
])("puts %s into quarantine with the reason, and moves the rest", async (_, bad, reason) => {
  const directory = crafted({ frames: [[GOOD, bad], [{ ...GOOD, id: "x:wcraft-after" }]] });
  const report = await flush(directory);
  expect(report).toMatchObject({ statements: 3, quarantined: 1, refused: [] });
  const graph = graphIn(directory).join("\n");
  expect(graph).toContain("/wcraft-good>");
  expect(graph).toContain("/wcraft-after>");
  const [file = "", ...others] = filesIn(directory, "quarantine");
  expect([basename(file), others]).toEqual(["wcraft-1.json", []]);
  const kept = JSON.parse(readFileSync(file, "utf8"));
  expect(kept).toMatchObject({ writer: "wcraft", sequence: 1, statement: bad });
  expect(kept.reason).toMatch(reason);
  expect(segmentsIn(directory), "what is in quarantine is safe").toEqual([]);
});

test("puts rows of a series that has no name into quarantine, and moves those of the others", async () => {
  const directory = crafted({
    frames: [
      { number: 0, id: "x:wcraft-1", name: "loss", activity: "x:wcraft-2" },
      { number: 1, id: "no name", name: "loss", activity: "x:wcraft-2" },
      new Float64Array([0, 1, 10, 1e12, 1, 2, Number.NaN, 1e12, 1, 3, 30, 1e12, 0, 4, 40, 1e12]),
      [GOOD],
    ],
  });
  expect(await flush(directory)).toMatchObject({ rows: 4, quarantined: 2, refused: [] });
  const { rows } = await movedTo(directory);
  expect(
    rows.map((row) =>
      row
        .split(" ")
        .slice(1, 2)
        .concat(row.split(" ")[6] ?? ""),
    ),
  ).toEqual([
    ["000000000", "10"],
    ["000000003", "40"],
  ]);
  const [file = ""] = filesIn(directory, "quarantine");
  const kept = JSON.parse(readFileSync(file, "utf8"));
  expect(kept).toMatchObject({ sequence: 1, series: { id: "no name" } });
  expect(kept.rows).toEqual([
    [1, 2, "NaN", 1e12],
    [1, 3, 30, 1e12],
  ]);
  expect(graphIn(directory).join("\n")).toContain("/wcraft-good>");
});

test("takes two numbers for one series, and frames that hold nothing", async () => {
  const series = { id: "x:wcraft-1", name: "loss", activity: "x:wcraft-2" };
  const directory = crafted({
    frames: [
      [],
      { number: 0, ...series },
      { number: 1, ...series },
      new Float64Array([0, 1, 10, 1e12, 1, 2, 20, 1e12]),
      [GOOD],
      [],
    ],
  });
  expect(await flush(directory)).toMatchObject({ rows: 2, statements: 1, quarantined: 0, refused: [] });
  expect((await movedTo(directory)).rows).toHaveLength(2);
  expect(Object.keys(published(directory)).filter((name) => /--\d/.test(name))).toEqual([]);
});
