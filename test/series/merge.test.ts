import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rowsOf, type SeriesColumns } from "../../src/series/columns.ts";
import { listSeriesFiles, seriesPath } from "../../src/series/layout.ts";
import { mergeColumns, readRows, readSeries } from "../../src/series/merge.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { ACCURACY, EXECUTION, LOSS, rows, temporaryFolder } from "./rows.ts";

const OTHER = "0193a5c0-0000-7000-8000-000000000002";

async function put(folder: string, columns: SeriesColumns, execution = EXECUTION): Promise<string> {
  const path = seriesPath(folder, execution, columns);
  await writeSeriesFile(path, columns);
  return path;
}

test("lists files by execution, writer and sequence as numbers, and nothing else", async () => {
  const folder = temporaryFolder();
  await put(folder, rows([1], 100));
  await put(folder, rows([1], 20));
  await put(folder, rows([1, 2], 20));
  await put(folder, rows([1], 0, { writer: "b-1" }), OTHER);
  writeFileSync(join(folder, `execution=${EXECUTION}`, "wa-0-1.parquet.abc.tmp"), "");
  writeFileSync(join(folder, "notes.txt"), "");
  const files = await listSeriesFiles(folder);
  expect(files.map((file) => [file.execution, file.writer, file.firstSequence, file.lastSequence])).toEqual([
    [EXECUTION, "wa", 20, 21],
    [EXECUTION, "wa", 20, 20],
    [EXECUTION, "wa", 100, 100],
    [OTHER, "b-1", 0, 0],
  ]);
  expect(await listSeriesFiles(folder, OTHER)).toEqual(files.slice(3));
  expect(await listSeriesFiles(join(folder, "none"))).toEqual([]);
});

test("refuses names that lead out of the folder", async () => {
  await expect(listSeriesFiles("/tmp", "../etc")).rejects.toMatchObject({ code: "bad-argument" });
  expect(() => seriesPath("/tmp", EXECUTION, rows([1], 0, { writer: "../w" }))).toThrow("names no execution or writer");
});

test("gives each row of a series once, by writer and sequence, however files overlap", async () => {
  const folder = temporaryFolder();
  await put(folder, rows([30, 31], 30));
  await put(folder, rows([0, 1, 2, 3], 0));
  await put(folder, rows([2, 3, 4, 5], 2));
  await put(folder, rows([9], 0, { writer: "v" }));
  const found = await readSeries(folder, { series: LOSS.id });
  expect(found?.series).toEqual(LOSS);
  expect(found?.parts.map((part) => [part.writer, [...part.value]])).toEqual([
    ["v", [9]],
    ["wa", [0, 2, 4, 30]],
  ]);
  expect(await readSeries(folder, { series: LOSS.id, execution: OTHER })).toBeUndefined();
});

test("finds the rows that lie in the gap of a wider file", async () => {
  const folder = temporaryFolder();
  await put(folder, rows([0, 20], 0, { sequence: Float64Array.of(0, 20) }));
  await put(folder, rows([10, 11], 10));
  const [batch] = await all(readRows(folder));
  expect([...batch!.value]).toEqual([0, 10, 11, 20]);
});

test("is not disturbed by a compaction at the same moment", async () => {
  const folder = temporaryFolder();
  const parts = [rows([0, 1], 0), rows([2, 3], 2), rows([4, 5], 4)];
  const paths: string[] = [];
  for (const part of parts) paths.push(await put(folder, part));
  const reader = readRows(folder);
  const first = await reader.next();
  await put(folder, mergeColumns("wa", parts));
  for (const path of paths) rmSync(path);
  const rest = await all(reader);
  expect([first.value, ...rest].flatMap((batch) => [...batch!.value])).toEqual([0, 1, 2, 3, 4, 5]);
});

test("merges to the same rows from any pieces in any order", () => {
  const whole = rows(Array.from({ length: 12 }, (_, n) => n));
  const piece = fc.tuple(fc.nat(11), fc.nat(6)).map(([from, length]) => slice(whole, from, from + length));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const expected = [...new Set(pieces.flatMap((one) => [...one.value]))].sort((a, b) => a - b);
      const merged = [...rowsOf(mergeColumns("wa", pieces))];
      expect(merged.map(({ value }) => value)).toEqual(expected);
      expect(merged.map(({ sequence }) => sequence)).toEqual(expected);
      expect(merged.map(({ series }) => series)).toEqual(expected.map((n) => (n % 2 ? ACCURACY : LOSS).id));
    }),
  );
});

function slice(columns: SeriesColumns, from: number, to: number): SeriesColumns {
  const { index, step, value, time } = columns;
  return {
    ...columns,
    index: index.slice(from, to),
    step: step.slice(from, to),
    value: value.slice(from, to),
    time: time.slice(from, to),
    firstSequence: from,
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
