import { expect, test } from "vitest";
import { MOST_BACKOFF_MS, MOST_REST_MS, Pace } from "../../src/flush/pace.ts";

const pace = (random = 0) => new Pace({ intervalMs: 2000, random: () => random });

test("rests three times as long as it worked, so that it takes a quarter of a core at most", () => {
  const given = pace();
  expect(given.after({ kind: "moved", workMs: 10 })).toBe(2000);
  expect(given.after({ kind: "moved", workMs: 4000 })).toBe(12_000);
  expect(given.after({ kind: "moved", workMs: 3_600_000 })).toBe(MOST_REST_MS);
});

test("looks less and less often where there is nothing, and as often as before once there is something", () => {
  const given = pace();
  const idle = Array.from({ length: 6 }, () => given.after({ kind: "idle", workMs: 1 }));
  expect(idle).toEqual([2000, 4000, 8000, 16_000, 16_000, 16_000]);
  expect(given.after({ kind: "moved", workMs: 1 })).toBe(2000);
  expect(given.after({ kind: "idle", workMs: 1 })).toBe(2000);
});

test("tries again after a fault ever later, up to five minutes, and no two flushers at the same time", () => {
  const [early, late] = [pace(0), pace(1)];
  const pauses = Array.from({ length: 12 }, () => [early, late].map((one) => one.after({ kind: "failed" })));
  expect(pauses.slice(0, 3)).toEqual([
    [2000, 4000],
    [4000, 8000],
    [8000, 16_000],
  ]);
  expect(pauses.at(-1)).toEqual([MOST_BACKOFF_MS / 2, MOST_BACKOFF_MS]);
  expect(early.failures).toBe(12);
  early.after({ kind: "idle", workMs: 1 });
  expect(early.failures).toBe(0);
});

test("an interval above the longest backoff counts", () => {
  const given = new Pace({ intervalMs: 3_600_000, random: () => 1 });
  expect(given.after({ kind: "failed" })).toBe(3_600_000);
});
