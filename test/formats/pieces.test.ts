import fc from "fast-check";
import { expect, test } from "vitest";
import { inPieces } from "../../src/formats/pieces.ts";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";

test("pieces are the text, none too long, none cutting a character", () => {
  const text = fc.array(anyText({ maxLength: 9 }), { maxLength: 9 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 200_000 }), (texts, repeats) => {
      const all = texts.map((one) => one.toWellFormed().repeat(Math.ceil(repeats / 5)));
      const pieces = [...inPieces(all)];
      expect(pieces.join("") === all.join("")).toBe(true);
      expect(pieces.every((piece) => piece.length > 0 && piece.length <= 65_536 && piece.isWellFormed())).toBe(true);
    }),
    { numRuns: tries(30) },
  );
});
