import fc from "fast-check";
import { type CurvesPanel, curvesSvg } from "provml/draw";
import { describe, expect, it } from "vitest";
import { type Pixel, thinned } from "../../src/draw/curves/thin.ts";
import { scaleOf } from "../../src/draw/curves/ticks.ts";
import { anyText } from "../any-text.ts";
import { all, parsed } from "./svg.ts";

function panel(...values: readonly (readonly number[])[]): CurvesPanel {
  const curves = values.map((ys, i) => ({ name: `run ${i}`, points: ys.map((y, x) => ({ x, y })) }));
  return { title: "loss", curves };
}

/** The parts of the first curve's line: between gaps. */
function partsOf(svg: string): string[] {
  const [line] = all(parsed(svg), "path").filter(({ attributes }) => attributes.class === "curve");
  return (line?.attributes.d ?? "").split("M").slice(1);
}

function labelsOf(svg: string): string[] {
  return all(parsed(svg), "text").map(({ text }) => text);
}

describe("curves as a picture", () => {
  it("have a line for each run, axes with round marks, and a legend", () => {
    const svg = curvesSvg([panel([1, 0.5, 0.25, 0.125], [0.9, 0.8, 0.7, 0.6])]);
    expect(all(parsed(svg), "path").filter(({ attributes }) => attributes.class === "curve")).toHaveLength(2);
    expect(labelsOf(svg)).toEqual(
      expect.arrayContaining(["0.2", "0.4", "0.6", "0.8", "1.0", "step", "loss", "run 0", "run 1"]),
    );
    expect(partsOf(svg)[0]?.split("L")).toHaveLength(4);
    expect(curvesSvg([panel([1, 0.5, 0.25, 0.125], [0.9, 0.8, 0.7, 0.6])])).toBe(svg);
  });

  it("leave a gap where a value is no finite number, on a logarithmic axis also where it is not above 0, and a dot for one alone", () => {
    const values = [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 0, 4];
    const linear = curvesSvg([panel(values)]);
    expect(partsOf(linear)).toHaveLength(2);
    expect(all(parsed(linear), "circle")).toHaveLength(1);
    const log = curvesSvg([panel(values)], { scale: "log" });
    expect(partsOf(log)).toHaveLength(1);
    expect(all(parsed(log), "circle")).toHaveLength(2);
    expect(labelsOf(curvesSvg([panel([Number.NaN])]))).toContain("no finite value");
    expect(labelsOf(curvesSvg([panel([-1, 0])], { scale: "log" }))).toContain("no finite value");
  });

  it("have no more points than pixels can show, and every peak", () => {
    const values = Array.from({ length: 200_000 }, (_, i) => (i === 123_456 ? 9 : i === 77_777 ? -9 : Math.sin(i)));
    const svg = curvesSvg([panel(values)], { width: 640, height: 320 });
    expect(svg.length).toBeLessThan(100_000);
    const heights = (partsOf(svg)[0] ?? "").split("L").map((one) => Number(one.split(" ")[1]));
    expect([Math.min(...heights), Math.max(...heights)]).toEqual([12, 280]);
  });

  it("keep the first, the lowest, the highest and the last of each column of pixels", () => {
    const points = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 40 }).map((x) => x / 4),
        fc.integer({ min: -9, max: 9 }),
      ),
    );
    fc.assert(
      fc.property(points, (unsorted) => {
        const given: Pixel[] = [...unsorted].sort(([a], [b]) => a - b);
        const kept = thinned(given);
        const column = (list: readonly Pixel[], at: number) =>
          list.filter(([x]) => Math.floor(x) === at).map(([, y]) => y);
        for (let at = 0; at <= 10; at++) {
          const [before, after] = [column(given, at), column(kept, at)];
          expect(after.length).toBeLessThanOrEqual(4);
          expect([after[0], after.at(-1)]).toEqual([before[0], before.at(-1)]);
          expect([Math.min(...after), Math.max(...after)]).toEqual([Math.min(...before), Math.max(...before)]);
        }
      }),
    );
  });

  it("are drawn within their frame for any values, huge, tiny or equal, and any names", () => {
    const values = fc.array(fc.oneof(fc.double(), fc.double({ min: 1e-3, max: 1e3 })), { maxLength: 12 });
    fc.assert(
      fc.property(
        values,
        anyText({ maxLength: 20 }),
        fc.constantFrom("linear" as const, "log" as const),
        (ys, name, scale) => {
          const points = ys.map((y, x) => ({ x, y }));
          const svg = curvesSvg(
            [
              {
                title: name,
                curves: [
                  { name, points },
                  { name: `${name}2`, points: [] },
                ],
              },
            ],
            { scale },
          );
          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
          for (const part of partsOf(svg).flatMap((one) => one.split("L"))) {
            const [x = -1, y = -1] = part.split(" ").map(Number);
            expect(x >= 0 && x <= 640 && y >= 11.9 && y <= 280.1).toBe(true);
          }
        },
      ),
    );
  });
});

describe("the marks of an axis", () => {
  it("are round, rise, and lie between its ends", () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 12 }), (a, b, wanted) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const { ticks, place } = scaleOf(low, high, "linear", wanted);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(2 * wanted + 2);
        for (const [i, tick] of ticks.entries()) {
          expect(place(tick.value)).toBeGreaterThanOrEqual(-1e-6);
          expect(place(tick.value)).toBeLessThanOrEqual(1 + 1e-6);
          if (i > 0) expect(tick.value).toBeGreaterThan(ticks[i - 1]?.value as number);
        }
      }),
    );
    expect(scaleOf(0, 1, "linear", 5).ticks.map(({ label }) => label)).toEqual([
      "0",
      "0.2",
      "0.4",
      "0.6",
      "0.8",
      "1.0",
    ]);
    expect(scaleOf(0.001, 0.0034, "linear", 4).ticks.map(({ label }) => label)).toEqual([
      "0.0010",
      "0.0015",
      "0.0020",
      "0.0025",
      "0.0030",
    ]);
    expect(scaleOf(1e-4, 10, "log", 8).ticks.map(({ label }) => label)).toEqual([
      "1e-4",
      "0.001",
      "0.01",
      "0.1",
      "1",
      "10",
    ]);
    expect(scaleOf(2, 6, "log", 5).ticks.map(({ label }) => label)).toEqual(["2", "5"]);
  });
});
