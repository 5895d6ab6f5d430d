import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { accessIn, GROUP, makeFolder, openNew, PRIVATE } from "../../src/spool/access.ts";
import { createDirectory } from "../../src/spool/directory.ts";
import { writePlan } from "../../src/spool/plans.ts";
import { temporary } from "./spooled.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const isRoot = process.getuid?.() === 0;
const mode = (path: string) => statSync(path).mode & 0o7777;

/** The mode of everything in a folder, itself included: what stands for each kind of thing. */
function modesIn(folder: string): { files: Set<string>; folders: Set<string> } {
  const [files, folders] = [new Set<string>(), new Set([mode(folder).toString(8)])];
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    (statSync(path).isDirectory() ? folders : files).add(mode(path).toString(8));
  }
  return { files, folders };
}

/** Somewhere that every user may look into. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-shared-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), '{ "name": "zoo", "type": "module" }');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(REPOSITORY, join(folder, "node_modules", "provml"));
  writeFileSync(
    join(folder, "main.js"),
    `import { current, training } from "provml";
     training(process.argv[2], () => { current().log({ loss: 1 }); return { w: 1 }; })();`,
  );
  chmodSync(folder, 0o755);
  return folder;
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs node as a user whose umask leaves nothing to others. */
function asUser(user: User, folder: string, args: readonly string[], environment: Record<string, string> = {}) {
  const command = ["-c", 'umask 077; exec "$0" "$@"', process.execPath, ...args];
  const env = { PATH: process.env.PATH ?? "", PROVML_DIR: join(folder, "shared/.provml"), ...environment };
  const { status, stdout, stderr } = spawnSync("/bin/sh", command, { ...user, cwd: folder, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

const CLI = join(REPOSITORY, "dist/src/cli/main.js");

describe("PROVML_SHARED=group", () => {
  it.runIf(isRoot)("lets two users of a group record, flush and ask in one directory, whatever their umask", () => {
    const folder = openFolder();
    const [ada, ben] = [
      { uid: 4001, gid: 4000 },
      { uid: 4002, gid: 4000 },
    ];
    mkdirSync(join(folder, "shared"));
    chmodSync(join(folder, "shared"), 0o777);
    expect(asUser(ada, folder, ["main.js", "one"], { PROVML_SHARED: "group" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const first = asUser(ben, folder, [CLI, "runs", "--json"]);
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(first.stdout)).toMatchObject([{ name: "one", measures: { loss: 1 } }]);
    const directory = join(folder, "shared/.provml");
    expect(readdirSync(join(directory, "spool"))).toEqual([]); // taken by the other user
    expect(asUser(ben, folder, ["main.js", "two"])).toMatchObject({ status: 0, stderr: "" }); // needs no variable
    expect(asUser(ben, folder, [CLI, "plan", "accept", "two"])).toMatchObject({ status: 0 });
    const second = asUser(ada, folder, [CLI, "runs", "--json"]);
    expect(JSON.parse(second.stdout)).toHaveLength(2);
    expect(modesIn(directory)).toEqual({ files: new Set(["660"]), folders: new Set(["2770"]) });
    const stranger = asUser({ uid: 4003, gid: 4003 }, folder, [CLI, "runs", "--json"]);
    expect(stranger.status).not.toBe(0);
  });

  it("is the mode of everything, and without it everything is the user's alone", () => {
    const folder = openFolder();
    chmodSync(folder, 0o2775);
    for (const [name, shared, files, folders] of [
      ["a", { PROVML_SHARED: "group" }, "660", "2770"],
      ["b", {}, "600", "2700"], // the group is that of the folder around, and may do nothing
    ] as const) {
      const environment = { ...shared, PROVML_DIR: join(folder, name, ".provml") };
      expect(asUser({}, folder, ["main.js", "one"], environment)).toMatchObject({ status: 0, stderr: "" });
      expect(asUser({}, folder, [CLI, "runs"], environment).status).toBe(0);
      expect(modesIn(join(folder, name, ".provml"))).toEqual({ files: new Set([files]), folders: new Set([folders]) });
    }
  });
});

test("a private directory is opened when that is asked for", () => {
  const directory = join(temporary(), ".provml");
  createDirectory(directory);
  const { graph } = createDirectory(directory, "group");
  expect([mode(directory), mode(graph)]).toEqual([0o2770, 0o2770]);
});

test("a folder that all may write into is not taken for a shared one, nor is that of a project", () => {
  const folder = temporary();
  chmodSync(folder, 0o1777);
  expect(accessIn(join(folder, "new"))).toBe(PRIVATE);
  chmodSync(folder, 0o2775);
  expect(accessIn(folder)).toBe(PRIVATE);
  chmodSync(folder, 0o2770);
  createDirectory(join(folder, ".provml"));
  expect(mode(join(folder, ".provml")) & 0o777).toBe(0o700);
});

test("what is made in a shared folder is shared, at any depth", () => {
  const folder = join(temporary(), "shared");
  makeFolder(folder, GROUP);
  makeFolder(join(folder, "a/b"));
  openNew(join(folder, "a/b/file"));
  expect([mode(join(folder, "a")), mode(join(folder, "a/b")), mode(join(folder, "a/b/file"))]).toEqual([
    0o2770, 0o2770, 0o660,
  ]);
  createDirectory(join(folder, ".provml"), "group");
  expect(mode(writePlan(join(folder, ".provml"), "birds", { name: "p", steps: [] }))).toBe(0o660);
});
