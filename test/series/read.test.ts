import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { microseconds, rowsOf } from "../../src/series/columns.ts";
import { readSeriesFile, readSeriesFileSummary } from "../../src/series/read.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { ACCURACY, LOSS, rows, START, temporaryFolder } from "./rows.ts";

test("gives back every double exactly", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const any = fc.array(fc.tuple(fc.double(), fc.double(), fc.nat(1)), { minLength: 1, maxLength: 300 });
  const hard = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 2 ** 53, 5e-324, 0.1 + 0.2];
  await fc.assert(
    fc.asyncProperty(any, async (given) => {
      const step = Float64Array.from(given, ([one]) => one);
      const value = Float64Array.from(given, ([, one]) => one);
      const index = Int32Array.from(given, ([, , one]) => one);
      await writeSeriesFile(path, rows([...value], 3, { step, index }));
      const read = await readSeriesFile(path);
      expect(read.value).toEqual(value);
      expect(read.step).toEqual(step);
      expect([...rowsOf(read)].map(({ series }) => series)).toEqual([...index].map((n) => [LOSS, ACCURACY][n]?.id));
    }),
    { numRuns: 40, examples: [[hard.map((one, n) => [one, hard.at(-n - 1) ?? 0, n % 2])]] },
  );
});

test("keeps times to the microsecond, and what is no time as none", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const time = Float64Array.of(START + 0.123, START + 0.1233, -1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300);
  await writeSeriesFile(path, rows([1, 2, 3, 4, 5, 6], 0, { time }));
  const none = Number.NaN;
  expect((await readSeriesFile(path)).time).toEqual(
    Float64Array.of(START + 0.123, START + 0.123, -1.5, none, none, none),
  );
});

test("reads rows none of which has a time", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows([1, 2], 0, { time: Float64Array.of(Number.NaN, Number.NaN) }));
  expect((await readSeriesFile(path)).time).toEqual(Float64Array.of(Number.NaN, Number.NaN));
});

test("gives times that are written again as the same microseconds", () => {
  const latest = Date.UTC(2100, 0) * 1000;
  fc.assert(fc.property(fc.integer({ min: -latest, max: latest }), (whole) => microseconds(whole / 1000) === whole));
});

test("keeps gaps in the sequence, and numbers beyond 32 bits", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const sequence = Float64Array.of(5, 9, 2 ** 40);
  await writeSeriesFile(path, rows([1, 2, 3], 5, { sequence }));
  expect(await readSeriesFile(path)).toMatchObject({ writer: "wa", firstSequence: 5, sequence });
});

test("reads one series alone, across row groups", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows(Array.from({ length: 250_001 }, (_, n) => n)));
  const read = await readSeriesFile(path, { series: ACCURACY.id });
  expect(read.series).toEqual([ACCURACY]);
  expect(read.value.length).toBe(125_000);
  expect([read.value[60_000], read.sequence?.[60_000], read.step[60_000]]).toEqual([120_001, 120_001, 60_000]);
  expect((await readSeriesFile(path, { series: "urn:other" })).value.length).toBe(0);
});

test("reads a file without rows", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows([]));
  expect((await readSeriesFile(path)).index.length).toBe(0);
  expect(await readSeriesFileSummary(path)).toMatchObject({ rows: 0 });
});

test("names damage instead of returning it", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows(Array.from({ length: 50 }, (_, n) => Math.sqrt(n))));
  const whole = readFileSync(path);
  const value = whole.indexOf(Buffer.from(Float64Array.of(Math.sqrt(30)).buffer));
  for (const damaged of [flip(whole, value), flip(whole, whole.length - 5), whole.subarray(0, 300), Buffer.alloc(9)]) {
    writeFileSync(path, damaged);
    await expect(readSeriesFile(path)).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining(path),
    });
  }
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

test("never fails with anything but a named error, whichever bit is flipped", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows([1, 2, 3, 4]));
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 7) {
    writeFileSync(path, flip(whole, at));
    const read = await readSeriesFile(path).catch((error) => error);
    expect(read.code ?? [...read.value]).toSatisfy(
      (r) => r === "corrupt" || r === "unreadable" || `${r}` === "1,2,3,4",
    );
  }
});

test("refuses Parquet that provml did not write, or a later format", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const columnData = [{ name: "value", data: Float64Array.of(1), type: "DOUBLE" as const }];
  for (const kvMetadata of [[], [{ key: "provml", value: '{"format":2}' }]]) {
    writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata })));
    await expect(readSeriesFile(path)).rejects.toMatchObject({ code: "unreadable" });
  }
});

test("lets ENOENT through, for the caller to list again", async () => {
  await expect(readSeriesFile(join(temporaryFolder(), "gone"))).rejects.toMatchObject({ code: "ENOENT" });
});
