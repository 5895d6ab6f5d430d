import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { digestDirectory } from "../../src/capture/content/directory.ts";
import { digestFile, fileState } from "../../src/capture/content/files.ts";
import type { BriefTree } from "../../src/model/brief.ts";
import type { Recorded } from "../../src/testing/recorded.ts";
import { record } from "./memory-sink.ts";
import { project, runScript } from "./program.ts";

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "provml-directory-")));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  mkdirSync(join(made, "inner"));
  writeFileSync(join(made, "inner", "1.csv"), "1");
  return made;
}

const requestsIn = (recorded: Recorded) => recorded.briefs.filter((brief): brief is BriefTree => brief.kind === "tree");
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

describe("a directory that a program names", () => {
  it("is one entity, which the flusher is asked to digest as it is at the call", () => {
    const { prov, recorded } = record();
    const path = folder();
    const before = Date.now();
    prov.dataset(path, { name: "images", split: "train" });
    prov.training("fit", (_: string) => {})(path);
    const entity = recorded().entity("images");
    expect(recorded().objectsUsedBy("fit")).toEqual(["images"]);
    expect(entity.types).toEqual(["provml:LearningDataSetReference", "mls:Dataset", "provml:DataReference"]);
    expect([entity.get("provml:path"), entity.get("provml:isVerified")]).toEqual([path, undefined]);
    const requests = requestsIn(recorded());
    expect(requests).toEqual([
      { kind: "tree", id: expect.any(String), path, time: expect.any(Number), inode: lstatSync(path).ino },
    ]);
    expect(requests[0]?.time).toBeGreaterThan(before);
    expect(requests[0]?.time).toBeLessThanOrEqual(Date.now() + 1);
  });

  it("is a new entity each time it is generated, and when its own entries changed", () => {
    const { prov, recorded } = record();
    const path = folder();
    const save = prov.activity("save", () => void prov.current().generated(path, { name: "out" }));
    const load = prov.activity("load", () => void prov.current().used(path));
    save();
    save();
    load();
    load();
    writeFileSync(join(path, "new"), "");
    load();
    const states = recorded().things("out");
    expect(states.map((state) => recorded().makersOf(state))).toEqual([["save"], ["save"], []]);
    expect(requestsIn(recorded())).toHaveLength(3);
    const used = recorded()
      .ofKind("used")
      .map(({ entity }) => entity)
      .filter((entity) => states.some(({ id }) => id === entity));
    expect(used).toEqual([states[1]?.id, states[1]?.id, states[2]?.id]);
  });

  it("is digested at once where the program asks for it, and is another entity where it changed inside since", () => {
    const { prov, recorded } = record();
    const path = folder();
    const look = () => prov.dataset(path, { name: "images", digest: "now" });
    look();
    look();
    appendFileSync(join(path, "inner", "1.csv"), "2");
    look();
    const states = recorded().things("images");
    const contents = states.map((state) => recorded().contentOf(state));
    expect(states).toHaveLength(2);
    expect(contents.map((content) => content?.get("provml:mediaType"))).toEqual(["inode/directory", "inode/directory"]);
    expect(contents[1]?.get("provml:sha256")).toBe(digestDirectory(path)?.sha256);
    expect(contents[0]?.id).not.toBe(contents[1]?.id);
    expect(requestsIn(recorded()).map(({ sha256 }) => sha256)).toEqual(contents.map((c) => c?.get("provml:sha256")));
  });

  it("is not verified where something in it cannot be read", () => {
    const { prov, recorded } = record();
    const path = folder();
    prov.dataset(join(path, "none"), { name: "none", digest: "now" });
    expect(recorded().entity("none").get("provml:isVerified")).toBe(false);
  });

  it.skipIf(!hasStrace)("costs the caller no listing, however large it is (needs strace)", async () => {
    const home = project();
    const path = folder();
    const script = join(home, "main.js");
    writeFileSync(script, `import { dataset } from "provml"; dataset(${JSON.stringify(path)});`);
    const log = join(home, "calls");
    execFileSync("strace", ["-f", "-qq", "-e", "trace=openat,open", "-o", log, process.execPath, script], {
      cwd: home,
      env: { ...process.env, PROVML_DISABLED: "" },
    });
    const opened = readFileSync(log, "utf8").split("\n");
    expect(opened.length).toBeGreaterThan(20);
    expect(opened.filter((line) => line.includes(path))).toEqual([]);
  });
});

describe("a path that is no file when it is read", () => {
  it("is not waited for where it is a pipe, whenever the pipe came", async () => {
    const home = project();
    execFileSync("mkfifo", [join(home, "pipe")]);
    symlinkSync("pipe", join(home, "link"));
    const script = join(home, "main.js");
    writeFileSync(
      script,
      `import { current, dataset } from "provml"; dataset("pipe", { digest: "now" }); current().used("link"); current().generated("./pipe");`,
    );
    const { code, recorded } = await runScript(home, script);
    expect(code).toBe(0);
    const entities = recorded()[0]?.things("pipe") ?? [];
    expect(entities.length).toBeGreaterThan(0);
    expect(entities.map((one) => one.get("provml:isVerified"))).toEqual(entities.map(() => false));
    const path = join(folder(), "data.csv");
    writeFileSync(path, "1");
    const state = fileState(path);
    rmSync(path);
    execFileSync("mkfifo", [path]);
    expect(state && digestFile(state)).toBeUndefined();
  });

  it("is not followed where it became a link", () => {
    const path = join(folder(), "data.csv");
    writeFileSync(path, "1");
    const state = fileState(path);
    renameSync(path, `${path}.old`);
    symlinkSync(`${path}.old`, path);
    expect(state && digestFile(state)).toBeUndefined();
  });

  it("is not read for ever where it grows as it is read", { timeout: 20_000 }, async () => {
    const path = join(folder(), "log");
    writeFileSync(path, Buffer.alloc(3_000_000));
    const writing = spawn("sh", ["-c", `while :; do head -c 1000000 /dev/zero >> "${path}"; sleep 0.01; done`], {
      stdio: "ignore",
    });
    onTestFinished(() => void writing.kill("SIGKILL"));
    const state = fileState(path);
    await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(state?.size ?? 0), { timeout: 60_000 });
    expect(state && digestFile(state)).toBeUndefined();
  });

  it.skipIf(process.platform !== "linux")("has no digest where it says to be empty and is not, as in /proc", () => {
    const state = fileState("/proc/self/status");
    expect(state?.size).toBe(0);
    expect(state && digestFile(state)).toBeUndefined();
  });
});
