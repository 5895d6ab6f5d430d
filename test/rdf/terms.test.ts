import { describe, expect, test } from "vitest";
import { literalTerm, plainValue } from "../../src/rdf/terms.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const plain = (value: string, type: string) => plainValue(literalTerm(value, { type: XSD + type }));

describe("the plain value of a literal", () => {
  test.each([
    ["42", "integer", 42],
    ["-7", "long", -7],
    ["+7", "nonNegativeInteger", 7],
    ["1.10", "decimal", 1.1],
    [".5", "decimal", 0.5],
    ["1.0E-2", "double", 0.01],
    ["1", "float", 1],
    ["INF", "double", Number.POSITIVE_INFINITY],
    ["-INF", "double", Number.NEGATIVE_INFINITY],
    ["NaN", "double", Number.NaN],
    ["true", "boolean", true],
    ["0", "boolean", false],
    ["2026-11-21T10:00:00Z", "dateTime", "2026-11-21T10:00:00Z"],
    ["42", "string", "42"],
  ])("%s of xsd:%s", (lexical, type, value) => {
    expect(plain(lexical, type)).toBe(value);
  });

  test.each([
    ["forty", "integer"],
    ["", "double"],
    ["0x10", "integer"],
    ["Infinity", "double"],
    ["1e3", "decimal"],
    ["TRUE", "boolean"],
    ["9007199254740993", "integer"],
  ])("stays %j of xsd:%s where no number says the same", (lexical, type) => {
    expect(plain(lexical, type)).toBe(lexical);
  });

  test("is the IRI of an IRI", () => {
    expect(plainValue({ kind: "iri", value: "urn:x" })).toBe("urn:x");
  });
});
