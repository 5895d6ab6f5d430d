import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curve } from "../../src/cli/curve.ts";

describe("curve", () => {
  it("draws values between the least and the greatest, which stand at the left", () => {
    expect(curve([4, 2, 1], 10, 4)).toBe(["4 ┤█", "  ┤█", "  ┤█▃", "1 ┤██▁"].join("\n"));
  });

  it("draws equal values as a line in the middle", () => {
    expect(curve([3, 3, 3], 10, 2)).toBe(["3 ┤", "3 ┤███"].join("\n"));
  });

  it("draws what lies as far apart as numbers can", () => {
    expect(curve([-Number.MAX_VALUE, 0, Number.MAX_VALUE], 3, 1)).toMatch(/┤▁▅█$/);
  });

  it("leaves a gap where a value is no finite number", () => {
    expect(curve([1, Number.NaN, Number.POSITIVE_INFINITY, 2], 10, 1)).toMatch(/┤▁ {2}█$/);
    expect(curve([Number.NaN])).toBe("(no finite value)");
    expect(curve([])).toBe("(no finite value)");
  });

  it("averages what has no cell of its own, without what is no finite number", () => {
    expect(curve([1, 3, 10, 10], 2, 1)).toBe(curve([2, 10], 2, 1));
    expect(curve([1, Number.NaN, 10, 10], 2, 1)).toBe(curve([1, 10], 2, 1));
  });

  it("keeps to its size for any values, many or huge", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 300 }), (values) => {
        const lines = curve(values, 20, 3).split("\n");
        expect([1, 3]).toContain(lines.length);
        expect(Math.max(...lines.map((line) => line.length - line.indexOf("┤") - 1))).toBeLessThanOrEqual(20);
      }),
    );
    expect(curve(Array.from({ length: 300_000 }, (_, i) => i)).split("\n")).toHaveLength(6);
  });
});
