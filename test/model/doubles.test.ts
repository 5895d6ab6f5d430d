import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doublesOf, doublesText } from "../../src/model/doubles.ts";

const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  2 ** 53,
  5e-324,
  1.7976931348623157e308,
];

function textOf(doubles: readonly number[]): string {
  return doublesText(Buffer.from(Float64Array.from(doubles).buffer), doubles.length);
}

describe("doubles as text", () => {
  it("come back exactly, whatever they are", () => {
    const numbers = fc.array(fc.oneof(fc.double(), fc.constantFrom(...SPECIAL), fc.maxSafeInteger()));
    fc.assert(
      fc.property(numbers, (given) => {
        const read = [...(doublesOf(textOf(given), given.length) ?? [])];
        expect(read.every((value, i) => Object.is(value, given[i]))).toBe(true);
        expect(read).toHaveLength(given.length);
      }),
    );
  });

  it("are little-endian on every machine", () => {
    expect(textOf([1, -2])).toBe(Buffer.from("000000000000f03f00000000000000c0", "hex").toString("base64"));
  });

  it.each([
    ["of another count", textOf([1, 2]), 1],
    ["cut short", textOf([1, 2]).slice(0, -4), 2],
    ["with what is no base64 in it", ` ${textOf([1, 2])}`, 2],
    ["that is empty, for one", "", 1],
  ])("%s are none", (_, text, count) => {
    expect(doublesOf(text, count)).toBeUndefined();
  });
});
