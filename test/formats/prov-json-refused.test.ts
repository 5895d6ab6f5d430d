import { describe, expect, test } from "vitest";
import { provJson } from "../../src/formats/prov-json/prov-json.ts";
import { cpuMs } from "../cpu-time.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";

function refusal(text: string): string {
  try {
    provJson.read(text);
  } catch (error) {
    expect(error).toMatchObject({ code: "unreadable", message: expect.not.stringContaining("\n") });
    return (error as Error).message;
  }
  return "read";
}

/** A document with these sections, spelled out. */
const withEx = (sections: string) => `{"prefix": {"ex": "http://example.org/"}, ${sections}}`;
/** What is wrong with a record of an entity. */
const record = (text: string) => refusal(withEx(`"entity": {"ex:e1": ${text}}`));

describe("a text that is no JSON is refused with line and column", () => {
  test.each([
    ["", "line 1, column 1: expected a value, found the end"],
    ["document", 'line 1, column 1: expected a value, found "document"'],
    ["{", "line 1, column 2: expected a key in quotes, found the end"],
    ["{]", 'line 1, column 2: expected a key in quotes, found "]"'],
    ['{"entity"', "line 1, column 10: expected : after a key, found the end"],
    ['{"entity": }', 'line 1, column 12: expected a value, found "}"'],
    ['{"entity": {},}', 'line 1, column 15: expected a key in quotes, found "}"'],
    ['{\n  "entity": {}\n  "agent": {}\n}', 'line 3, column 3: expected , or }, found "\\"agent\\": {}\\n"'],
    ['{"entity": {}} x', 'line 1, column 16: expected the end of the text, found "x"'],
    ['{"entity": tru}', 'line 1, column 12: expected a value, found "tru}"'],
    ['{"prefix": {"ex": "http://example.org/}}', 'line 1, column 41: expected " at the end of a string, found the end'],
    ['{"prefix": {"e\nx": "urn:x:"}}', /^line 1, column 15: expected no control character in a string/],
    ['{"prefix": {"e\\qx": "urn:x:"}}', /^line 1, column 15: expected an escape of JSON, found "\\\\qx/],
    ['{"prefix": {"e\\u12": "urn:x:"}}', /^line 1, column 15: expected an escape of JSON/],
    [
      '{"prefix": {"ex": "urn:x:"}, "entity": {"ex:e": {"ex:a": 01}}}',
      'line 1, column 59: expected , or }, found "1}}}"',
    ],
    [
      '{"prefix": {"ex": "urn:x:"}, "entity": {"ex:e": {"ex:a": NaN}}}',
      'line 1, column 58: expected a value, found "NaN}}}"',
    ],
  ])("%s", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });
});

