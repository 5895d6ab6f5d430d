import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { folder, opened, recorder } from "./recorded.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Made by `npm run notebooks:install`, else the system's own. */
const PYTHON = [join(ROOT, ".notebooks/bin/python"), "python3"].find(
  (python) => spawnSync(python, ["-c", "import duckdb, pandas, pyarrow, pytz"]).status === 0,
);
const ABSENT = PYTHON === undefined ? " (not run: there is no Python with duckdb, pandas, pyarrow and pytz here)" : "";

/** Two trainings in one execution, moved to Parquet. */
async function flushed(): Promise<string> {
  const root = folder();
  const prov = recorder(root);
  for (const [name, start] of [
    ["one", 8],
    ["two's", 4],
  ] as const) {
    prov.training(name, () => {
      for (let step = 0; step < 5; step++)
        prov.current().log({ loss: start / (1 + step), gain: step === 3 ? Number.NaN : step }, step);
    })();
  }
  await prov.close();
  const { flush } = (await import("../../dist/src/flush/flush.js")) as typeof import("../../src/flush/flush.ts");
  await flush(join(root, ".provml"));
  return root;
}

describe("the files of a run's series", () => {
  test("are those that hold its rows, with SQL that names its series only", async () => {
    const graph = await opened(await flushed());
    const { files, series, sql } = await graph.seriesFiles("two's");
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((file) => file.endsWith(".parquet") && existsSync(file))).toBe(true);
    expect(series.map(({ name }) => name).sort()).toEqual(["gain", "loss"]);
    const others = (await graph.seriesFiles("one")).series;
    for (const { id } of series) expect(sql).toContain(`'${id}'`);
    for (const { id } of others) expect(sql).not.toContain(`'${id}'`);
  });

  test.skipIf(PYTHON === undefined)(
    `are read by DuckDB and pandas as graph.series reads them, and as the documentation says${ABSENT}`,
    async () => {
      const root = await flushed();
      const graph = await opened(root);
      const { sql } = await graph.seriesFiles("two's");
      const expected = (await graph.series("two's", "loss")).map(({ step, value }) => [step, value]);
      const [recipe = ""] = recipes();
      const program = `
import duckdb, json, sys
rows = duckdb.sql(sys.argv[1]).fetchall()
print(json.dumps([[step, value] for name, step, value, *_ in rows if name == "loss"]))
gaps = duckdb.sql(sys.argv[1]).df()
print(int(gaps["value"].isna().sum()))
${recipe}
print(json.dumps(sorted(last[last["name"] == "loss"]["value"].round(4).tolist())))
print(json.dumps(loss.sort_values(["activity", "step"])["value"].round(4).tolist()))
`;
      const printed = await python(program, [sql], root);
      expect(printed.map((line) => JSON.parse(line))).toEqual([
        expected,
        1,
        [0.8, 1.6],
        [8, 4, 8 / 3, 2, 1.6, 4, 2, 4 / 3, 1, 0.8].map((value) => Math.round(value * 1e4) / 1e4),
      ]);
    },
  );
});

/** The Python of the documentation. */
function recipes(): string[] {
  const text = readFileSync(join(ROOT, "docs/pictures.md"), "utf8");
  return [...text.matchAll(/^```python\n(.*?)^```/gms)].map(([, code = ""]) => code);
}

function python(program: string, args: readonly string[], cwd: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(PYTHON as string, ["-c", program, ...args], { cwd, encoding: "utf8" }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim().split("\n")),
    );
  });
}
