import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalDouble, dateTime, doubleValue, literalOf } from "../../src/model/literals.ts";
import { PREFIXES } from "../../src/model/names.ts";

const xsd = (type: string) => `${PREFIXES.xsd}${type}`;

describe("a double in canonical form", () => {
  it.each([
    [1, "1.0E0"],
    [0.1, "1.0E-1"],
    [-2500, "-2.5E3"],
    [1e21, "1.0E21"],
    [5e-324, "5.0E-324"],
    [0, "0.0E0"],
    [-0, "-0.0E0"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "INF"],
    [Number.NEGATIVE_INFINITY, "-INF"],
  ])("%d is %s", (value, text) => {
    expect(canonicalDouble(value)).toBe(text);
  });

  it("is read back as the very same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = canonicalDouble(value);
        expect(Object.is(Number(text), value)).toBe(true);
        expect(text).toMatch(/^-?\d\.\d+E(0|-?[1-9]\d*)$/);
        expect(text).toMatch(/\.(0|\d*[1-9])E/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a time in canonical form", () => {
  it.each([
    [0, "1970-01-01T00:00:00Z"],
    [1.9, "1970-01-01T00:00:00.001Z"],
    [100, "1970-01-01T00:00:00.1Z"],
    [10_000, "1970-01-01T00:00:10Z"],
    [Date.UTC(2026, 10, 21, 7, 0, 0, 120), "2026-11-21T07:00:00.12Z"],
    [8.64e15, "275760-09-13T00:00:00Z"],
    [-62167219200000, "0000-01-01T00:00:00Z"],
    [-62198755200000, "-0001-01-01T00:00:00Z"],
    [-8.64e15, "-271821-04-20T00:00:00Z"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(dateTime(milliseconds)).toBe(text);
  });

  it("has a year that xsd:dateTime allows, whatever the time", () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (milliseconds) => {
        expect(dateTime(milliseconds)).toMatch(/^-?([1-9]\d{3,}|0\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(\.(\d{0,2}[1-9]))?Z$/);
      }),
    );
  });
});

describe("the literal of a value", () => {
  it.each([
    ["text", { lexical: "text", type: xsd("string") }],
    ["half \ud800", { lexical: "half \ufffd", type: xsd("string") }],
    [true, { lexical: "true", type: xsd("boolean") }],
    [42, { lexical: "42", type: xsd("integer") }],
    [-0, { lexical: "-0.0E0", type: xsd("double") }],
    [2 ** 53, { lexical: "9.007199254740992E15", type: xsd("double") }],
    [0.5, { lexical: "5.0E-1", type: xsd("double") }],
    [
      { value: "x", type: "urn:t" },
      { lexical: "x", type: "urn:t" },
    ],
    [
      { value: "ja", language: "de" },
      { lexical: "ja", type: `${PREFIXES.rdf}langString`, language: "de" },
    ],
  ])("%j", (value, literal) => {
    expect(literalOf(value)).toEqual(literal);
  });

  it("of a measure is a double even when it is whole", () => {
    expect(doubleValue(1)).toEqual({ value: "1.0E0", type: xsd("double") });
  });
});
