import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram, Sketch } from "../../src/capture/inference/distributions.ts";
import {
  addDistributions,
  type Distribution,
  quantile,
  readDistribution,
} from "../../src/query/inference/distribution.ts";

const numbers = fc.array(
  fc.oneof(
    fc.double(),
    fc.double({ min: 0, max: 1 }),
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  ),
);

function counted(values: readonly number[], recorder: Sketch | Histogram): Distribution | undefined {
  for (const value of values) recorder.add(value);
  const text = recorder.take();
  expect(recorder.take()).toBeUndefined();
  return text === undefined ? undefined : readDistribution(text);
}

const sketch = (values: readonly number[]) => counted(values, new Sketch());
const bins = (values: readonly number[]) => counted(values, new Histogram({ low: -1, high: 1, bins: 7 }));
const sum = (a: Distribution | undefined, b: Distribution | undefined) => (a && b ? addDistributions(a, b) : (a ?? b));

describe("distributions of windows", () => {
  it.each([
    ["sketches", sketch],
    ["histograms", bins],
  ] as const)("add up to that of all their numbers, in any order: %s", (_, count) => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        const whole = count([...a, ...b, ...c]);
        expect(sum(sum(count(a), count(b)), count(c))).toEqual(whole);
        expect(sum(count(c), sum(count(b), count(a)))).toEqual(whole);
        expect(whole?.count ?? 0).toBe(a.length + b.length + c.length);
      }),
    );
  });

  it("of more than 4096 buckets are coarser, lose no count, and add up with finer ones", () => {
    const spread = Array.from({ length: 30_000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 1.003 ** (i - 15_000));
    const coarse = sketch(spread) as Distribution;
    if (coarse.kind !== "sketch") throw new Error("a sketch was asked for");
    expect(coarse.bits).toBeLessThan(6);
    expect(coarse.buckets.length).toBeLessThanOrEqual(4096);
    expect(coarse.buckets.reduce((all, [, count]) => all + count, 0)).toBe(30_000);
    const fine = sketch([0.3, 0.31, -5]) as Distribution;
    expect(addDistributions(coarse, fine)).toEqual(sketch([...spread, 0.3, 0.31, -5]));
  });

  it("tell quantiles within 1/128 of the number, and the extremes exactly", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(Math.ceil(q * values.length), 1) - 1] as number;
          const told = quantile(sketch(values) as Distribution, q) as number;
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.abs(exact) / 128 + 1e-300);
          const { minimum, maximum } = sketch(values) as Distribution;
          expect([minimum, maximum]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
        },
      ),
    );
  });

  it("leave NaN out of quantiles, and count infinities at the ends", () => {
    const values = sketch([Number.NaN, Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY]) as Distribution;
    expect([0.3, 0.6, 1].map((q) => quantile(values, q))).toEqual([
      Number.NEGATIVE_INFINITY,
      1,
      Number.POSITIVE_INFINITY,
    ]);
    expect(quantile(sketch([Number.NaN]) as Distribution, 0.5)).toBeUndefined();
  });

  it("of different bins do not add up", () => {
    const other = counted([0.5], new Histogram({ low: 0, high: 1, bins: 7 })) as Distribution;
    for (const one of [other, sketch([0.5]) as Distribution]) {
      const wrong = expect.objectContaining({ code: "bad-argument" });
      expect(() => addDistributions(bins([0.5]) as Distribution, one)).toThrow(wrong);
    }
  });
});
