import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { seriesPath } from "../../src/series/layout.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { ACCURACY, EXECUTION, LOSS, rows, START, temporaryFolder } from "./rows.ts";

test("writes one Parquet file that any reader sees as eight plain columns", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows([0.5, 0.25]));
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  expect(await parquetReadObjects({ file })).toEqual([
    row(LOSS, { step: 0, value: 0.5, time: new Date(START), sequence: 0n }),
    row(ACCURACY, { step: 0, value: 0.25, time: new Date(START + 1), sequence: 1n }),
  ]);
});

function row({ id, name, activity }: typeof LOSS, numbers: object) {
  return { series: id, name, activity, writer: "wa", ...numbers };
}

test("says in the footer who wrote how many rows, and their digest", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const summary = await writeSeriesFile(path, rows([1, 2, 3]));
  const { value } = parquetMetadata(readFileSync(path)).key_value_metadata?.find(({ key }) => key === "provml") ?? {};
  expect(JSON.parse(value ?? "")).toEqual(summary);
  expect(summary).toMatchObject({ format: 1, writer: "wa", rows: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("gives the same bytes for the same rows", async () => {
  const folder = temporaryFolder();
  const sequence = Float64Array.of(7, 8, 9);
  await writeSeriesFile(join(folder, "a"), rows([1, Number.NaN, -0], 7));
  await writeSeriesFile(join(folder, "b"), rows([1, Number.NaN, -0], 7, { sequence }));
  expect(readFileSync(join(folder, "a")).equals(readFileSync(join(folder, "b")))).toBe(true);
});

test("makes the folders it needs, for the owner only, and leaves nothing else behind", async () => {
  const folder = temporaryFolder();
  const path = seriesPath(join(folder, "series"), EXECUTION, rows([1, 2], 10));
  await writeSeriesFile(path, rows([1, 2], 10));
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    "series",
    `series/execution=${EXECUTION}`,
    `series/execution=${EXECUTION}/wa-10-11.parquet`,
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "series")).mode & 0o777).toBe(0o700);
});

test("leaves nothing behind when it fails", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "taken", "by a folder"), { recursive: true });
  await expect(writeSeriesFile(join(folder, "taken"), rows([1]))).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  chmodSync(folder, 0o700);
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test.each([
  ["a column of another length", { value: Float64Array.of(1) }],
  ["a row of no series", { index: Int32Array.of(0, 2) }],
  ["a sequence that does not rise", { sequence: Float64Array.of(4, 4) }],
  ["a series listed twice", { series: [LOSS, LOSS] }],
])("refuses %s", async (_, change) => {
  const path = join(temporaryFolder(), "a.parquet");
  await expect(writeSeriesFile(path, rows([1, 2], 0, change))).rejects.toMatchObject({ code: "bad-argument" });
});

test("needs less than twelve bytes for a row", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  const count = 200_000;
  const values = Float64Array.from({ length: count }, (_, n) => Math.sin(n) / (n + 1));
  await writeSeriesFile(path, rows([...values]));
  expect(statSync(path).size / count).toBeLessThan(12);
});

const QUERY = `
import sys
path = sys.argv[1]
try:
  import pyarrow.parquet as pq
  t = pq.read_table(path)
  print(t.schema.field("time").type, t.schema.field("value").type, t.num_rows, sum(t["value"].to_pylist()))
except ImportError:
  import duckdb
  print(*duckdb.sql(f"select typeof(any_value(time)), typeof(any_value(value)), count(*), sum(value) from '{path}'").fetchone())
`;
const PYTHON = spawnSync("python3", ["-c", "try:\n  import pyarrow\nexcept ImportError:\n  import duckdb"]);

test.skipIf(PYTHON.status !== 0)("is read by pyarrow or DuckDB (not run where python3 has neither)", async () => {
  const path = join(temporaryFolder(), "a.parquet");
  await writeSeriesFile(path, rows([1, 2, 4]));
  const { stdout } = spawnSync("python3", ["-c", QUERY, path], { encoding: "utf8" });
  expect(stdout.trim()).toMatch(/^timestamp.* double 3 7\.0$/i);
});
