import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { linesOf, MAIN, provml, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "killed");

/** What a program in a shell prints, where \`provml\` is this one. */
async function shell(name: string, script: string, program: string): Promise<string[]> {
  const bin = join(recorded.folder, "bin");
  mkdirSync(bin, { recursive: true });
  const command = join(bin, "provml");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(command, 0o755);
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    PROVML_DIR: recorded.directory,
    HOME: recorded.folder,
  };
  const { stdout } = await provml(["completion", script], { cwd: recorded.folder });
  const file = join(recorded.folder, `completion.${name}`);
  writeFileSync(file, stdout);
  const options = { cwd: recorded.folder, env, encoding: "utf8" } as const;
  return await new Promise((resolve, reject) => {
    execFile(name, ["-c", program, file], options, (error, printed, errors) => {
      if (error || errors !== "") reject(error ?? new Error(errors));
      else resolve(linesOf(printed));
    });
  });
}

const isAbsent = (name: string) => spawnSync(name, ["--version"]).error !== undefined;

describe("completion in shells", () => {
  it("completes commands, options, files and the names of runs in bash", async () => {
    const cases = [
      "provml ru",
      "provml runs --s",
      "provml show lo",
      "provml plan acc",
      "provml lineage flo",
      "provml runs --dir .pro",
      "provml runs --where x",
    ];
    const program = `source "$0"
      for line in ${cases.map((line) => `'${line}'`).join(" ")}; do
        COMP_WORDS=($line); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _provml
        echo "$line: \${COMPREPLY[*]}"
      done`;
    expect(await shell("bash", "bash", program)).toEqual([
      "provml ru: runs",
      expect.stringMatching(/^provml runs --s: .*--study.*--sort/),
      "provml show lo: long",
      "provml plan acc: accept",
      "provml lineage flo: flowers.csv",
      "provml runs --dir .pro: .provml",
      "provml runs --where x: ",
    ]);
  });

  it.skipIf(isAbsent("fish"))(
    `completes the same in fish${isAbsent("fish") ? " (not run: there is no fish here)" : ""}`,
    async () => {
      const program =
        'source "$argv[1]"; for line in "provml ru" "provml runs --stu" "provml show lo"; complete -C $line; end';
      const lines = await shell("fish", "fish", program);
      expect(lines.map((line) => line.split("\t")[0])).toEqual(["runs", "--study", "long"]);
    },
  );

  it.skipIf(isAbsent("zsh"))(
    `completes the same in zsh${isAbsent("zsh") ? " (not run: there is no zsh here)" : ""}`,
    async () => {
      const program = `compdef() { :; }
      _describe() { print -l -- \${(P)@[-1]}; }
      compadd() { print -l -- \${(P)2}; }
      _files() { print files; }
      source "$0"
      words=(provml ru) CURRENT=2; _provml | grep '^runs:'
      words=(provml runs --s) CURRENT=3; _provml | grep '^--study:'
      words=(provml show lo) CURRENT=3; _provml | grep '^long$'
      words=(provml runs --dir x) CURRENT=4; _provml`;
      const lines = await shell("zsh", "zsh", program);
      expect(lines).toEqual([expect.stringMatching(/^runs:list/), expect.stringMatching(/^--study:/), "long", "files"]);
    },
  );

  it("refuses a shell that it does not know with 2", async () => {
    const { code, stderr } = await provml(["completion", "cmd"], { cwd: recorded.folder });
    expect([code, stderr]).toEqual([2, "provml: usage: provml completion bash | zsh | fish\n"]);
  });
});
