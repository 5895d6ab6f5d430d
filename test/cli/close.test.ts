import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { processIdentity } from "../../src/spool/liveness.ts";
import { crafted } from "../flush/crafted.ts";
import { statedIn } from "../flush/moved.ts";
import { provml } from "./provml.ts";

/** A run of which nobody here can say whether it goes on: its machine was started again, or it ran elsewhere. */
function silent(minutes: number, header: object = { bootId: "another" }): string {
  const name = "wcraft-0.open";
  const run = [
    ["prov:type", { name: "provml:TrainingExecution" }],
    ["prov:type", { name: "mls:Run" }],
    ["rdfs:label", "fit"],
  ];
  const job = [
    ["prov:type", { name: "provml:WorkflowExecution" }],
    ["provml:job", "slurm alps 4711"],
  ];
  const statements = [
    { kind: "activity", id: "x:execution", startTime: 1.76e12, attributes: job },
    { kind: "activity", id: "x:wcraft-1", startTime: 1.76e12, attributes: run },
  ];
  const directory = crafted({ frames: [statements], ending: "rotate", name, header });
  const then = Date.now() / 1000 - 60 * minutes;
  utimesSync(join(directory, "spool", name), then, then);
  return directory;
}

const close = (directory: string, ...args: string[]) =>
  provml(["close", "--dir", directory, ...args], { cwd: join(directory, "..") });

it("closes a run that has been silent, says that it was declared, and leaves nothing in the spool", async () => {
  const directory = silent(10);
  expect(await close(directory, "fit")).toMatchObject({ code: 0, stdout: "1 writer closed\n", stderr: "" });
  expect(statedIn(directory, "closing").join()).toContain("was declared to have ended");
  expect(readdirSync(join(directory, "spool"))).toEqual([]);
  const { stdout } = await provml(["runs", "--dir", directory, "--json"], { cwd: join(directory, "..") });
  expect(JSON.parse(stdout)).toMatchObject([{ name: "fit", status: "interrupted" }]);
});

it("closes at once what a scheduler says to be over, and nothing else", async () => {
  const directory = silent(0);
  expect(await close(directory, "--job", "4712", "--if-any")).toMatchObject({ code: 0, stdout: "0 writers closed\n" });
  expect(statedIn(directory, "closing")).toEqual([]);
  expect(await close(directory, "--job", "4711")).toMatchObject({ code: 0, stdout: "1 writer closed\n" });
  expect(statedIn(directory, "closing")).not.toEqual([]);
});

it("says with 1 that a run wrote just now, or lives, and touches nothing", async () => {
  const recent = silent(-60); // as new as can be, however slow the machine is
  const early = await close(recent, "fit");
  expect([early.code, early.stderr]).toEqual([
    1,
    expect.stringMatching(/wrote .* ago; close it when it has been silent/),
  ]);
  const alive = silent(10, processIdentity());
  const living = await close(alive, "fit");
  expect([living.code, living.stderr]).toEqual([1, expect.stringMatching(/lives; end it first/)]);
  for (const directory of [recent, alive]) {
    expect(statedIn(directory, "closing")).toEqual([]);
    expect(existsSync(join(directory, "spool", "wcraft-0.open"))).toBe(true);
  }
});

it("says with 1 that nothing is known of a job or a run", async () => {
  const directory = silent(0);
  const job = await close(directory, "--job", "nosuch");
  expect([job.code, job.stdout, job.stderr]).toEqual([1, "", expect.stringMatching(/recorded by a job nosuch/)]);
  const run = await close(directory, "nosuch");
  expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/nosuch/)]);
  expect(existsSync(join(directory, "spool", "wcraft-0.open"))).toBe(true);
});

it("says with 2 what it takes", async () => {
  const directory = silent(10);
  expect((await close(directory)).code).toBe(2);
  expect((await close(directory, "fit", "--job", "1")).code).toBe(2);
});
