import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { IS_FULL } from "../tries.ts";

const folder = fileURLToPath(new URL("../../dist/bench/", import.meta.url));
const NAMES = [
  "row",
  "row-again",
  "row-own-clock",
  "log-two",
  "pino-line",
  "step-10",
  "step-100",
  "otel-span",
  "import",
];
const STUDIES = [
  "training-overhead",
  "training-fit",
  "disabled",
  "idle",
  "rows-absent",
  "async-context",
  "inference-16k",
  "inference-100k",
  "directory",
  "store",
  "questions",
  "cold",
];
/** What trains a network or keeps to a pace takes its time, however quick it is asked to be. */
const TRIED = IS_FULL ? STUDIES : STUDIES.filter((name) => !/^(training|inference)-/.test(name));

function bench(...args: string[]) {
  const child = spawnSync(process.execPath, ["--expose-gc", `${folder}main.js`, ...args], { encoding: "utf8" });
  return {
    ...child,
    leftBehind: existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("spools-")) : [],
  };
}

// The form alone: how long anything takes is for `npm run bench` to say.
describe("the benchmark", () => {
  it("measures cases in processes of their own, finds every row again and cleans up", { timeout: 300_000 }, () => {
    const { status, stdout, stderr, leftBehind } = bench(
      "--quick",
      "--json",
      ...[...NAMES, ...TRIED].flatMap((name) => ["--only", name]),
    );
    expect(stderr).toBe("");
    const run = JSON.parse(stdout);
    expect(run).toMatchObject({ quick: true, node: process.version, modules: { foreign: [] } });
    expect(run.results.map(({ name }: { name: string }) => name)).toEqual(NAMES);
    for (const { failure, processes, cpu, wall, target } of run.results) {
      expect(failure).toBeUndefined();
      expect(processes).toBeGreaterThan(0);
      for (const { median, min, max } of [cpu, wall]) expect(min <= median && median <= max).toBe(true);
      expect(target?.met).toBeUndefined();
    }
    expect(run.studies.map(({ name }: { name: string }) => name)).toEqual(TRIED);
    for (const { failure, figures } of run.studies) {
      expect(failure).toBeUndefined();
      expect(figures.length).toBeGreaterThan(0);
      for (const { value, met } of figures) {
        expect(Number.isFinite(value)).toBe(true);
        expect(met).toBeUndefined();
      }
    }
    expect(run.results[0].peer).toEqual({
      name: "pino-line",
      ratio: run.results[0].cpu.median / run.results[4].cpu.median,
    });
    expect(status).toBe(0);
    expect(leftBehind).toEqual([]);
  });

  it("prints a line for the one case that is asked for", () => {
    const { status, stdout } = bench("--quick", "--only", "otel-span");
    expect(stdout).toContain(`node ${process.version}`);
    expect(stdout.split("\n").filter((line) => / ns /.test(line))).toHaveLength(1);
    expect(status).toBe(0);
  });

  it("refuses a case that it does not have and names those that it has", () => {
    const { status, stderr } = bench("--only", "rows");
    expect(status).toBe(2);
    expect(stderr).toContain([...NAMES, ...STUDIES].join(", "));
  });
});