describe("JSON that is no PROV-JSON is refused with its path", () => {
  test.each([
    ["[1, 2]", "$: expected an object, found an array"],
    ["null", "$: expected an object, found null"],
    ['{"prefix": "ex"}', "$.prefix: expected an object, found a string"],
    ['{"prefix": {"ex": 5}}', "$.prefix.ex: expected a string, found a number"],
    ['{"prefix": {"ex": "no IRI"}}', '$.prefix.ex: expected an absolute IRI for the prefix "ex", found "no IRI"'],
    ['{"prefix": {"default": ""}}', '$.prefix.default: expected an absolute IRI for the default namespace, found ""'],
    [
      '{"prefix": {"prov": "urn:x:"}}',
      '$.prefix.prov: the prefix "prov" always stands for <http://www.w3.org/ns/prov#>',
    ],
    [
      '{"prefix": {"ex": "urn:x:", "ex": "urn:y:"}}',
      '$.prefix.ex: the prefix "ex" is declared twice, as <urn:x:> and otherwise',
    ],
    ['{"prefix": {}, "prefix": {"ex": "urn:x:"}}', "$.prefix: prefixes are declared twice"],
    ['{"entities": {}}', "$.entities: expected a kind of PROV statement, such as entity or wasGeneratedBy"],
    ['{"__proto__": {}}', "$.__proto__: expected a kind of PROV statement, such as entity or wasGeneratedBy"],
    ['{"entity": []}', "$.entity: expected an object, found an array"],
    ['{"entity": {"ex:e1": {}}}', '$.entity["ex:e1"]: the prefix "ex" of "ex:e1" is not declared'],
    ['{"entity": {"e1": {}}}', '$.entity.e1: the name "e1" has no prefix, and no default namespace is declared'],
    ['{"bundle": {"_:b": {"bundle": {}}}}', '$.bundle["_:b"].bundle: a bundle cannot hold bundles'],
    [withEx('"bundle": {"ex:b": []}'), '$.bundle["ex:b"]: expected an object, found an array'],
    [withEx('"used": {"_:u": {"prov:time": "noon"}}'), /^\$\.used\["_:u"\]\["prov:time"\]: expected a time such as/],
    [withEx('"used": {"_:u": {"prov:time": 5}}'), '$.used["_:u"]["prov:time"]: expected a string, found a number'],
    [
      withEx('"used": {"_:u": {"prov:entity": {}}}'),
      '$.used["_:u"]["prov:entity"]: expected a string, found an object',
    ],
    [
      withEx('"used": {"_:u": {"prov:entity": ["ex:a", "ex:b"]}}'),
      '$.used["_:u"]["prov:entity"]: expected one value, found several',
    ],
    [
      withEx('"used": {"_:u": {"prov:entity": "ex:a", "prov:entity": "ex:b"}}'),
      '$.used["_:u"]["prov:entity"]: is stated twice',
    ],
    [
      withEx('"hadMember": {"_:m": {"prov:entity": ["ex:a", 5]}}'),
      '$.hadMember["_:m"]["prov:entity"][1]: expected a string, found a number',
    ],
    [
      withEx('"derivedByInsertionFrom": {"_:i": {"prov:key-entity-set": [{"key": "k"}]}}'),
      /\["prov:key-entity-set"\]: expected "key" and "\$" in each pair$/,
    ],
    [
      withEx('"derivedByInsertionFrom": {"_:i": {"prov:key-entity-set": [{"kay": "k"}]}}'),
      /\["prov:key-entity-set"\]\[0\]\.kay: expected one "key" and one "\$"$/,
    ],
  ])("%s", (text, message) => {
    if (typeof message === "string") expect(refusal(text)).toBe(message);
    else expect(refusal(text)).toMatch(message);
  });

  test.each([
    ["null", '$.entity["ex:e1"]: expected an object, found null'],
    ["[{}, 5]", '$.entity["ex:e1"][1]: expected an object, found a number'],
    [
      '{"ex:a": null}',
      '$.entity["ex:e1"]["ex:a"]: expected a string, a number, a boolean or {"$": …, "type": …}, found null',
    ],
    ['{"ex:a": ["x", []]}', /^\$\.entity\["ex:e1"\]\["ex:a"\]\[1\]: expected a string, .* found an array$/],
    ['{"ex:a": {"type": "xsd:string"}}', '$.entity["ex:e1"]["ex:a"]: expected "$", the value of a typed literal'],
    [
      '{"ex:a": {"$": {}, "type": "xsd:string"}}',
      '$.entity["ex:e1"]["ex:a"].$: expected a string, found an object'.replace(".$", '["$"]'),
    ],
    [
      '{"ex:a": {"$": "x", "datatype": "xsd:string"}}',
      /\["ex:a"\]\.datatype: expected one "\$", and at most one "type" and one "lang"$/,
    ],
    ['{"ex:a": {"$": "x", "$": "y"}}', /\["ex:a"\]\["\$"\]: expected one "\$"/],
    ['{"ex:a": {"$": "x", "lang": "not a tag"}}', '$.entity["ex:e1"]["ex:a"]: "not a tag" is not a language tag'],
    [
      '{"ex:a": {"$": "foo:b", "type": "xsd:QName"}}',
      '$.entity["ex:e1"]["ex:a"]: the prefix "foo" of "foo:b" is not declared',
    ],
    ['{"foo:a": "x"}', '$.entity["ex:e1"]["foo:a"]: the prefix "foo" of "foo:a" is not declared'],
    ['{"_:a": "x"}', '$.entity["ex:e1"]["_:a"]: the name of an attribute cannot be anonymous'],
    ['{"ex:a b": "x"}', '$.entity["ex:e1"]["ex:a b"]: the name "ex:a b" holds a character that no IRI may'],
  ])("a record %s", (text, message) => {
    if (typeof message === "string") expect(record(text)).toBe(message);
    else expect(record(text)).toMatch(message);
  });
});

