import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NOTATIONS } from "../../src/formats/index.ts";
import { tries } from "../tries.ts";
import { anyDocument } from "./arbitrary.ts";

const DOCUMENTATION = readFileSync(new URL("../../docs/notations.md", import.meta.url), "utf8");

test.each(Object.values(NOTATIONS))("docs/notations.md lists whatever $title loses", ({ lose }) => {
  const reasons = new Set<string>();
  fc.assert(
    fc.property(anyDocument, (document) => {
      for (const { reason } of lose(document).losses) reasons.add(reason);
    }),
    { numRuns: tries(1500) },
  );
  expect(reasons.size).toBeGreaterThan(0);
  expect([...reasons].filter((reason) => !DOCUMENTATION.includes(reason))).toEqual([]);
});
