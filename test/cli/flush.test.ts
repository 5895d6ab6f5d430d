import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants, getPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { crafted } from "../flush/crafted.ts";
import { linesOf, MAIN, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "killed");

function spooled(): string[] {
  return readdirSync(join(recorded.directory, "spool"));
}

describe("provml flush", () => {
  it("moves what is in the spool, says how much, and has nothing to do the second time", async () => {
    expect(spooled()).toHaveLength(2);
    const first = await recorded.provml("flush");
    expect([first.code, first.stderr, spooled()]).toEqual([0, "", []]);
    expect(first.stdout).toMatch(/^\d+ statements \(\d+ quads\) and \d+ rows moved from 2 segments\n$/);
    const second = await recorded.provml("flush", "--json");
    expect(JSON.parse(second.stdout)).toMatchObject({ segments: 0, statements: 0, rows: 0, refused: [] });
  });

  it("says with 1 what no graph can hold", async () => {
    const directory = crafted({ frames: [[{ kind: "entity", id: "<no iri>" }]] });
    const { code, stdout } = await provml(["flush", "--dir", directory], { cwd: recorded.folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n1 statement that no graph can hold: in quarantine\/ with the reason\n/);
  });

  it("says with 1 which segments it leaves as they are, and why", async () => {
    const directory = crafted({ frames: [[{ kind: "entity", id: "x:wcraft-1" }]] });
    const path = join(directory, "spool", "wother-0.seg");
    writeFileSync(path, Buffer.alloc(8192, 1));
    const { code, stdout } = await provml(["flush", "--dir", directory], { cwd: recorded.folder });
    expect(code).toBe(1);
    expect(stdout).toContain(`left as it is: ${path}: `);
    expect(existsSync(path)).toBe(true);
  });

  it("goes on with --watch, one line of JSON a pass, until it is told to end", async () => {
    const args = [MAIN, "flush", "--watch", "--interval", "0.05", "--json", "--dir", recorded.directory];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    recorded.record("second");
    for (let i = 0; i < 1000 && printed === ""; i++) await sleep(50);
    recorded.record("failed");
    for (let i = 0; i < 1000 && (linesOf(printed).length < 2 || spooled().length > 0); i++) await sleep(50);
    expect(getPriority(child.pid)).toBe(constants.priority.PRIORITY_LOW);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    const reports = linesOf(printed).map((line) => JSON.parse(line) as { statements: number });
    expect(reports.length).toBeGreaterThanOrEqual(2);
    for (const { statements } of reports) expect(statements).toBeGreaterThan(0);
    expect(spooled()).toEqual([]);
  });

  it("is done by every command that reads, for what has ended", async () => {
    recorded.record("first");
    expect(spooled()).toHaveLength(1);
    await recorded.provml("runs");
    expect(spooled()).toEqual([]);
    expect(readFileSync(join(recorded.directory, ".gitignore"), "utf8")).toBe("*\n");
  });
});
