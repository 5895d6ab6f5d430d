import fc from "fast-check";
import { expect, test } from "vitest";
import { lineChunks } from "../../src/store/line-chunks.ts";
import { tries } from "../tries.ts";

const bytes = fc.uint8Array({ max: 20, maxLength: 60 }).map((list) => list.map((byte) => (byte < 4 ? 10 : byte)));

test("chunks are the same bytes, end at line ends, and stay near their size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      async (pieces, chunkBytes) => {
        const whole = Buffer.concat(pieces);
        const chunks: Uint8Array[] = [];
        for await (const chunk of lineChunks(pieces, chunkBytes)) chunks.push(chunk);
        expect(Buffer.concat(chunks).equals(whole)).toBe(true);
        for (const chunk of chunks.slice(0, -1)) expect(chunk.at(-1)).toBe(10);
        const longest = Math.max(
          ...whole
            .toString("latin1")
            .split("\n")
            .map((line) => line.length + 1),
        );
        for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(Math.max(chunkBytes, 2 * longest));
      },
    ),
    { numRuns: tries(2000) },
  );
});

test("a piece may be used again once the next one is asked for", async () => {
  function* pieces() {
    const buffer = new Uint8Array(4);
    for (const text of ["a\nb", "c\n", "d"]) {
      buffer.fill(33);
      yield buffer.subarray(0, new TextEncoder().encodeInto(text, buffer).written);
    }
  }
  let text = "";
  for await (const chunk of lineChunks(pieces(), 3)) text += new TextDecoder().decode(chunk);
  expect(text).toBe("a\nbc\nd");
});
