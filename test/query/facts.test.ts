import { expect, test } from "vitest";
import { compareTimes } from "../../src/query/facts.ts";

test("times are ordered by what they say, not by their text", () => {
  const times = ["2026-01-01T00:00:00.992Z", "2026-01-01T00:00:00.99Z", "2026-01-01T00:00:01Z", undefined];
  expect([...times].sort(compareTimes)).toEqual([times[1], times[0], times[2], undefined]);
  expect(compareTimes(undefined, times[0])).toBeLessThan(0);
  expect(compareTimes(times[0], times[0])).toBe(0);
});
