import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOneLine, linesOf, type Outcome, provml, provmlAlone } from "./provml.ts";

const IN_GIT = existsSync(new URL("../../.git", import.meta.url));
let cwd: string;
/** Two demos in the same folder. */
let first: Outcome;
let second: Outcome;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "provml-demo-"));
  first = await provmlAlone(["demo", "tour"], { cwd });
  second = await provmlAlone(["demo", "tour"], { cwd, env: { PROVML_SPOOL: join(cwd, "no spool of the demo") } });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The lines of one part, by a word of its title. */
function part(word: string, { stdout }: Outcome = first): string[] {
  const found = stdout.split("\n── ").find((text) => text.split("\n")[0]?.includes(word));
  return linesOf(found ?? "").slice(1);
}

describe("provml demo", () => {
  it("ends with 0, and says nothing on the error stream", () => {
    expect([first.code, first.stderr]).toEqual([0, ""]);
  });

  it("trains with two settings, and lists what came of them", () => {
    expect(part("learns")).toEqual([
      expect.stringMatching(/^4 hidden units: accuracy 0\.\d{3} on 86 held-back penguins$/),
      expect.stringMatching(/^16 hidden units: accuracy (0\.9\d\d|1\.000) on 86 held-back penguins$/),
      "saved penguins-model.json",
    ]);
    expect(part("moves")).toEqual([expect.stringMatching(/^\d+ statements .* and 180 rows moved from \d segments?$/)]);
    const [head, ...runs] = part("Which trainings");
    expect(head).toMatch(/hiddenUnits +learningRate .* accuracy +loss +macroF1$/);
    expect(runs[0]).toMatch(/ fit +penguins +completed /);
    expect(runs[1]).toMatch(/ fit +penguins +completed /);
  });

  it("draws how the loss fell", () => {
    const lines = part("Which trainings").slice(-6);
    expect(lines.every((line) => line.includes("┤"))).toBe(true);
    expect(lines[0]).toMatch(/^ *\d.* ┤█ *$/);
    expect(lines.at(-1)).toMatch(/┤█[▁-█]+$/);
  });

  it("traces a file of any name to the raw file, and to a commit where there is one", () => {
    const tree = part("unknown.bin");
    expect(tree[0]).toMatch(/^penguins-model\.json {2}\[Model\] {2}sha256/);
    expect(tree.join("\n")).toMatch(/used Palmer penguins .*penguins\.json {2}sha256/);
    const sentence = tree.at(-1);
    expect(sentence).toMatch(/^In short: the run fit \(w\S+\) made it, from Palmer penguins \(penguins\.json\), with /);
    if (IN_GIT) expect(sentence).toMatch(/commit [0-9a-f]{12}\.$/);
  });

  it("says what falls with the raw file", () => {
    const tree = part("measured wrongly");
    expect(tree.at(-1)).toBe("In short: 2 trainings, 2 evaluations, 1 model file.");
    expect(tree.join("\n")).toMatch(/led to penguins-model\.json|generated penguins-model\.json/);
  });

  it("shows a killed training as interrupted, with the rows that it had", () => {
    const lines = part("killed");
    expect(lines[0]).toMatch(/^process \d+ was killed$/);
    expect(lines[2]).toMatch(/ fit +penguins +interrupted /);
    expect(lines.at(-1)).toMatch(/newest run is interrupted, not a success; the loss of \d+ epochs is kept/);
  });

  it("measures what recording costs", () => {
    const lines = part("cost");
    expect(lines[0]).toMatch(/: \d+ ns a number, [\d.]+ µs a step/);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^40 epochs .* %$/),
      expect.stringMatching(/^20 epochs .* %$/),
      expect.stringMatching(/several times as much: docs\/overhead\.md$/),
    ]);
    expect(readdirSync(join(cwd, "tour")).sort()).toEqual([
      ".provml",
      "penguins-model.json",
      "provml-demo.txt",
      "unknown.bin",
    ]);
  });

  it("runs a second time in the same folder, whatever is configured for real work", () => {
    expect([second.code, second.stderr]).toEqual([0, ""]);
    expect(part("Which trainings", second)).toHaveLength(part("Which trainings").length);
  });

  it("ends with commands that work where it was called", async () => {
    const commands = part("Try next", second).map((line) => line.trim());
    expect(commands).toHaveLength(6);
    for (const line of commands) {
      expect(line).toMatch(/^npx provml .* --dir tour\/\.provml$/);
      const args = [...line.slice("npx provml ".length).matchAll(/'([^']*)'|\S+/g)].map(
        ([word, quoted]) => quoted ?? word,
      );
      const { code, stderr } = await provml(args, { cwd });
      expect([line, code, stderr]).toEqual([line, 0, ""]);
    }
  });

  it.each([
    ["of somebody's files", ["notes.txt"]],
    ["of real provenance", [".provml", "penguins-model.json"]],
    ["of its own with somebody's file", [".provml", "provml-demo.txt", "notes.txt"]],
  ])("leaves a folder %s alone, and says so with 2", async (_, names) => {
    const folder = mkdtempSync(join(cwd, "foreign-"));
    for (const name of names) {
      if (name === ".provml") mkdirSync(join(folder, name));
      else writeFileSync(join(folder, name), "precious");
    }
    const outcome = await provml(["demo", folder], { cwd });
    expect([outcome.code, isOneLine(outcome)]).toEqual([2, true]);
    expect(outcome.stderr).toContain("holds other files");
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    const [file] = names.filter((name) => name !== ".provml");
    expect(readFileSync(join(folder, file as string), "utf8")).toBe("precious");
  });
});
