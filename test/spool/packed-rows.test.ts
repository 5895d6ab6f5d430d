import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRoom, packRows, unpackRows } from "../../src/spool/packed-rows.ts";

function packed(rows: readonly number[]): Float64Array | undefined {
  const room = new Float64Array(packedRoom(rows.length));
  const length = packRows(Float64Array.from(rows), rows.length, room);
  return length > 0 ? room.slice(0, length) : undefined;
}

/** Whether the rows come back exactly, NaN and the sign of zero too. */
function isExact(rows: readonly number[]): boolean {
  const doubles = packed(rows);
  if (doubles === undefined) return true;
  const read = unpackRows(doubles, rows.length / 4) ?? [];
  return read.length === rows.length && rows.every((number, i) => Object.is(number, read[i]));
}

function rowsOf(count: number, row: (i: number) => readonly [number, number, number, number]): number[] {
  return Array.from({ length: count }, (_, i) => row(i)).flat();
}

describe("packed rows", () => {
  it.each<[string, number, (i: number) => readonly [number, number, number, number]]>([
    ["of one series at one time", 0.26, (i) => [3, i, Math.sin(i), 1.7e12]],
    ["of one series, each with its own time", 0.51, (i) => [3, i, Math.sin(i), 1.7e12 + i + Math.cos(i)]],
    [
      "of five series that are logged together",
      0.71,
      (i) => [i % 5, Math.floor(i / 5), i, 1.7e12 + Math.floor(i / 5) ** 1.5],
    ],
    ["whose steps count down by tenths", 0.51, (i) => [0, 100 - i * 0.1, i, 1.7e12]],
  ])("%s take at most a share of %d", (_, share, row) => {
    const rows = rowsOf(8192, row);
    expect(packed(rows)?.length).toBeLessThan(rows.length * share);
    expect(isExact(rows)).toBe(true);
  });

  it("are not made where nothing goes on", () => {
    expect(packed(rowsOf(8192, (i) => [(i * 7) % 5, Math.sin(i), i, Math.cos(i)]))).toBeUndefined();
  });

  it("come back exactly, whatever they are", () => {
    const special = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
      0,
      2 ** 53,
      2 ** 53 + 2,
      5e-324,
      -1,
      1,
      0.1,
    ];
    const number = fc.oneof(fc.constantFrom(...special), fc.double(), fc.integer({ min: -3, max: 3 }));
    // A row is the one before, or a step away from it, so that runs come about and break everywhere.
    const move = fc.tuple(
      number,
      number,
      number,
      fc.constantFrom(
        "same",
        "same",
        "same",
        "same",
        "same",
        "same",
        "next",
        "next",
        "next",
        "next",
        "next",
        "next",
        "new",
      ),
    );
    let packedCount = 0;
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 300, size: "max" }), (moves) => {
        let [series, step, time] = [0, 0, 0];
        const rows = moves.flatMap(([a, b, c, what]) => {
          if (what === "new") [series, step, time] = [a, b, c];
          if (what === "next") [series, step, time] = [series + 1, step + b, time];
          return [series, step, b, time];
        });
        expect(isExact(rows)).toBe(true);
        if (packed(rows)) packedCount++;
      }),
      { numRuns: 2000 },
    );
    expect(packedCount).toBeGreaterThan(100);
  });

  it("that are damaged are none, and never more than are promised", () => {
    const rows = rowsOf(100, (i) => [0, i, i, 0]);
    const doubles = packed(rows) as Float64Array;
    expect(unpackRows(doubles, 99)).toBeUndefined();
    expect(unpackRows(doubles, 101)).toBeUndefined();
    expect(unpackRows(doubles, 2 ** 32 - 1)).toBeUndefined();
    expect(unpackRows(doubles.subarray(0, 5), 0)).toBeUndefined();
    const numbers = fc.oneof(fc.double(), fc.integer({ min: -2, max: 200 }));
    fc.assert(
      fc.property(fc.nat(doubles.length - 1), numbers, (at, number) => {
        const changed = doubles.slice();
        changed[at] = number;
        expect([undefined, rows.length]).toContain(unpackRows(changed, 100)?.length);
      }),
    );
  });
});
