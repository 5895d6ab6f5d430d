import { describe, expect, test } from "vitest";
import { readQuads } from "../../src/rdf/read-quads.ts";

describe("reading N-Quads", () => {
  test("takes comments, empty lines, tabs, missing spaces and escapes", () => {
    const text = '# c\n\n<a:s><a:p>"\\u0041\\U0001F600\\t\\"\\\\"<a:g>.# c\r\n\t<a:\\u00e9>\t<a:p> _:b.1 .';
    expect(readQuads(text)).toEqual([
      {
        subject: { kind: "iri", value: "a:s" },
        predicate: { kind: "iri", value: "a:p" },
        object: { kind: "literal", value: 'A\u{1f600}\t"\\', type: "http://www.w3.org/2001/XMLSchema#string" },
        graph: { kind: "iri", value: "a:g" },
      },
      {
        subject: { kind: "iri", value: "a:é" },
        predicate: { kind: "iri", value: "a:p" },
        object: { kind: "blank", value: "b.1" },
      },
    ]);
  });

  test.each([
    "<a:s> <a:p> <a:o>",
    "<a:s> <a:p> .",
    '<a:s> "p" <a:o> .',
    '<a:s> <a:p> "open .',
    "<a:s> <a:p> <a:o> . <a:s>",
    "<a:s> <a:p> <a o> .",
    '<a:s> <a:p> "\\UFFFFFFFF" .',
    "<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .",
  ])("refuses %j", (line) => {
    expect(() => readQuads(line)).toThrow(expect.objectContaining({ code: "unreadable" }));
  });

  test("names the line that is wrong", () => {
    expect(() => readQuads("<a:s> <a:p> <a:o> .\n\nnonsense\n")).toThrow(/line 3 /);
  });

  test("takes a literal of millions of characters", () => {
    const long = 'x"\\'.repeat(700_000);
    const [quad] = readQuads(`<a:s> <a:p> ${JSON.stringify(long)} .`);
    expect(quad?.object.value.length).toBe(long.length);
  });
});
