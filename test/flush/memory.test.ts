import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSpool } from "../../src/spool/writer.ts";
import { segmentsIn, statedIn } from "./moved.ts";
import { EXECUTION, FLUSHES, temporary } from "./recorded.ts";

test("holds less than 256 MB while it moves three million rows", { timeout: 60_000 }, () => {
  const directory = join(temporary(), ".provml");
  const base = "https://w3id.org/prov-ml/id/";
  const spool = openSpool({ directory, execution: EXECUTION, base, root: "/", writer: "wrec", freeSpaceBytes: 0 });
  const series = [0, 1, 2].map((n) => spool.series({ id: `x:wrec-${n}`, name: `m${n}`, activity: "x:wrec-9" }));
  for (let n = 0; n < 3e6; n++) spool.row(series[n % 3] as number, n, Math.sin(n), 1.76e12 + n / 8);
  spool.close();

  const { status, stdout, stderr } = spawnSync(process.execPath, [FLUSHES, directory], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const { rows, mostKiB } = JSON.parse(stdout);
  expect(rows).toBe(3e6);
  expect(mostKiB / 1024).toBeLessThan(256);
  expect(segmentsIn(directory)).toEqual([]);
  expect(statedIn(directory, "summary").filter((line) => line.includes('#rowCount> "1000000"'))).toHaveLength(3);
});
