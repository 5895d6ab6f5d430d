import fc from "fast-check";
import { expect, test } from "vitest";
import { areIdsRepeated } from "../../src/formats/rdf/repeated-ids.ts";
import type { Statement } from "../../src/model/statement.ts";
import { cpuMs } from "../cpu-time.ts";

const entities = (ids: readonly string[]) => ids.map((id): Statement => ({ kind: "entity", id }));

test("tells what a set of all ids tells", () => {
  const ids = fc.array(fc.string({ maxLength: 3 }), { maxLength: 40 });
  fc.assert(
    fc.property(ids, fc.constantFrom("", "x".repeat(20)), (some, end) => {
      const statements = entities(some.map((id) => id + end));
      expect(areIdsRepeated(statements)).toBe(new Set(some).size < some.length);
      expect(areIdsRepeated([...statements, { kind: "used" }, { kind: "used" }])).toBe(areIdsRepeated(statements));
    }),
  );
});

test("takes no longer when a hundred thousand ids were made to end alike", () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => `urn:${String(n).padStart(6, "0")}/${"a".repeat(30)}`);
  const begun = cpuMs();
  expect(areIdsRepeated(entities(ids))).toBe(false);
  expect(areIdsRepeated(entities([...ids, ids[7] as string]))).toBe(true);
  expect(cpuMs() - begun).toBeLessThan(5000);
});
