import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { linesOf, provml } from "./provml.ts";

const cwd = mkdtempSync(join(tmpdir(), "provml-study-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
beforeAll(async () => {
  const prov = provenance({ directory: join(cwd, ".provml"), workflow: "flowers", announce: false });
  const model = { w: 1 };
  prov.run("alone", () => 1);
  prov.study("learning rates");
  prov.run("first", (run) => {
    for (const epoch of run.epochs(10)) {
      epoch.log({ loss: epoch.number });
      if (epoch.number === 4) break;
    }
    run.checkpoint(model, 3);
    run.stoppedEarly({ reason: "no better for 2 epochs", best: 2 });
  });
  prov.run("second", (run) => {
    run.used(model);
    run.series("loss", { resumed: true }).log(4, 0);
  });
  await prov.close();
});

it("runs lists the runs of a study, and which went on from which", async () => {
  const { stdout } = await provml(["runs", "--study", "learning rates"], { cwd });
  const [head = "", ...rows] = linesOf(stdout).map((line) => line.split(/ {2,}/));
  expect(head.slice(-3)).toEqual(["study", "continues", "loss"]);
  expect(rows.map(([, name]) => name)).toEqual(["second", "first"]);
  expect(rows[0]).toContain("learning rates");
  expect(rows[0]?.join(" ")).toMatch(/first w\S+ @3/);
  expect(linesOf((await provml(["runs"], { cwd })).stdout)).toHaveLength(4);
});

it("runs says that there is no run of a study", async () => {
  const { stdout, code } = await provml(["runs", "--study", "no such"], { cwd });
  expect([code, stdout]).toEqual([0, 'no run of a study "no such" is recorded here\n']);
});

it("show tells of a run its study, what it goes on from, and where it stopped early", async () => {
  const first = (await provml(["show", "first"], { cwd })).stdout;
  expect(first).toMatch(/^study +learning rates$/m);
  expect(first).toMatch(/^stopped early +after 5 of 10 epochs; best is number 2; no better for 2 epochs$/m);
  const second = (await provml(["show", "second"], { cwd })).stdout;
  expect(second).toMatch(/^continues +first w\S+ from its checkpoint after step 3 +w/m);
  expect(second).toMatch(/^ +loss \(resumed\) +1 /m);
});
