import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow } from "../../src/cli/disk.ts";
import { flusherFindings } from "../../src/cli/flusher-findings.ts";
import { processIdentity } from "../../src/spool/liveness.ts";
import { crafted } from "../flush/crafted.ts";
import { linesOf, MAIN, type Outcome, provml, recordedOnce } from "./provml.ts";

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

  it("notes a variable that provml does not know, and shows no secret", async () => {
    const { code, stdout } = await doctor(await copy(), {
      PROVML_DIRECTORY: "/x",
      PROVML_WORKFLOW: "a\u001bb",
      PROVML_STORE_TOKEN: "of nobody's business",
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note {2}PROVML_DIRECTORY is set, but provml knows no such variable$/m);
    expect(stdout).toMatch(/^ok {4}PROVML_STORE_TOKEN is set$/m);
    expect(stdout).not.toContain("of nobody's business");
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
    [
      "a series file with other bytes",
      (at: string) => flip(fileIn(join(at, "series"), ".parquet")),
      /\.parquet (does not parse|do not match)/,
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

/** The time of all of these, however long the tests take. */
const now = Date.now();
const AGO = now - 7200e3;

/** A flusher's own word of itself. */
function flusher(directory: string, health: object): void {
  const self = { ...processIdentity(), format: 1, startedAt: now - 7200e3, intervalMs: 2000, lagMs: 30_000 };
  const counts = { failures: 0, passes: 9, statements: 1, rows: 1, quarantined: 0, refused: 0 };
  const at = { at: now - 5000, nextPassAt: now, lastPassAt: now - 5000, lastPassMs: 3, cpuMs: 1, residentBytes: 1 };
  mkdirSync(join(directory, "flushers"));
  writeFileSync(join(directory, "flushers", "here-1.json"), JSON.stringify({ ...self, ...counts, ...at, ...health }));
}

/** A directory in which something was sealed a while ago, and nobody has moved it. */
function waiting(minutes: number): string {
  const directory = crafted({ frames: [[{ kind: "entity", id: "x:wcraft-1" }]] });
  const then = now / 1000 - 60 * minutes;
  utimesSync(join(directory, "spool", "wcraft-0.seg"), then, then);
  return directory;
}

function findings(directory: string): string[] {
  const found = flusherFindings(directory, join(directory, "spool"), now);
  return Array.from(found, ({ level, text }) => `${level}: ${text}`);
}

describe("provml doctor, of flushers,", () => {
  it.each([
    ["fine", {}, /^fine: the flusher \d+ on \S+ watches; it made its last pass 5\.\d s ago$/],
    ["dead", { processStart: "1" }, /^wrong: the flusher \d+ on \S+ is dead; .* Start it again: provml flush --watch$/],
    ["stuck", { nextPassAt: AGO, lastPassAt: AGO }, /^wrong: .* lives, but made its last pass 2 h 0 min ago/],
    ["silent", { bootId: "other", nextPassAt: AGO }, /^wrong: .* nobody here can say if it lives; .*here-1\.json$/],
    ["failing", { failures: 3, lastFault: "ENOSPC: no" }, /^wrong: .* failed 3 times in a row, .*: ENOSPC: no;/],
  ])("says of one that is %s that it is", (_, health, line) => {
    const directory = waiting(1);
    flusher(directory, health);
    expect(findings(directory)).toEqual([expect.stringMatching(line)]);
  });

  it("says that one is behind, and advises one where nobody flushes", () => {
    const directory = waiting(90);
    const late = /^advice: nobody flushes: 1 sealed segment in a spool of .*, the oldest for 1 h 30 min;/;
    expect(findings(directory)).toEqual([expect.stringMatching(late)]);
    flusher(directory, {});
    expect(findings(directory)[1]).toMatch(/^wrong: the flusher is behind: 1 sealed segment /);
  });

  it("says with 1 that one needs a person", async () => {
    const directory = await copy();
    flusher(directory, { processStart: "1" });
    const { code, stdout } = await doctor(directory);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^WRONG the flusher \d+ on \S+ is dead;/m)]);
  });
});

describe("provml stats --watch", () => {
  it("prints how the spool and its flushers are until it is told to end, and moves nothing", async () => {
    const directory = waiting(90);
    flusher(directory, { failures: 2, lastFault: "ENOSPC: no" });
    const lines = await watchedLines(["--dir", directory], 4);
    expect(lines[0]).toMatch(/^time +segments +waiting +oldest +quarantine +flushers +state$/);
    expect(lines.at(-1)).toMatch(/Z +1 +\d\.\d KiB +\d+ h \d+ min +0 +1 +failing: ENOSPC: no$/);
    const [json = ""] = await watchedLines(["--json", "--dir", directory], 1);
    expect(JSON.parse(json)).toMatchObject({ segments: 1, sealed: 1, quarantined: 0, flushers: [{ failures: 2 }] });
  });
});

async function watchedLines(args: readonly string[], least: number): Promise<string[]> {
  const whole = [MAIN, "stats", "--watch", "--interval", "0.05", ...args];
  const child = spawn(process.execPath, whole, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  for await (const text of child.stdout) {
    printed += text;
    if (linesOf(printed).length >= least) child.kill("SIGTERM");
  }
  expect(child.exitCode ?? (await once(child, "exit"))[0]).toBe(0);
  return linesOf(printed);
}

describe("provml stats", () => {
  it("counts what is recorded, what was lost, and what it takes", async () => {
    const { stdout, code } = await recorded.provml("stats");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^executions +2$/m);
    expect(stdout).toMatch(/^runs +3$/m);
    expect(stdout).toMatch(/^rows +5\d$|^rows +\d+$/m);
    expect(stdout).toMatch(/^lostRows +0$/m);
    expect(stdout).toMatch(/^graph +\d+ +\d+ +[\d.]+ KiB$/m);
    const { disk, runs, lostStatements } = await recorded.json<{
      disk: Record<string, { files: number; bytes: number }>;
      runs: number;
      lostStatements: number;
    }>("stats");
    expect([runs, lostStatements]).toEqual([3, 0]);
    const graph = [...filesBelow(join(recorded.directory, "graph"))];
    expect(disk.graph).toEqual({
      files: graph.length,
      inodes: graph.length + 3, // graph/ and a folder for each of two executions
      bytes: graph.reduce((sum, path) => sum + readFileSync(path).length, 0),
    });
  });
});

function spoil(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf("flowers");
  writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from("F"), bytes.subarray(at + 1)]));
}

/** A bit in the middle of the rows. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  writeFileSync(path, bytes);
}

function cut(path: string): void {
  writeFileSync(path, readFileSync(path).subarray(0, -5));
}

function put(path: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "{}".padEnd(8192));
}
