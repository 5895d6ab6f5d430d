import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { MAIN } from "../cli/provml.ts";
import { crafted } from "../flush/crafted.ts";
import { graphIn } from "../flush/moved.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const EPILOG = join(EXAMPLES, "slurm-epilog.sh");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd)("systemd finds nothing wrong in the units (needs systemd-analyze)", () => {
  const units = readdirSync(EXAMPLES).filter((name) => /\.(service|timer)$/.test(name));
  expect(units).toHaveLength(3);
  const { stderr } = spawnSync("systemd-analyze", ["verify", "--user", ...units.map((name) => EXAMPLES + name)], {
    encoding: "utf8",
    env: { ...process.env, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() },
  });
  const about = stderr.split("\n").filter((line) => line.includes("provml-flush"));
  expect(about).toEqual([]);
});

test("a node's epilog moves what a killed job left, whatever folder below it was started in", () => {
  const { folder, directory } = job({ pid: 2 ** 22 + 1 });
  const { status } = epilog(folder, { SLURM_JOB_ID: "4711", SLURM_SCRIPT_CONTEXT: "epilog_slurmd" });
  expect([status, readdirSync(join(directory, "spool"))]).toEqual([0, []]);
  expect(graphIn(directory).join()).toContain("ended without closing its record");
});

test("the controller's epilog closes what no node can judge", () => {
  const { folder, directory } = job({ pidNamespace: "pid:[1]" });
  const node = epilog(folder, { SLURM_JOB_ID: "4711", SLURM_SCRIPT_CONTEXT: "epilog_slurmd" });
  expect([node.status, readdirSync(join(directory, "spool"))]).toEqual([0, ["wcraft-0.open"]]);
  const { status } = epilog(folder, { SLURM_JOB_ID: "4711", SLURM_SCRIPT_CONTEXT: "epilog_slurmctld" });
  expect([status, readdirSync(join(directory, "spool"))]).toEqual([0, []]);
  expect(graphIn(directory).join()).toContain("was declared to have ended");
});

test("an epilog never fails, or the node would be drained", () => {
  const { folder } = job({});
  for (const environment of [
    { SLURM_JOB_ID: "4711", PROVML: "/nowhere/provml" },
    { SLURM_JOB_ID: "4711", SLURM_JOB_WORK_DIR: "/nowhere" },
    {},
  ])
    expect(epilog(folder, environment)).toMatchObject({ status: 0 });
});

/** What a job of Slurm leaves that was killed. */
function job(header: object): { folder: string; directory: string } {
  const home = mkdtempSync(join(tmpdir(), "provml-epilog-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, "project", "below");
  mkdirSync(folder, { recursive: true });
  const directory = join(home, "project", ".provml");
  const attributes = [
    ["prov:type", { name: "provml:WorkflowExecution" }],
    ["provml:job", "slurm alps 4711"],
  ];
  const statements = [{ kind: "activity", id: "x:execution", startTime: 1.76e12, attributes }];
  crafted({ directory, frames: [statements], ending: "rotate", name: "wcraft-0.open", header });
  // As an installed package has it.
  writeFileSync(join(home, "run.sh"), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 });
  symlinkSync(join(home, "run.sh"), join(home, "provml"));
  return { folder, directory };
}

function epilog(folder: string, environment: NodeJS.ProcessEnv) {
  const provml = join(folder, "../../provml");
  const given = { PROVML: provml, SLURM_JOB_WORK_DIR: folder, SLURM_JOB_USER: "", ...environment };
  return spawnSync("bash", [EPILOG], { encoding: "utf8", env: given });
}
