import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { open } from "provml/query";
import { describe, expect, it, onTestFinished } from "vitest";
import { nvidiaSample, usageReader } from "../../src/capture/resources.ts";
import { project, runProgram } from "./program.ts";

/** Trains without ever giving the loop back, as many programs do. */
const BUSY = (milliseconds: number) => `
  import { provenance } from "provml";
  const prov = provenance({ workflow: "birds", plan: { name: "p", complete: true, steps: [{ name: "fit", kind: "training" }] } });
  prov.training("fit", () => {
    const end = performance.now() + ${milliseconds};
    let x = 1;
    while (performance.now() < end) x = Math.sqrt(x + 1);

  })();`;

const SAMPLED = { PROVML_SAMPLE_INTERVAL_MS: "20" };

describe("samples of resources", () => {
  it("are series of the execution, whatever the training thread does", async () => {
    const ended = await runProgram(BUSY(1500), { environment: SAMPLED });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    const directory = join(ended.folder, ".provml");
    expect(readdirSync(join(directory, "spool")).map((name) => name.slice(-4))).toEqual([".seg", ".seg"]);
    const graph = await open(directory);
    onTestFinished(() => graph.close());
    const [run] = await graph.runs();
    const execution = run?.id.replace(/[^/]+$/, "execution") ?? "";
    for (const name of [run?.id ?? "", execution]) {
      expect(await graph.seriesNames(name)).toEqual(
        expect.arrayContaining(["cpu.percent", "memory.bytes", "machine.memory.bytes"]),
      );
      const points = await graph.series(name, "cpu.percent");
      expect(points.length).toBeGreaterThan(5);
      expect(Math.max(...points.map(({ value }) => value))).toBeGreaterThan(5);
      expect(points.map(({ step }) => step)).toEqual(points.map((_, i) => i));
      const memory = (await graph.series(name, "memory.bytes")).map(({ value }) => value);
      expect(Math.min(...memory)).toBeGreaterThan(10_000_000);
      expect(Math.max(...memory)).toBeLessThan(totalmem());
    }
    expect(run?.measures).toEqual({});
    expect(run?.status).toBe("completed");
    expect((await graph.check(run?.id ?? "")).findings).toEqual([]);
  });

  it("survive a kill, but for the last of them", async () => {
    const folder = project();
    writeFileSync(join(folder, "main.js"), BUSY(60_000));
    const child = spawn(process.execPath, ["main.js"], { cwd: folder, env: { ...process.env, ...SAMPLED } });
    onTestFinished(() => void child.kill("SIGKILL"));
    const spool = join(folder, ".provml/spool");
    const size = () =>
      existsSync(spool) ? readdirSync(spool).map((name) => readFileSync(join(spool, name)).length) : [];
    while (!(size().length === 2 && size().some((bytes) => bytes > 9000))) await delay(50);
    child.kill("SIGKILL");
    await new Promise((done) => child.on("close", done));
    const graph = await open(join(folder, ".provml"));
    onTestFinished(() => graph.close());
    const [run] = await graph.runs();
    expect(run?.status).toBe("interrupted");
    expect((await graph.series(run?.id ?? "", "memory.bytes")).length).toBeGreaterThan(5);
  });

  it("delay no program that ends before they began, and change no exit code", async () => {
    const source = 'import { run } from "provml";\nrun("all", () => 1);\nprocess.exit(7);';
    const ended = await runProgram(source, { environment: { PROVML_SAMPLE_INTERVAL_MS: "1000" } });
    expect(ended.code).toBe(7);
    expect(ended.recorded()[0]?.step("all").status).toBe("Completed");
    expect(readdirSync(join(ended.folder, ".provml/spool")).every((name) => name.endsWith(".seg"))).toBe(true);
  });

  it("run none of the program's own hooks again", async () => {
    const folder = project();
    writeFileSync(
      join(folder, "hook.mjs"),
      'import { appendFileSync } from "node:fs";\nappendFileSync("hooked.txt", "x");',
    );
    await runProgram(BUSY(500), {
      folder,
      environment: { ...SAMPLED, NODE_OPTIONS: `--import ${join(folder, "hook.mjs")}` },
    });
    expect(readFileSync(join(folder, "hooked.txt"), "utf8")).toBe("x");
  });

  it("of NVIDIA's devices are what its own program reports, which ends with ours", async () => {
    const folder = project();
    mkdirSync(join(folder, "bin"));
    const smi = join(folder, "bin/nvidia-smi");
    writeFileSync(
      smi,
      `#!/bin/sh\necho $$ > ${folder}/pid\necho "$@" > ${folder}/asked\nwhile true; do echo "0, 37, 1024"; echo "1, [N/A], 2048"; sleep 0.05; done\n`,
    );
    chmodSync(smi, 0o755);
    const PATH = `${join(folder, "bin")}${delimiter}${process.env.PATH}`;
    const ended = await runProgram(BUSY(1500), { folder, environment: { ...SAMPLED, PATH } });
    expect(ended.code).toBe(0);
    expect(readFileSync(join(folder, "asked"), "utf8")).toContain("-lms 200");
    const rows = ended.recorded()[0]?.rows ?? [];
    const values = (name: string) => new Set(rows.filter(({ series }) => series === name).map(({ value }) => value));
    expect([values("gpu.0.percent"), values("gpu.0.memory.bytes")]).toEqual([new Set([37]), new Set([1024 ** 3])]);
    expect([values("gpu.1.percent"), values("gpu.1.memory.bytes")]).toEqual([new Set(), new Set([2 * 1024 ** 3])]);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 5000 }).toBe(false);
  });

  it("are off unless asked for", async () => {
    const ended = await runProgram(BUSY(50));
    expect(readdirSync(join(ended.folder, ".provml/spool"))).toHaveLength(1);
    expect(ended.recorded()[0]?.ofType("provml:ResourceSeries")).toEqual([]);
  });
});

describe("a reading", () => {
  it("of AMD's devices comes from its driver's files", () => {
    const root = mkdtempSync(join(tmpdir(), "provml-tree-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const files = { gpu_busy_percent: "42\n", mem_info_vram_used: "1048576\n" };
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, "sys/class/drm/card1/device", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const sample = usageReader(root)();
    expect(sample).toContainEqual(["gpu.0.percent", 42]);
    expect(sample).toContainEqual(["gpu.0.memory.bytes", 1048576]);
    expect(sample.map(([name]) => name)).not.toContain("cpu.percent");
  });

  it("of a line that is none of nvidia-smi's is nothing", () => {
    for (const line of ["", "NVIDIA-SMI has failed because it couldn't communicate", "0, [N/A], [N/A]"])
      expect(nvidiaSample(line)).toEqual([]);
  });
});
