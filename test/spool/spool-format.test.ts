import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listSegments } from "../../src/spool/reader.ts";
import { readPaths, temporary } from "./spooled.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test.skipIf(!hasPython)(
  "the Python of docs/spool-format.md writes a segment that is read whole (needs python3)",
  () => {
    const page = readFileSync(new URL("../../docs/spool-format.md", import.meta.url), "utf8");
    const program = page.match(/```python\n([\s\S]*?)```/)?.[1] ?? "";
    const folder = temporary();
    const { status, stderr } = spawnSync("python3", ["-", folder], { input: program, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const read = readPaths(listSegments(folder).map(({ path }) => path));
    expect(read.statements.map((statement) => "id" in statement && statement.id)).toEqual([
      "x:wpython-1",
      "x:wpython-2",
    ]);
    expect(read.rows).toEqual([["x:wpython-3", 1, 0.5, expect.any(Number)]]);
    expect(read).toMatchObject({ sequences: [0, 1, 2], damage: [], ended: true });
  },
);
