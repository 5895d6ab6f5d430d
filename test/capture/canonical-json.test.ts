import * as peer from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/capture/content/canonical-json.ts";
import { tries } from "../tries.ts";

/** A CommonJS package whose types say that it is a module. */
const canonicalize = peer.default as unknown as (value: unknown) => string | undefined;

describe("canonical JSON (RFC 8785)", () => {
  it("is that of the example of section 3.2", () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\u002f",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("sorts names by UTF-16 code units, as section 3.2.3 shows", () => {
    const names = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "ö"];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    const sorted = Object.keys(JSON.parse(canonicalJson(value) ?? "") as object);
    expect(sorted.sort()).toEqual(["\r", "1", "\u0080", "ö", "\u20ac", "\u{1f600}", "\ufb33"]);
    expect(canonicalJson(value)).toBe('{"\\r":0,"1":0,"\u0080":0,"ö":0,"€":0,"😀":0,"\ufb33":0}');
  });

  // Appendix B: the bits of a double and its text.
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("writes the double %s as %s", (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, "hex").readDoubleBE())).toBe(text);
  });

  it("is what the package canonicalize writes, for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: tries(2000) },
    );
  });

  it("leaves out members that are undefined, and reads a key like __proto__ as any other", () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":[]}'))).toBe('{"__proto__":{"x":1},"a":[]}');
  });

  it.each([
    ["NaN", { x: Number.NaN }],
    ["an infinity", [Number.POSITIVE_INFINITY]],
    ["a lone surrogate", ["\ud800"]],
    ["a lone surrogate as a name", { "\udc00": 1 }],
    ["a hole", Object.assign([], { 1: 2 })],
    ["undefined in an array", [undefined]],
    ["a big integer", { n: 1n }],
    ["a function", { f: () => 1 }],
    ["a date", { at: new Date(0) }],
    ["a map", [new Map()]],
    ["a typed array", { w: new Float32Array(1) }],
    ["an instance of a class", { e: new (class E {})() }],
  ])("is none of a value with %s", (_, value) => {
    expect(canonicalJson(value)).toBeUndefined();
  });

  it("is none of a value that contains itself", () => {
    const value: Record<string, unknown> = { a: [] };
    (value.a as unknown[]).push(value);
    expect(canonicalJson(value)).toBeUndefined();
  });
});
