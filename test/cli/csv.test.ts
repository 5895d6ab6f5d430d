import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lineage, Run } from "provml/query";
import { describe, expect, it } from "vitest";
import { isOneLine, type Outcome, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");

/** The rows of an answer as a reader of RFC 4180 has them, by the names of their columns. */
function rowsOf({ stdout }: Outcome): Record<string, string>[] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain = "", end] of stdout.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") lines.push([]);
  }
  const [head = [], ...rows] = lines.slice(0, -1);
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""])));
}

describe.concurrent("provml --csv", () => {
  it("has a row for each thing of a lineage", async () => {
    const { nodes } = await recorded.json<Lineage>("lineage", "model.json");
    const rows = rowsOf(await recorded.provml("lineage", "model.json", "--csv"));
    expect(rows.map(({ id, label, path }) => [id, label, path])).toEqual(
      nodes.map(({ id, label, path = "" }) => [id, label, path]),
    );
  });

  it("has one row for where bytes come from", async () => {
    const [row, ...others] = rowsOf(await recorded.provml("whence", "model.json", "--csv"));
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: "model",
      "made.run.name": "fit",
      "made.person.name": "Ada",
      "hyperparameters.rate": "0.1",
    });
    expect(JSON.parse(row?.sentences as string)).toContainEqual(expect.stringContaining("fit"));
  });

  it("has one row for a run, and a row for each bit of a score", async () => {
    const [run] = await recorded.json<Run[]>("runs");
    const rows = rowsOf(await recorded.provml("show", run?.id as string, "--csv"));
    expect(rows).toMatchObject([{ id: run?.id, name: "fit", "person.name": "Ada", "hyperparameters.rate": "0.1" }]);
    const bits = rowsOf(await recorded.provml("retrain", run?.id as string, "--csv"));
    expect(bits).toHaveLength(7);
    expect(bits).toContainEqual(expect.objectContaining({ name: "hyperparameters", isKnown: "true" }));
    const both = await recorded.provml("retrain", run?.id as string, "--csv", "--plan");
    expect([both.code, isOneLine(both)]).toEqual([2, true]);
  });

  it("has one row of counts and of what they take on the disk", async () => {
    const rows = rowsOf(await recorded.provml("stats", "--csv"));
    expect(rows).toMatchObject([{ runs: "2", lostRows: "0", "disk.quarantine.files": "0" }]);
    expect(Number(rows[0]?.["disk.graph.bytes"])).toBeGreaterThan(1000);
    const both = await recorded.provml("stats", "--csv", "--watch");
    expect([both.code, isOneLine(both)]).toEqual([2, true]);
  });

  it("has a row for each run that would go", async () => {
    const runs = await recorded.json<Run[]>("runs");
    const rows = rowsOf(await recorded.provml("gc", "--older-than", "0d", "--dry-run", "--csv"));
    expect(rows.map(({ run }) => run).sort()).toEqual(runs.map(({ id }) => id).sort());
    for (const row of rows) expect(row).toMatchObject({ outcome: "would be deleted", name: "fit" });
  });
});

describe.concurrent("provml show --svg", () => {
  it("draws the series of a run, and says with 2 that what is none has none", async () => {
    const [run] = await recorded.json<Run[]>("runs");
    const file = join(recorded.folder, "fit.svg");
    const drawn = await recorded.provml("show", run?.id as string, "--svg", file);
    expect(drawn).toEqual({ code: 0, stdout: "", stderr: "" });
    const svg = readFileSync(file, "utf8");
    expect(svg.match(/<path class="curve"/g)).toHaveLength(1);
    expect(svg).toContain(">loss</text>");
    const none = await recorded.provml("show", run?.execution as string, "--svg", file);
    expect([none.code, isOneLine(none)]).toEqual([2, true]);
    expect(none.stderr).toMatch(/ is none; name a run$/m);
  });
});
