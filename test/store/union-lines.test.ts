import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readQuads } from "../../src/rdf/read-quads.ts";
import { unionLines } from "../../src/store/union-lines.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

const encoder = new TextEncoder();
const strip = (nquads: string) => {
  const { triples, ...counts } = unionLines(encoder.encode(nquads));
  return { text: new TextDecoder().decode(triples), ...counts };
};

describe("the lines of the union", () => {
  test.each([
    ['<a:s> <a:p> "o" <a:g> .', '<a:s> <a:p> "o" .\n'],
    ["<a:s> <a:p> <a:o> <a:g> .\r\n", "<a:s> <a:p> <a:o> .\n"],
    ["<a:s>\t<a:p>  <a:o>\t<a:g>. # <a:x> .\n", "<a:s>\t<a:p>  <a:o> .\n"],
    ['<a:s><a:p>"<a> . \\"\\\\"@en<a:g>.', '<a:s><a:p>"<a> . \\"\\\\"@en .\n'],
    ['<a:s> <a:p> "1"^^<a:t> <a:g> .', '<a:s> <a:p> "1"^^<a:t> .\n'],
  ])("of %j are %j", (line, triple) => {
    expect(strip(line)).toEqual({ text: triple, lines: 1, blankLine: 0 });
  });

  test.each([
    "<a:s> <a:p> <a:o> .\n",
    '<a:s> <a:p> "<a:g> ." .\n',
    "# <a:s> <a:p> <a:o> <a:g> .\n",
    "\n",
    "<a:s> <a:p> <a:o> <a:g> <a:h> .\n",
    '<a:s> <a:p> "open <a:g> .\n',
    "<a:s> <a:p> <a:o> <a:g .\n",
    "<a:s> <a:p> <a:o> <a:g> . <a:t>\n",
    '<a:s> "p" <a:o> <a:g> .\n',
  ])("stay as they are where there is no graph, or no N-Quads: %j", (line) => {
    expect(strip(line)).toEqual({ text: line, lines: 1, blankLine: 0 });
  });

  test("have their end where there is room for it, of whatever form the last one is", () => {
    for (const last of ["<a:s> <a:p> <a:o> <a:g> .", "<a:s> <a:p> <a:o> .", "# <a:g>"]) {
      const bytes = encoder.encode(`<a:s> <a:p> <a:n> <a:g> .\n${last}`);
      const room = new Uint8Array(2 * bytes.length + 1);
      room.set(bytes);
      const text = new TextDecoder().decode(unionLines(bytes, room).triples);
      expect(text).toBe(`<a:s> <a:p> <a:n> .\n${last.replace(/^(<.*) <a:g>/, "$1")}\n`);
    }
  });

  test("point at the first blank node", () => {
    expect(strip("\n<a:s> <a:p> _:o .\n_:s <a:p> <a:o> .").blankLine).toBe(2);
    expect(strip('<a:_:s> <a:_:p> "_:o" <a:_:g> .').blankLine).toBe(0);
  });

  test("hold the same triples as the quads, whatever their texts", () => {
    const text = anyText().map((value) => JSON.stringify(value).replace(/\\u(d[89a-f]..)/gi, "?"));
    const line = fc
      .tuple(text, fc.constantFrom("", "@en", "^^<a:t>"), fc.constantFrom("", " <a:g>", "\t<a:g> "))
      .map(([value, suffix, graph]) => `<a:s> <a:p> ${value}${suffix}${graph} .\n`);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const quads = readQuads(lines.join(""));
        const triples = readQuads(strip(lines.join("")).text);
        expect(triples).toEqual(quads.map(({ graph: _, ...triple }) => triple));
      }),
      { numRuns: tries(2000) },
    );
  });
});