describe("hostile PROV-JSON", () => {
  const inTime = (text: string) => {
    const start = cpuMs();
    const answer = refusal(text);
    expect(cpuMs() - start).toBeLessThan(3000);
    return answer;
  };

  test.each([
    ["arrays in arrays", "[".repeat(5_000_000), /^\$: expected an object/],
    ["objects in objects", '{"a":'.repeat(1_000_000), /expected/],
    ["arrays in a value", withEx(`"entity": {"ex:e": {"ex:a": ${"[".repeat(1_000_000)}`), /found an array$/],
    ["depth before the prefixes", `{"entity": ${"[{".repeat(1_000_000)}`, /found the end$/],
    ["a string of escapes", withEx(`"entity": {"ex:e": {"ex:a": "${"\\u0041".repeat(500_000)}"}}`), "read"],
    ["quotes without end", withEx(`"entity": {"ex:e": {"ex:a": "${'\\"'.repeat(1_000_000)}`), /at the end of a string/],
    ["backslashes without end", `{"${"\\".repeat(1_000_001)}`, /at the end of a string|an escape of JSON/],
    ["a long number", withEx(`"entity": {"ex:e": {"ex:a": ${"9".repeat(5_000_000)}}}`), "read"],
    ["many attributes", withEx(`"entity": {"ex:e": {${'"ex:a": "x", '.repeat(300_000)}"ex:b": 1}}`), "read"],
    [
      "many names of attributes",
      withEx(`"entity": {"ex:e": {${Array.from({ length: 100_000 }, (_, n) => `"ex:a${n}": 1`)}}}`),
      "read",
    ],
    ["one id many times", withEx(`"entity": {${'"ex:e": {}, '.repeat(300_000)}"ex:e": {}}`), "read"],
    ["bundles", withEx(`"bundle": {${'"ex:b": {"prefix": {"ex": "urn:x:"}}, '.repeat(50_000)}"ex:c": {}}`), "read"],
    ["white space", `${" ".repeat(10_000_000)}{}`, "read"],
  ] as const)("%s: is read or refused in time that grows with its length", (_, text, answer) => {
    if (typeof answer === "string") expect(inTime(text)).toBe(answer);
    else expect(inTime(text)).toMatch(answer);
  });

  test("names such as __proto__ do no harm", () => {
    const text = `{"prefix": {"__proto__": "urn:p:", "ex": "urn:x:", "constructor": "urn:c:"}, "entity": {"__proto__:a": {"__proto__:__proto__": {"$": "constructor:x", "type": "xsd:QName"}}},
      "derivedByInsertionFrom": {"ex:i": {"prov:key-entity-set": {"__proto__": "ex:e"}}}}`;
    const document = provJson.read(text);
    expect(document).toMatchObject({
      statements: [
        { id: "urn:p:a", attributes: [["urn:p:__proto__", { iri: "urn:c:x" }]] },
        { keyEntitySet: [{ key: "__proto__", entity: "urn:x:e" }] },
      ],
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describeShared("real files", "prov-malformed", () => {
  test.each(sharedFiles("prov-malformed", /\.json$/).map(({ name, text }) => [name, text] as const))(
    "%s is refused with its place",
    (_, text) => {
      expect(refusal(text())).toMatch(/^(?:line \d+, column \d+|\$[^ ]*): /);
    },
  );
});
