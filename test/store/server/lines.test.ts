import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readQuads } from "../../../src/rdf/read-quads.ts";
import { NOT_PLAIN, plainLine, readPlainLine } from "../../../src/store/plain-line.ts";
import { byGraph } from "../../../src/store/server/by-graph.ts";
import { checkLines } from "../../../src/store/server/check-lines.ts";
import { anyText } from "../../any-text.ts";
import { tries } from "../../tries.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Lines of all forms, most of them N-Quads. */
const text = anyText({ maxLength: 12 });
const iri = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("<a:s>", "<a:ü>", "<>", "<a:\\u00fc>") },
  text.map((value) => `<${value.replace(/\n/g, "")}>`),
);
const literal = fc
  .tuple(
    text.map((value) => JSON.stringify(value).replace(/\\u(d[89a-f]..)/gi, "?")),
    fc.constantFrom("", "", "@en", "^^<a:t>", "^^<a:t", "^^", "@", "^"),
  )
  .map(([value, suffix]) => value + suffix);
const space = fc.constantFrom(" ", " ", " ", " ", " ", "", "\t", "  ");
const line = fc
  .tuple(
    ...[iri, space, iri, space, fc.oneof(literal, iri), space],
    fc.constantFrom("<a:g>", "<a:g>", "<a:h>", "", "_:b", '"g"'),
    space,
    fc.constantFrom(".", ".", ".", ".", "", ". # x", ".\r", ". ."),
  )
  .map((pieces) => pieces.join(""));

function isRead(nquads: string): boolean {
  try {
    return readQuads(nquads).every(({ subject, object, graph }) =>
      [subject, object, graph].every((term) => term?.kind !== "blank"),
    );
  } catch {
    return false;
  }
}

describe("a line of N-Quads", () => {
  test("that is read in one pass over bytes is one, and ends where it ends", () => {
    fc.assert(
      fc.property(line, fc.constantFrom("", "\n", "\n<a:s>"), (one, rest) => {
        const bytes = encoder.encode(` ${one}${rest}`);
        const end = readPlainLine(bytes, 1, plainLine());
        if (end === NOT_PLAIN) return;
        expect(isRead(one)).toBe(true);
        expect(decoder.decode(bytes.subarray(1, end))).toBe(one);
      }),
      { numRuns: tries(8000) },
    );
  });

  test("as provml writes it is read in one pass", () => {
    for (const one of [
      "<a:s> <a:p> <a:o> <a:g> .",
      "<a:s> <a:p> <a:o> .",
      '<a:s> <a:p> "\\"é\\\\ <x>" <a:g> .',
      '<a:s> <a:p> "1"^^<a:t> <a:g> .',
    ])
      expect(readPlainLine(encoder.encode(`${one}\n`), 0, plainLine())).toBe(encoder.encode(one).length);
  });

  test("is refused with its number where it is none, and only then", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const bad = lines.findIndex((one) => !isRead(one));
        const check = () => checkLines(encoder.encode(lines.join("\n")));
        if (bad < 0) check();
        else expect(check).toThrow(new RegExp(`not N-Quads: line ${bad + 1}\\b`));
      }),
      { numRuns: tries(4000) },
    );
    expect(() => checkLines(Buffer.from('<a:s> <a:p> "\xff" .', "latin1"))).toThrow("UTF-8");
  });
});

test("the triples of each graph, and of the union, are those of the quads, whatever their form", () => {
  const seen: string[] = [];
  const rewritten = (triple: string) => {
    seen.push(triple);
    return triple;
  };
  const form = { begin: "# begin\n", rewritten };
  fc.assert(
    fc.property(fc.array(line.filter(isRead), { maxLength: 12 }), (lines) => {
      seen.length = 0;
      const union = { graph: "urn:u", besides: [] };
      const graphs = byGraph(encoder.encode(`${lines.join("\n")}\n`), union, form);
      const found = [...graphs].flatMap(([graph, { bytes }]) => {
        const written = decoder.decode(bytes);
        expect(written.startsWith(form.begin)).toBe(true);
        return readQuads(written).map((triple) => `${graph} ${JSON.stringify(triple)}`);
      });
      const expected = readQuads(lines.join("\n")).flatMap(({ graph, ...triple }) => {
        const places = graph === undefined ? [""] : [graph.value, "urn:u"];
        return places.map((place) => `${place} ${JSON.stringify(triple)}`);
      });
      expect(found.sort()).toEqual(expected.sort());
      const changeable = readQuads(lines.join("\n")).filter(
        ({ object }) => object.kind === "literal" && (object.value.includes("<") || object.type === "a:t"),
      );
      expect(seen.length).toBeGreaterThanOrEqual(changeable.length);
    }),
    { numRuns: tries(2000) },
  );
});
