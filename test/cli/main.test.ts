import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isOneLine, linesOf, MAIN, provml, provmlAlone, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first");
const COMMANDS = [
  "demo",
  "runs",
  "models",
  "show",
  "lineage",
  "whence",
  "impact",
  "retrain",
  "query",
  "plan",
  "check",
  "flush",
  "stats",
  "doctor",
];
const READERS = ["runs", "models", "stats", "doctor", "flush"];

describe.concurrent("provml", () => {
  it("lists its commands, with 0 when asked and 2 when nothing is asked", async () => {
    const asked = await recorded.provml("help");
    const nothing = await recorded.provml();
    expect([asked.code, nothing.code]).toEqual([0, 2]);
    expect(nothing.stdout).toBe(asked.stdout);
    for (const name of COMMANDS) expect(asked.stdout).toMatch(new RegExp(`^ {2}${name} +\\w`, "m"));
    expect(Math.max(...linesOf(asked.stdout).map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("says which value it takes where a number is negative, none where one is needed, or a place is not there", async () => {
    const [run] = await recorded.json<{ id: string }[]>("runs");
    const id = run?.id as string;
    const refusals: [string[], RegExp][] = [
      [["runs", "--limit", "-1"], /--limit is "-1"; give a whole number, 0 or more/],
      [["retrain", "model.json", "--tolerance", "-1"], /--tolerance is "-1"; give a share of the value, 0 or more/],
      [["best", "--measure", "accuracy", "--limit", "0"], /limit is 0; give a whole number, 1 or more/],
      [["report", id, "-o", "nowhere/x.html"], /the folder nowhere is not there; make it or name another/],
      [["report", id, "-o", "."], /\. is a folder; name the file to write in it/],
    ];
    for (const [args, reason] of refusals) {
      const refused = await recorded.ask(...(args as [string]));
      expect([refused.code, isOneLine(refused)], args.join(" ")).toEqual([2, true]);
      expect(refused.stderr).toMatch(reason);
    }
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect((await recorded.provml("--version")).stdout).toBe(`${version}\n`);
  });

  it.each(COMMANDS)("explains %s, with every option of its usage", async (name) => {
    const { stdout, stderr, code } = await recorded.provml(name, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    const [usage = "", ...rest] = linesOf(stdout);
    expect(usage).toMatch(new RegExp(`^usage: provml ${name}`));
    for (const [option] of usage.matchAll(/--[a-z]+/g))
      expect(rest.join("\n")).toMatch(new RegExp(`^ +${option}\\b`, "m"));
    expect(stdout.includes("--dir DIR")).toBe(name !== "demo");
  });

  it("explains a command the same way by help and by -h", async () => {
    const [help, option] = await Promise.all([recorded.provml("help", "show"), recorded.provml("show", "x", "-h")]);
    expect(help).toEqual(option);
  });

  it.each([
    ["a command that is none", ["bogus"], /no command "bogus"/],
    ["a name of the language", ["toString"], /no command "toString"/],
    ["help of what is no command", ["help", "bogus"], /no command "bogus"/],
    ["an option that is none", ["runs", "--nope"], /'--nope'; provml runs --help/],
    ["a directory for the demo, which has its own", ["demo", "--dir", "x"], /'--dir'/],
    ["a value that is missing", ["runs", "--dir"], /--dir/],
    ["a value that is empty", ["runs", "--dir", ""], /--dir is empty/],
    ["a value where none belongs", ["runs", "--json=yes"], /--json/],
    ["an option that swallows the next one", ["runs", "--dir", "--json"], /--dir.*ambiguous/],
    ["an argument too many", ["runs", "more"], /usage: provml runs/],
    ["an argument too few", ["show"], /usage: provml show/],
    ["two notations of runs", ["runs", "--json", "--csv"], /--json and --csv/],
    ["two notations of models", ["models", "--json", "--csv"], /--json and --csv/],
    ["two notations of lineage", ["lineage", "fit", "--svg", "-", "--dot"], /--svg and --dot/],
    ["two notations of show", ["show", "fit", "--json", "--turtle"], /--json and --turtle/],
    ["a depth that is no number", ["lineage", "fit", "--depth", "far"], /--depth is "far"/],
    ["an interval of nothing", ["flush", "--interval", "0"], /--interval is "0"/],
    ["what a plan cannot do", ["plan", "refuse", "fit"], /plan accept RUN/],
  ])("refuses %s with 2 and one line that says so", async (_, args, reason) => {
    const outcome = await recorded.provml(...args);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(reason);
    expect(isOneLine(outcome)).toBe(true);
  });

  it.each(READERS)("says with 2 that there is no directory for %s to read", async (name) => {
    const outcome = await recorded.provml(name, "--dir", join(recorded.folder, "elsewhere"));
    expect([outcome.code, isOneLine(outcome)]).toEqual([2, true]);
    expect(outcome.stderr).toContain("no .provml directory at");
  });

  it("leaves a directory alone that is not its own, or of a later version", async () => {
    const foreign = join(recorded.folder, "foreign");
    mkdirSync(foreign);
    const first = await recorded.provml("flush", "--dir", foreign);
    writeFileSync(join(foreign, "provml.json"), '{ "format": 2 }');
    const second = await recorded.provml("runs", "--dir", foreign);
    expect([first.code, isOneLine(first), second.code, isOneLine(second)]).toEqual([2, true, 2, true]);
    expect(second.stderr).toMatch(/newer version/);
  });

  it.each([
    "models --csv",
    "show RUN",
    "compare RUN OTHER",
    "best --measure error",
    "studies",
    "inference",
    "curves RUN OTHER --series loss",
    "report nothing -o -",
    "lineage model.json",
    "impact flowers.csv",
    "ask Q1 --model model.json",
    "plan show",
    "check",
    "diff model.json model.json",
    "pull nowhere",
    "tag nothing best",
    "delete nothing",
    "gc --dry-run --keep-best 1 --measure error",
  ])("answers in a process of its own what it answers in one that does others, too: %s", async (line) => {
    const [run, other] = await recorded.json<{ id: string }[]>("runs");
    const places: Readonly<Record<string, string | undefined>> = { RUN: run?.id, OTHER: other?.id };
    const args = line.split(" ").map((word) => places[word] ?? word);
    const alone = await provmlAlone(args, { cwd: recorded.folder });
    expect(alone.stdout + alone.stderr).not.toBe("");
    expect(await recorded.provml(...args)).toEqual(alone);
  });

  it("finds the directory upwards from where it is called", async () => {
    const below = join(recorded.folder, "a", "b");
    mkdirSync(below, { recursive: true });
    const outcome = await provml(["runs", "--csv"], { cwd: below, env: { PROVML_DIR: "" } });
    expect([outcome.code, linesOf(outcome.stdout).length]).toEqual([0, 3]);
  });

  it("ends quietly when nobody reads on", async () => {
    const many = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000";
    const script = `set -o pipefail; "$0" "$1" query '${many}' --dir "$2" | head -1`;
    const args = ["-c", script, process.execPath, MAIN, recorded.directory];
    const [error, stdout, stderr] = await new Promise<[unknown, string, string]>((resolve) =>
      execFile("bash", args, (...outcome) => resolve(outcome)),
    );
    expect([error, stderr, linesOf(stdout).length]).toEqual([null, "", 1]);
  });
});
