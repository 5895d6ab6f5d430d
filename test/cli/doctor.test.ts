import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow } from "../../src/cli/disk.ts";
import { linesOf, type Outcome, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "killed");
let copies = 0;

/** A copy of the flushed directory, to be spoilt. */
async function copy(): Promise<string> {
  await recorded.provml("flush");
  const directory = join(recorded.folder, `copy-${++copies}`);
  cpSync(recorded.directory, directory, { recursive: true });
  return directory;
}

function doctor(directory: string, env: NodeJS.ProcessEnv = {}, ...more: string[]): Promise<Outcome> {
  return provml(["doctor", "--dir", directory, ...more], { cwd: recorded.folder, env });
}

function fileIn(folder: string, ending: string): string {
  return [...filesBelow(folder)].find((path) => path.endsWith(ending)) as string;
}

describe("provml doctor", () => {
  it("names what is pending and who wrote it, before anything is flushed", async () => {
    const { code, stdout } = await recorded.provml("doctor");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}w\w+ is written by process \d+ on \S+, which is dead$/m);
    expect(stdout).toMatch(/^ok {4}2 segments in the spool; provml flush moves/m);
  });

  it("finds nothing wrong in a whole directory", async () => {
    const { code, stdout } = await doctor(await copy());
    expect(code).toBe(0);
    expect(linesOf(stdout).every((line) => /^(ok {4}|note {2})/.test(line))).toBe(true);
    expect(stdout).toMatch(/graph files match their check sums/);
  });

  it("notes a variable that provml does not know", async () => {
    const { code, stdout } = await doctor(await copy(), { PROVML_DIRECTORY: "/x", PROVML_WORKFLOW: "a\u001bb" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note {2}PROVML_DIRECTORY is set, but provml knows no such variable$/m);
    expect(stdout).toMatch(/^ok {4}PROVML_WORKFLOW=a\\u001Bb$/m);
  });

  it.each([
    [
      "a graph file with other bytes",
      (at: string) => spoil(fileIn(join(at, "graph"), ".nq")),
      /does not match its check sum/,
    ],
    [
      "a series file without its end",
      (at: string) => cut(fileIn(join(at, "series"), ".parquet")),
      /no whole Parquet file/,
    ],
    ["what is in quarantine", (at: string) => put(join(at, "quarantine", "w-1.json")), /no graph can hold/],
    ["a plan that is none", (at: string) => put(join(at, "plans", "flowers.json")), /holds no plan/],
    ["a segment without a header", (at: string) => put(join(at, "spool", "wbad-0.seg")), /wbad-0\.seg/],
  ])("says with 1 that something is wrong with %s", async (_, harm, finding) => {
    const directory = await copy();
    harm(directory);
    const { code, stdout } = await doctor(directory);
    expect(code).toBe(1);
    expect(linesOf(stdout).filter((line) => line.startsWith("WRONG "))).toEqual([expect.stringMatching(finding)]);
    const json = await doctor(directory, {}, "--json");
    expect(json.code).toBe(1);
    const levels = (JSON.parse(json.stdout) as { level: string }[]).map(({ level }) => level);
    expect(levels.filter((level) => level === "wrong")).toHaveLength(1);
  });
});

describe("provml stats", () => {
  it("counts what is recorded, what was lost, and what it takes", async () => {
    const { stdout, code } = await recorded.provml("stats");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^executions +2$/m);
    expect(stdout).toMatch(/^runs +3$/m);
    expect(stdout).toMatch(/^rows +5\d$|^rows +\d+$/m);
    expect(stdout).toMatch(/^lostRows +0$/m);
    expect(stdout).toMatch(/^graph +\d+ +[\d.]+ KiB$/m);
    const { disk, runs, lostStatements } = await recorded.json<{
      disk: Record<string, { files: number; bytes: number }>;
      runs: number;
      lostStatements: number;
    }>("stats");
    expect([runs, lostStatements]).toEqual([3, 0]);
    const graph = [...filesBelow(join(recorded.directory, "graph"))];
    expect(disk.graph).toEqual({
      files: graph.length,
      bytes: graph.reduce((sum, path) => sum + readFileSync(path).length, 0),
    });
  });
});

function spoil(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf("flowers");
  writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from("F"), bytes.subarray(at + 1)]));
}

function cut(path: string): void {
  writeFileSync(path, readFileSync(path).subarray(0, -5));
}

function put(path: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "{}".padEnd(8192));
}
