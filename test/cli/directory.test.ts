import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { filesBelow } from "../../src/cli/disk.ts";
import { crafted } from "../flush/crafted.ts";
import { linesOf, MAIN, provml, provmlAlone, recordedOnce } from "./provml.ts";

const recorded = recordedOnce("first", "killed");
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
/** The super-user may write everywhere, so as such the command is started as somebody else, who must be able to read the package. */
const canTry = !isRoot || spawnSync(process.execPath, [MAIN, "--version"], { uid: NOBODY, cwd: "/" }).status === 0;

afterEach(() => {
  if (recorded.folder !== "") setModes(recorded.folder, 0o755, 0o644);
});

describe("a directory that may be read only", () => {
  it.skipIf(!canTry)("answers with what is still in the spool, and leaves it there", async () => {
    setModes(recorded.folder, 0o555, 0o444);
    const before = contents(recorded.directory);
    const uid = isRoot ? NOBODY : undefined;
    const readOnly = { cwd: recorded.folder, ...(uid === undefined ? {} : { uid }) };
    const [runs, doctor] = await Promise.all([provmlAlone(["runs"], readOnly), provmlAlone(["doctor"], readOnly)]);
    expect([runs.code, runs.stderr]).toEqual([0, ""]);
    expect(linesOf(runs.stdout).map((line) => line.split(/ {2,}/)[3])).toEqual([
      "status",
      "interrupted",
      "completed",
      "completed",
    ]);
    expect(doctor.stdout).toMatch(/^note {2}.* is not writable: /m);
    expect(contents(recorded.directory)).toEqual(before);
  });

  it.skipIf(!canTry)("answers when only the graph cannot be written, and says what stays in the spool", async () => {
    const directory = join(recorded.folder, "copy");
    cpSync(recorded.directory, directory, { recursive: true });
    setModes(recorded.folder, 0o755, 0o644);
    chmodSync(directory, 0o777);
    chmodSync(join(directory, "spool"), 0o777);
    chmodSync(join(directory, "graph"), 0o555);
    const uid = isRoot ? NOBODY : undefined;
    const { code, stdout, stderr } = await provmlAlone(["runs", "--dir", directory], {
      cwd: recorded.folder,
      ...(uid === undefined ? {} : { uid }),
    });
    expect([code, linesOf(stdout).length]).toEqual([0, 4]);
    expect(stderr).toMatch(/^provml: what is pending stays in the spool, and is read there: EACCES[^\n]*\n$/);
    rmSync(directory, { recursive: true });
  });
});

describe("a large backlog", () => {
  it("is answered from where it lies, and moved once the answer is out", async () => {
    const directory = join(mkdtempSync(join(tmpdir(), "provml-cli-")), ".provml");
    onTestFinished(() => rmSync(dirname(directory), { recursive: true }));
    const label = "x".repeat(30_000);
    for (let n = 0; n < 70; n++) {
      const thing = { kind: "entity", id: "x:e", attributes: [["rdfs:label", `${n} ${label}`]] };
      crafted({ directory, header: { writer: `wcraft${n}`, execution: `e${n}` }, frames: [[thing]] });
    }
    const asked = ["query", "SELECT ?label { ?s rdfs:label ?label }", "--csv", "--dir", directory];
    const child = spawn(process.execPath, [MAIN, ...asked], { cwd: dirname(directory) });
    await once(child.stdout, "readable"); // two megabytes wait for somebody to read them
    const before = readdirSync(join(directory, "spool"));
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect([before.length, answer.trim().split("\r\n").length]).toEqual([70, 71]);
    expect(readdirSync(join(directory, "spool"))).toEqual([]);
    const count = ["query", "SELECT (COUNT(*) AS ?n) { ?s rdfs:label ?label }", "--csv"];
    expect(linesOf((await provml(count, { cwd: dirname(directory) })).stdout)).toContain("70\r");
  });
});

describe("PROVML_SPOOL", () => {
  it("is read and flushed by the commands, too", async () => {
    const spool = join(recorded.folder, "elsewhere");
    cpSync(join(recorded.directory, "spool"), spool, { recursive: true });
    rmSync(join(recorded.directory, "spool"), { recursive: true });
    const surroundings = { cwd: recorded.folder, env: { PROVML_SPOOL: spool } };
    expect(linesOf((await provml(["runs"], { cwd: recorded.folder })).stdout)).toHaveLength(1);
    expect(linesOf((await provml(["runs"], surroundings)).stdout)).toHaveLength(4);
    expect(readdirSync(spool)).toEqual([]);
  });
});

function setModes(folder: string, folders: number, files: number): void {
  if (!folder.startsWith(tmpdir())) throw new Error(`${folder} is no folder of a test`);
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) chmodSync(path, files);
    else {
      setModes(path, folders, files);
      chmodSync(path, folders);
    }
  }
}

function contents(folder: string): string[] {
  return [...filesBelow(folder)].map((path) => `${path} ${readFileSync(path).length}`).sort();
}
