import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSpool } from "../../src/spool/writer.ts";
import { IS_FULL } from "../tries.ts";
import { segmentsIn, statedIn } from "./moved.ts";
import { EXECUTION, FLUSHES, temporary } from "./recorded.ts";

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
