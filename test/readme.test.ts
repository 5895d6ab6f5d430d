import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERROR_CODES } from "../src/model/error.ts";

const root = new URL("..", import.meta.url).pathname;
const readme = readFileSync(join(root, "README.md"), "utf8");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "provml-readme-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/provml"));
  writeFileSync(join(folder, "package.json"), '{ "name": "hello", "type": "module" }');
  writeFileSync(join(folder, "hello.js"), blocks("js")[0] as string);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, text = ""]) => text);
}

function node(...args: string[]): string {
  const env = { ...process.env, PROVML_DIR: join(folder, ".provml") };
  return execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
}

/** Ids, times and measured numbers differ from run to run; everything else may not. */
function anonymous(turtle: string): string[] {
  const text = turtle.replace(/\bw[0-9a-z]{12}-/g, "w-").replace(/"\d{4}-[^"]*Z"/g, '"T"');
  return text.split("\n").map((line) => line.trim());
}

describe("the README", () => {
  it("has lines that run, and are listed as a run", () => {
    expect(node("hello.js")).toMatch(/error: 0\.04/);
    const runs = JSON.parse(node(join(root, "dist/src/cli/main.js"), "runs", "--json"));
    expect(runs).toMatchObject([
      { name: "fit", workflow: "hello", status: "completed", hyperparameters: { epochs: 20, rate: 0.1 } },
    ]);
  });

  it("has questions that run", () => {
    writeFileSync(
      join(folder, "ask.mjs"),
      `${blocks("js")[1]}console.log(points.length, nodes.length > 3, edges.length > 2, rows.length);`,
    );
    expect(node("ask.mjs").trim()).toBe("20 true true 1");
  });

  it("shows Turtle that the program prints", () => {
    const printed = anonymous(node(join(root, "dist/src/cli/main.js"), "show", "fit", "--turtle"));
    for (const line of anonymous(blocks("turtle")[0] as string)) expect(printed).toContain(line);
  });

  it("names every error code with its meaning, and fits on two hundred lines", () => {
    for (const [code, meaning] of Object.entries(ERROR_CODES)) expect(readme).toContain(`| \`${code}\` | ${meaning} |`);
    expect(readme.split("\n").length).toBeLessThanOrEqual(200);
  });
});
