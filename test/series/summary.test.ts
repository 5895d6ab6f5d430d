import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { digestRows } from "../../src/series/digest.ts";
import { readSeriesFile } from "../../src/series/read.ts";
import { SeriesSummaries } from "../../src/series/summary.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { ACCURACY, LOSS, rows, START, temporaryFolder } from "./rows.ts";

function summaryOf(values: readonly number[]) {
  const summaries = new SeriesSummaries();
  summaries.add(rows(values, 0, { index: new Int32Array(values.length) }));
  return summaries.get(LOSS.id);
}

test("counts, bounds and remembers both ends", () => {
  expect(summaryOf([3, -1, 7, 2])).toMatchObject({
    rowCount: 4,
    nanCount: 0,
    minimum: -1,
    maximum: 7,
    firstValue: 3,
    lastValue: 2,
    lastStep: 1,
  });
});

test("leaves NaN out of the bounds and counts it", () => {
  expect(summaryOf([Number.NaN, 0, -0])).toMatchObject({
    nanCount: 1,
    minimum: -0,
    maximum: 0,
    firstValue: Number.NaN,
  });
  const empty = summaryOf([Number.NaN, Number.NaN]);
  expect(empty).toMatchObject({ rowCount: 2, nanCount: 2 });
  expect(empty).not.toHaveProperty("minimum");
});

test("holds infinities for numbers", () => {
  expect(summaryOf([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])).toMatchObject({
    minimum: Number.NEGATIVE_INFINITY,
    maximum: Number.POSITIVE_INFINITY,
  });
});

test("digests the documented serialisation", () => {
  const fields = [0, 0, 0.5, START * 1000, 0, 1, 0, -0, (START + 1.125) * 1000, 1];
  const bytes = Buffer.concat([
    Buffer.from(`["${LOSS.id}","${ACCURACY.id}"]\n`),
    ...fields.map((field) => {
      const eight = Buffer.alloc(8);
      eight.writeDoubleLE(field);
      return eight;
    }),
  ]);
  expect(digestRows(rows([0.5, -0]))).toBe(createHash("sha256").update(bytes).digest("hex"));
});

test("gives each series the digest of its rows alone, in however many batches they came", () => {
  const values = Array.from({ length: 20_000 }, (_, n) => n);
  const whole = new SeriesSummaries();
  whole.add(rows(values));
  const pieces = new SeriesSummaries();
  for (const { value, sequence } of values.map((value) => ({ value, sequence: value }))) {
    const time = Float64Array.of(START + sequence * 1.125);
    const one = { index: Int32Array.of(sequence % 2), step: Float64Array.of(sequence >> 1), time };
    pieces.add(rows([value], sequence, one));
  }
  expect([...pieces.entries()]).toEqual([...whole.entries()]);
  expect(whole.get(LOSS.id)?.rowsDigest).not.toBe(whole.get(ACCURACY.id)?.rowsDigest);
});

test.each([
  ["value", { value: Float64Array.of(1, 3) }],
  ["zero's sign", { step: Float64Array.of(-0, 0) }],
  ["time", { time: Float64Array.of(START, START) }],
  ["gap", { sequence: Float64Array.of(0, 2) }],
  ["series", { index: Int32Array.of(0, 0) }],
])("changes with any %s", (_, change) => {
  expect(digestRows(rows([1, 2], 0, change))).not.toBe(digestRows(rows([1, 2])));
});

test("is the same for the order in which series are listed, and before and after a file", async () => {
  const swapped = rows([1, Number.NaN], 4, { series: [ACCURACY, LOSS], index: Int32Array.of(1, 0) });
  const path = join(temporaryFolder(), "a.parquet");
  const { sha256 } = await writeSeriesFile(path, rows([1, Number.NaN], 4));
  expect(digestRows(swapped)).toBe(sha256);
  expect(digestRows(await readSeriesFile(path))).toBe(sha256);
});

test("refuses rows that come twice or too late", () => {
  const summaries = new SeriesSummaries();
  summaries.add(rows([1, 2, 3], 5));
  expect(() => summaries.add(rows([3], 7))).toThrow(expect.objectContaining({ code: "bad-argument" }));
});
