import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapeXmlName,
  isEscapedXmlName,
  isNcName,
  unescapePythonName,
  unescapeXmlName,
} from "../../src/formats/prov-xml/xml-names.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

describe("the escaping of local names", () => {
  test.each([
    ["e1", "e1"],
    ["en_l0", "en__l0"],
    ["363608", "_363608"],
    ["0tagWithDigit", "_0tagWithDigit"],
    ["55348dff-4fcc-4ac2-ab56-641798c64400", "_55348dff-4fcc-4ac2-ab56-641798c64400"],
    ["わかよたれそ", "_わかよたれそ"],
    ["ext-45004", "ext-45004"],
    ["", "_"],
    ["_", "___"],
    ["main/grep", "main_2Fgrep"],
    ["='(),_:;[].@~", "__3D_27_28_29_2C___3A_3B_5B_5D._40_7E"],
    ["À-ÖØ-öø-˿", "À-ÖØ-öø-˿"],
  ])("writes %j as ProvToolbox does: %j", (local, written) => {
    expect(escapeXmlName(local)).toBe(written);
    expect(unescapeXmlName(written)).toBe(local);
  });

  test("goes on where ProvToolbox gives up: any character as its bytes", () => {
    expect(escapeXmlName("a%20b")).toBe("a_2520b");
    expect(escapeXmlName("×")).toBe("__C3_97");
    expect(unescapeXmlName("__C3_97")).toBe("×");
  });

  test("makes an XML name of every text, and the same text of it again", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 12 }), (text) => {
        const local = text.toWellFormed();
        const written = escapeXmlName(local);
        expect(isNcName(written)).toBe(true);
        expect(isEscapedXmlName(written)).toBe(true);
        expect(unescapeXmlName(written)).toBe(local);
      }),
      { numRuns: tries(5000) },
    );
  });

  test.each(["grepsort_in", "8b3eb82c", "main/grep", "__init__", "_foo", "a_C3b", "-1", "_x0030_tag"])(
    "never writes %j, which tells that a document is not escaped",
    (name) => {
      expect(isEscapedXmlName(name)).toBe(false);
    },
  );
});

test("names of attributes as Python writes them are read, and only such", () => {
  expect(unescapePythonName("_x0030_tag")).toBe("0tag");
  expect(unescapePythonName("a_x002C_b")).toBe("a,b");
  expect(unescapePythonName("a_x0041_b")).toBe("a_x0041_b");
});
