import { describe, expect, it } from "vitest";
import { ANONYMOUS_NAMESPACE, declarePrefix, nameScope } from "../../src/formats/qualified-names.ts";

const fail = (what: string): never => {
  throw new Error(what);
};
const EX = "http://example.org/";
const document = nameScope(new Map([["ex", EX]]));

describe("a qualified name", () => {
  it("is its namespace and its local name in one", () => {
    expect(document.expand("ex:a/b#c", fail)).toBe(`${EX}a/b#c`);
    expect(document.expand("ex:urn:x", fail)).toBe(`${EX}urn:x`);
    expect(document.expand("ex:a\\=b\\(c\\)\\.", fail)).toBe(`${EX}a=b(c).`);
  });

  it("needs no declaration of prov and xsd, which a document may yet bind xsd otherwise", () => {
    expect(document.expand("prov:type", fail)).toBe("http://www.w3.org/ns/prov#type");
    expect(document.expand("xsd:int", fail)).toBe("http://www.w3.org/2001/XMLSchema#int");
    expect(nameScope(new Map([["xsd", "urn:x:"]])).expand("xsd:int", fail)).toBe("urn:x:int");
  });

  it("without prefix belongs to the default namespace", () => {
    const scope = nameScope(new Map([["", EX]]));
    expect(scope.expand("e1", fail)).toBe(`${EX}e1`);
    expect(scope.expand("a\\:b", fail)).toBe(`${EX}a:b`);
    expect(() => document.expand("e1", fail)).toThrow('the name "e1" has no prefix, and no default namespace');
  });

  it("of a bundle may use the document's prefixes and hide them", () => {
    const bundle = nameScope(new Map([["", "urn:b:"]]), document);
    expect(bundle.expand("ex:a", fail)).toBe(`${EX}a`);
    expect(bundle.expand("a", fail)).toBe("urn:b:a");
    expect(nameScope(new Map([["ex", "urn:b:"]]), document).expand("ex:a", fail)).toBe("urn:b:a");
    expect(document.expand("ex:a", fail)).toBe(`${EX}a`);
  });

  it("is refused when its prefix is not declared or it makes no IRI", () => {
    expect(() => document.expand("foo:a", fail)).toThrow('the prefix "foo" of "foo:a" is not declared');
    expect(() => document.expand("__proto__:a", fail)).toThrow('the prefix "__proto__" of "__proto__:a" is not');
    expect(() => document.expand("constructor:a", fail)).toThrow("is not declared");
    expect(() => document.expand("ex:a b", fail)).toThrow("holds a character that no IRI may");
  });

  it("stays what it is when it is anonymous", () => {
    expect(document.expand("_:b0", fail)).toBe("_:b0");
    expect(() => document.expand("_:> .", fail)).toThrow("is not an anonymous identifier");
    const blank = nameScope(new Map([["bn", ANONYMOUS_NAMESPACE]]));
    expect(blank.expand("bn:b0", fail)).toBe("_:b0");
    expect(blank.expand("bn:a+b", fail)).toBe(`${ANONYMOUS_NAMESPACE}a+b`);
  });
});

describe("a declaration", () => {
  const declare = (...pairs: (readonly [string, string])[]) => {
    const declared = new Map<string, string>();
    for (const [prefix, namespace] of pairs) declarePrefix(declared, prefix, namespace, fail);
    return Object.fromEntries(declared);
  };

  it("may be repeated, but not changed", () => {
    expect(declare(["ex", EX], ["ex", EX])).toEqual({ ex: EX });
    expect(() => declare(["ex", EX], ["ex", "urn:x:"])).toThrow('the prefix "ex" is declared twice');
  });

  it("cannot bind prov to anything else, nor to what is no IRI", () => {
    expect(() => declare(["prov", EX])).toThrow('the prefix "prov" always stands for');
    expect(() => declare(["ex", "not an IRI"])).toThrow('expected an absolute IRI for the prefix "ex"');
    expect(() => declare(["", ""])).toThrow("expected an absolute IRI for the default namespace");
    expect(() => declare(["_", EX])).toThrow('"_" is no prefix');
    expect(declare(["_", ANONYMOUS_NAMESPACE])).toEqual({});
  });

  it("of __proto__ is one like any other", () => {
    const declared = new Map<string, string>();
    declarePrefix(declared, "__proto__", EX, fail);
    const scope = nameScope(declared);
    expect(Object.entries(scope.declared)).toEqual([["__proto__", EX]]);
    expect(scope.expand("__proto__:a", fail)).toBe(`${EX}a`);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});
