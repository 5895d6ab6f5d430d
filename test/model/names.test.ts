import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkIri,
  contentDigest,
  contentIri,
  definedName,
  definitionName,
  escapeLocalName,
  expandName,
  isIri,
  PREFIXES,
  shortenName,
} from "../../src/model/names.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

const prefixes = { ...PREFIXES, x: "https://example.org/run/", id: "https://example.org/id/" };
const anyString = fc.oneof(anyText({ maxLength: 300 }), fc.string({ unit: "grapheme", maxLength: 300 }));

describe("an outside string in an IRI", () => {
  it("is always safe", () => {
    fc.assert(
      fc.property(anyString, (text) => {
        const escaped = escapeLocalName(text);
        expect(escaped).toMatch(/^[A-Za-z0-9._%-]*$/);
        expect(isIri(expandName(definitionName("measure", text), prefixes))).toBe(true);
      }),
      { numRuns: tries(2000) },
    );
  });

  it("differs when the string differs", () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(anyString, (text) => {
        const whole = text.toWellFormed();
        const escaped = escapeLocalName(text);
        expect(seen.get(escaped) ?? whole).toBe(whole);
        seen.set(escaped, whole);
      }),
      { numRuns: tries(3000) },
    );
  });

  it.each([
    ["a.", "a"],
    ["a%2E", "a."],
    ["a b", "a%20b"],
    ["a/b", "a%2Fb"],
    ["~", "%7E"],
    ["x".repeat(120), "x".repeat(121)],
    [`${"x".repeat(119)}😀a`, `${"x".repeat(119)}😀b`],
    ["", "%"],
  ])("tells %j from %j", (a, b) => {
    expect(escapeLocalName(a)).not.toBe(escapeLocalName(b));
  });

  it("comes back whole when it is short", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 100 }), (text) => {
        const iri = expandName(definitionName("hyperparameter", text), prefixes);
        expect(definedName(iri)).toBe(text.toWellFormed());
      }),
    );
  });

  it("stays readable where it can", () => {
    expect(definitionName("measure", "macro_F1.test-2")).toBe("id:measure.macro_F1.test-2");
    expect(definitionName("role", "a>b <x>. \n")).toBe("id:role.a%3Eb%20%3Cx%3E.%20%0A");
  });
});

describe("qualified names", () => {
  it("are prefixed, or absolute in angle brackets", () => {
    expect(expandName("prov:type", prefixes)).toBe("http://www.w3.org/ns/prov#type");
    expect(expandName("x:w-1", prefixes)).toBe("https://example.org/run/w-1");
    expect(expandName("<ni:///sha-256;abc>", prefixes)).toBe("ni:///sha-256;abc");
  });

  it.each(["x", "y:a", "toString:a", "x:a b", "x:a>b", "<no scheme>", "<a b:c>", "x:\ud800", "x:\u0000", ""])(
    "refuse %j",
    (name) => {
      expect(() => expandName(name, prefixes)).toThrow(expect.objectContaining({ code: "bad-iri" }));
    },
  );

  it("are shortened to what expands to the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(prefixes)), fc.webPath(), (namespace, path) => {
        const iri = namespace + path;
        const short = shortenName(iri, prefixes);
        if (short !== undefined) expect(expandName(short, prefixes)).toBe(iri);
      }),
    );
    expect(shortenName("https://example.org/run/w-1", prefixes)).toBe("x:w-1");
    expect(shortenName("https://example.org/run/1", prefixes)).toBeUndefined();
    expect(shortenName("https://example.org/run/a.", prefixes)).toBeUndefined();
  });
});

describe("IRIs", () => {
  it.each(["http://a", "urn:x", "pkg:npm/%40a/b@1", "https://größe.example/ö"])("may be %s", (iri) => {
    expect(checkIri(iri, "here")).toBe(iri);
  });

  it.each(["", "a", "//host/x", "http://a b", "http://a|b", "1a:b", 'http://"'])("may not be %j", (text) => {
    expect(() => checkIri(text, "license")).toThrow(
      expect.objectContaining({ code: "bad-iri", message: expect.stringMatching(/^license: /) }),
    );
  });

  it("name content by its digest, and tell it", () => {
    const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(contentIri(digest)).toBe("ni:///sha-256;47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    expect(contentDigest(contentIri(digest))).toBe(digest);
    expect([contentDigest("ni:///sha-256;abc"), contentDigest("http://a")]).toEqual([undefined, undefined]);
  });
});
