import { describe, expect, test } from "vitest";
import { provN } from "../../src/formats/prov-n/prov-n.ts";
import { cpuMs } from "../cpu-time.ts";

const HEAD = "document\nprefix ex <http://example.org/>\n";

function refusal(text: string): string {
  try {
    provN.read(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "unreadable", message: expect.not.stringContaining("\n") });
    return (error as Error).message;
  }
  return "read";
}

describe("malformed PROV-N is refused with line, column, and what was expected", () => {
  test.each([
    ["", "line 1, column 1: expected the word document, found the end"],
    ["entity(ex:e)", 'line 1, column 1: expected the word document, found "entity(ex:e)"'],
    ["document\n", "line 2, column 1: expected a statement or endDocument, found the end"],
    ["document endDocument x", 'line 1, column 22: expected nothing after endDocument, found "x"'],
    [
      "document prefix ex http://x endDocument",
      'line 1, column 20: expected an IRI in angle brackets, found "http://x endDocument"',
    ],
    [
      "document prefix ex <relative> endDocument",
      'line 1, column 20: expected an absolute IRI for the prefix "ex", found "relative"',
    ],
    [
      "document prefix prov <urn:x:> endDocument",
      'line 1, column 22: the prefix "prov" always stands for <http://www.w3.org/ns/prov#>',
    ],
    [
      `${HEAD}prefix ex <urn:x:>\nendDocument`,
      'line 3, column 11: the prefix "ex" is declared twice, as <http://example.org/> and otherwise',
    ],
    [
      `${HEAD}  entity(e1)\nendDocument`,
      'line 3, column 10: the name "e1" has no prefix, and no default namespace is declared',
    ],
    [`${HEAD}  entity(foo:e1)\nendDocument`, 'line 3, column 10: the prefix "foo" of "foo:e1" is not declared'],
    [`${HEAD}entity(-)`, 'line 3, column 8: expected an identifier, found "-)"'],
    [`${HEAD}entity(ex:e`, "line 3, column 12: expected , or ), found the end"],
    [`${HEAD}entity(ex:e, ex:f)`, 'line 3, column 14: expected attributes in [ ], found "ex:f)"'],
    [`${HEAD}entity(ex:e, [ex:a])`, 'line 3, column 19: expected =, found "])"'],
    [`${HEAD}entity(ex:e, [ex:a=])`, `line 3, column 20: expected a value: "text", 'name' or an integer, found "])"`],
    [`${HEAD}entity(ex:e, [ex:a=1 ex:b=2])`, 'line 3, column 22: expected , or ], found "ex:b=2])"'],
    [`${HEAD}entity(ex:e, [ex:a=1], ex:f)`, 'line 3, column 22: expected ), found ", ex:f)"'],
    [
      `${HEAD}used(ex:a, ex:e, noon)`,
      'line 3, column 18: expected a time such as 2011-11-16T16:05:00Z, or -, found "noon)"',
    ],
    [`${HEAD}used(ex:a, ex:e, -, ex:x)`, 'line 3, column 21: expected attributes in [ ], found "ex:x)"'],
    [
      `${HEAD}entity(ex:e, [ex:a="x])\nendDocument`,
      'line 3, column 24: expected " at the end of a string on one line, found "\\nendDocument"',
    ],
    [`${HEAD}entity(ex:e, [ex:a="""x"])`, 'line 3, column 27: expected """ at the end of a string, found the end'],
    [`${HEAD}entity(ex:e, [ex:a="a\\qb"])`, /^line 3, column 22: expected an escape: one of .* found "\\\\qb/],
    [`${HEAD}entity(ex:e, [ex:a="x"@])`, 'line 3, column 24: expected a language tag such as en-GB, found "])"'],
    [`${HEAD}entity(ex:e, [ex:a="x"@en %% xsd:int])`, /^line 3, column 30: a text in a language cannot be of type/],
    [
      `${HEAD}entity(ex:e, [ex:a="foo:b" %% xsd:QName])`,
      /^line 3, column 31: the prefix "foo" of "foo:b" is not declared/,
    ],
    [`${HEAD}/* entity(ex:e)`, "line 3, column 16: expected */ at the end of a comment, found the end"],
    [`${HEAD}entitty(ex:e)`, 'line 3, column 1: expected a statement or endDocument, found "entitty"'],
    [
      `${HEAD}prov:foo(ex:e)`,
      'line 3, column 1: the statement "prov:foo" is not one of PROV-DM, PROV-Dictionary or PROV-Links',
    ],
    [`${HEAD}_:foo(ex:e)`, 'line 3, column 1: expected a statement or endDocument, found "_:foo"'],
    [`${HEAD}foo:foo(ex:e)`, 'line 3, column 1: the prefix "foo" of "foo:foo" is not declared'],
    [`${HEAD}ex:foo ex:e`, 'line 3, column 8: expected (, found "ex:e"'],
    [`${HEAD}ex:foo(ex:e, [ex:p=1)`, 'line 3, column 21: expected an argument or ], found ")"'],
    [`${HEAD}ex:foo(ex:e, (ex:a, {ex:b)})`, 'line 3, column 26: expected an argument or }, found ")})"'],
    [`${HEAD}ex:foo(ex:e, ")", /* ) */ ')' // )`, "line 3, column 35: expected an argument or ), found the end"],
    [
      `${HEAD}ex:foo(ex:e))\nendDocument`,
      'line 3, column 13: expected a statement or endDocument, found ")\\nendDocument"',
    ],
    [`${HEAD}ex:foo(ex:e, "x)\nendDocument`, /^line 3, column 17: expected " at the end of a string on one line/],
    [`${HEAD}bundle ex:b bundle ex:c`, 'line 3, column 13: expected a statement or endBundle, found "bundle"'],
    [`${HEAD}prov:derivedByRemovalFrom(ex:a, ex:b, "k")`, 'line 3, column 39: expected {, found "\\"k\\")"'],
    [
      `${HEAD}prov:derivedByInsertionFrom(ex:a, ex:b, {"k"})`,
      'line 3, column 42: expected ( before a key, found "\\"k\\"})"',
    ],
  ])("%s", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });
});

describe("hostile PROV-N", () => {
  const inTime = (text: string) => {
    const start = cpuMs();
    const answer = refusal(text);
    expect(cpuMs() - start).toBeLessThan(3000);
    return answer;
  };

  test.each([
    ["brackets", "(".repeat(1_000_000), /expected/],
    ["brackets of an extension", `ex:x${"(".repeat(1_000_000)}`, /expected an argument or \), found the end/],
    ["closed brackets of an extension", `ex:x${"(".repeat(500_000)}${")".repeat(500_000)}endDocument`, "read"],
    ["a long name", `entity(ex:${"a".repeat(5_000_000)})endDocument`, "read"],
    ["a name of dots", `entity(ex:${"a.".repeat(1_000_000)}.....)endDocument`, /expected , or \)/],
    ["a name of escapes", `entity(ex:${"\\(".repeat(1_000_000)})endDocument`, "read"],
    ["a string of escapes", `entity(ex:e, [ex:a="${'\\"'.repeat(1_000_000)}"])endDocument`, "read"],
    ["an endless string of backslashes", `entity(ex:e, [ex:a="${"\\".repeat(1_000_001)}"`, /at the end of a string/],
    ["quotes without end", `entity(ex:e, [ex:a="""${'\\"""'.repeat(500_000)}`, /at the end of a string/],
    ["comments", `${"/**/".repeat(1_000_000)}endDocument`, "read"],
    ["strings on one line", `entity(ex:e, [${'ex:a="x", '.repeat(300_000)}ex:b=1])endDocument`, "read"],
    ["bundles", `${"bundle ex:b endBundle ".repeat(100_000)}endDocument`, "read"],
    ["bundles with prefixes", `${"bundle ex:b prefix ex <urn:x:> endBundle ".repeat(50_000)}endDocument`, "read"],
  ] as const)("%s: is read or refused in time that grows with its length", (_, text, answer) => {
    if (typeof answer === "string") expect(inTime(HEAD + text)).toBe(answer);
    else expect(inTime(HEAD + text)).toMatch(answer);
  });

  test("names such as __proto__ do no harm", () => {
    const text = `document prefix __proto__ <urn:p:> prefix ex <urn:x:> default <urn:d:> entity(__proto__:__proto__, [__proto__=1, constructor='__proto__:x']) endDocument`;
    expect(refusal(text)).toBe("read");
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(refusal("document __proto__(ex:e) endDocument")).toMatch(/expected a statement/);
    expect(refusal("document toString(ex:e) endDocument")).toMatch(/expected a statement/);
  });
});
