import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seriesPath } from "../../src/series/layout.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { createDirectory } from "../../src/spool/directory.ts";
import { openSpool } from "../../src/spool/writer.ts";
import { IS_FULL } from "../tries.ts";
import { segmentsIn, statedIn } from "./moved.ts";
import { COMPACTS, EXECUTION, FLUSHES, temporary, X } from "./recorded.ts";

/** So many that no flusher could hold them all as objects, and keep to the limit. */
const ROWS = IS_FULL ? 3e6 : 1.5e6;

test("holds less than 256 MB while it moves millions of rows", { timeout: 240_000 }, () => {
  const directory = join(temporary(), ".provml");
  const base = "https://w3id.org/prov-ml/id/";
  const spool = openSpool({ directory, execution: EXECUTION, base, root: "/", writer: "wrec", freeSpaceBytes: 0 });
  const series = [0, 1, 2].map((n) => spool.series({ id: `x:wrec-${n}`, name: `m${n}`, activity: "x:wrec-9" }));
  for (let n = 0; n < ROWS; n++) spool.row(series[n % 3] as number, n, Math.sin(n), 1.76e12 + n / 8);
  spool.close();

  const { status, stdout, stderr } = spawnSync(process.execPath, [FLUSHES, directory], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const { rows, mostKiB } = JSON.parse(stdout);
  expect(rows).toBe(ROWS);
  expect(mostKiB / 1024).toBeLessThan(256);
  expect(segmentsIn(directory)).toEqual([]);
  expect(statedIn(directory, "summary").filter((line) => line.includes(`#rowCount> "${ROWS / 3}"`))).toHaveLength(3);
});

test("holds less than 256 MB while it puts ten files of a hundred thousand rows together", {
  timeout: 240_000,
}, async () => {
  const directory = join(temporary(), ".provml");
  createDirectory(directory);
  const series = [0, 1, 2].map((n) => ({ id: `${X}wrec-${n}`, name: `m${n}`, activity: `${X}wrec-9` }));
  mkdirSync(join(directory, "graph", EXECUTION), { recursive: true });
  const rows = 100_000;
  for (let file = 0; file < 10; file++) {
    const number = (scale: number) => Float64Array.from({ length: rows }, (_, row) => scale * (file * rows + row));
    const index = Int32Array.from({ length: rows }, (_, row) => row % 3);
    const columns = { step: number(1), value: number(Math.PI), time: number(1000) };
    const all = { writer: "wrec", series, index, ...columns, firstSequence: file * rows };
    await writeSeriesFile(seriesPath(join(directory, "series"), EXECUTION, all), all);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMPACTS, directory], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const { filesBefore, filesAfter, mostKiB } = JSON.parse(stdout);
  expect([filesBefore, filesAfter]).toEqual([10, 5]);
  expect(mostKiB / 1024).toBeLessThan(256);
});

test("holds less than 256 MB while it moves statements of a hundred megabytes", { timeout: 120_000 }, () => {
  const directory = join(temporary(), ".provml");
  const base = "https://w3id.org/prov-ml/id/";
  const spool = openSpool({ directory, execution: EXECUTION, base, root: "/", writer: "wrec", freeSpaceBytes: 0 });
  for (let n = 0; n < 1600; n++)
    spool.statements([{ kind: "entity", id: `x:wrec-${n}`, attributes: [["prov:value", `${n} `.repeat(16_384)]] }]);
  spool.close();
  const { status, stdout, stderr } = spawnSync(process.execPath, [FLUSHES, directory], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const { statements, mostKiB } = JSON.parse(stdout);
  expect(statements).toBe(1600);
  expect(mostKiB / 1024).toBeLessThan(256);
  expect(segmentsIn(directory)).toEqual([]);
});
