import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linesOf, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");

describe.concurrent("provml curves and report", () => {
  it("draws the series of several runs into one picture, and prints their rows", async () => {
    const runs = await recorded.json<{ id: string }[]>("runs");
    const ids = runs.map(({ id }) => id);
    const file = join(recorded.folder, "loss.svg");
    const [drawn, csv, text] = await Promise.all([
      recorded.provml("curves", ...ids, "--svg", file, "--log"),
      recorded.provml("curves", ...ids, "--csv"),
      recorded.provml("curves", ids[0] as string),
    ]);
    expect(drawn).toEqual({ code: 0, stdout: "", stderr: "" });
    const svg = readFileSync(file, "utf8");
    expect(svg.match(/<path class="curve"/g)).toHaveLength(2);
    expect(svg).toContain(">loss (log)</text>");
    const [head, ...rows] = linesOf(csv.stdout.replaceAll("\r", ""));
    expect(head).toBe("run,name,step,value,time");
    expect(rows).toHaveLength(20 + 3);
    for (const id of ids) expect(rows.filter((row) => row.startsWith(`${id},loss,0,`))).toHaveLength(1);
    expect(text.stdout).toMatch(/^loss of fit\n.*┤/);
  });

  it("says with 1 that there is no such series, and with 2 what it cannot be drawn by", async () => {
    const [{ id }] = await recorded.json<[{ id: string }]>("runs");
    const [none, by] = await Promise.all([
      recorded.provml("curves", id, "--series", "gain"),
      recorded.provml("curves", id, "--by", "day"),
    ]);
    expect([none.code, by.code]).toEqual([1, 2]);
    expect(none.stderr).toMatch(/has no series "gain"; it has .*loss/);
  });

  it("writes a page of runs with all that is known of them side by side", async () => {
    const ids = (await recorded.json<{ id: string }[]>("runs")).map(({ id }) => id);
    const file = join(recorded.folder, "runs.html");
    const [made, nowhere] = await Promise.all([
      recorded.provml("report", ...ids, "-o", file, "--title", "Two <trainings>"),
      recorded.provml("report", ...ids),
    ]);
    expect(made).toEqual({ code: 0, stdout: "", stderr: "" });
    const page = readFileSync(file, "utf8");
    expect(page).toContain("<title>Two &lt;trainings&gt;</title>");
    for (const id of ids) expect(page).toContain(id);
    expect(page.match(/<h2>[^<]*/g)).toEqual(
      ["Runs", "Curves", "Parallel coordinates", "Differences", "Lineage"].map((title) => `<h2>${title}`),
    );
    expect(page).toMatch(/<td>hyperparameters<\/td><td>rate<\/td>/);
    expect(page).toMatch(/<polygon [^>]*>.*>Ada</);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, "provml: say where the page goes with -o FILE\n"]);
  });
});

describe("provml curves of a run that logged nothing", () => {
  it("says so with 1, and writes no file", async () => {
    recorded.record("failed");
    const [failed] = await recorded.json<{ id: string; status: string }[]>("runs");
    const file = join(recorded.folder, "nothing.svg");
    const { code, stdout } = await recorded.provml("curves", failed?.id as string, "--svg", file);
    expect([failed?.status, code, existsSync(file)]).toEqual(["failed", 1, false]);
    expect(stdout).toMatch(/^there is no series; /);
  });
});
