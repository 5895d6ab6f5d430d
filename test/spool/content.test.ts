import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { temporary } from "./spooled.ts";

const BUILT = new URL("../../dist/src/spool/", import.meta.url);
const COUNT = 100;

/** Keeps the same contents as other threads do at the same time, by a clock that stands. */
const THREAD = `
  const { parentPort, workerData: { built, directory, shared, threads, count } } = require("node:worker_threads");
  const arrived = new Int32Array(shared);
  Date.now = () => 1_700_000_000_000;
  import(built + "content.js").then(({ keepContent }) => {
    const failures = [];
    for (let n = 0; n < count; n++) {
      Atomics.add(arrived, 0, 1);
      while (Atomics.load(arrived, 0) < (n + 1) * threads);
      try {
        keepContent(directory, Buffer.alloc(200_000, n), "content-" + n, "os");
      } catch (error) {
        failures.push(error.code ?? error.message);
      }
    }
    parentPort.postMessage(failures);
  });`;

it("keeps what two threads bring in the same millisecond, and leaves no draft", async () => {
  const directory = join(temporary(), ".provml");
  const workerData = { built: BUILT.href, directory, shared: new SharedArrayBuffer(4), threads: 2, count: COUNT };
  const told = await Promise.all(
    [1, 2].map(async () => (await once(new Worker(THREAD, { eval: true, workerData }), "message"))[0] as string[]),
  );
  expect(told).toEqual([[], []]);
  const expected = Array.from({ length: COUNT }, (_, n) => `content-${n}`);
  expect(readdirSync(join(directory, "content")).sort()).toEqual(expected.sort());
});

/** Tells in what order files are synced and renamed. */
const SYNCS = `
  import fs from "node:fs";
  import { basename } from "node:path";
  import { syncBuiltinESMExports } from "node:module";
  const [built, directory, durability] = process.argv.slice(1);
  const done = [];
  const { fsyncSync, renameSync } = fs;
  fs.fsyncSync = (fd) => {
    done.push("sync " + basename(fs.readlinkSync("/proc/self/fd/" + fd)).replace(/^(abc)\\..+/, "$1 (draft)"));
    fsyncSync(fd);
  };
  fs.renameSync = (from, to) => { done.push("rename"); renameSync(from, to); };
  const { createDirectory } = await import(built + "directory.js");
  createDirectory(directory);
  syncBuiltinESMExports();
  const { openSpool } = await import(built + "writer.js");
  const spool = openSpool({ directory, durability, execution: "0199d3c0-0000-7000-8000-000000000001", base: "x:", root: "/" });
  spool.content(Buffer.from("kept"), "abc");
  done.push("again");
  spool.content(Buffer.from("kept"), "abc");
  console.log(JSON.stringify(done));`;

it.skipIf(!existsSync("/proc/self/fd"))("is on the disk with its name before `sync` goes on, whoever wrote it", () => {
  const told = (directory: string, durability: string) => {
    const args = ["--input-type=module", "-e", SYNCS, BUILT.href, directory, durability];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[];
  };
  const directory = join(temporary(), "above", "kept");
  const folders = ["sync content", "sync provml.json", "sync kept", "sync above"];
  const again = ["again", "sync abc", ...folders];
  expect(told(directory, "os")).toEqual(["rename", "again"]);
  expect(told(directory, "sync")).toEqual(["sync abc", ...folders, ...again]);
  const another = join(temporary(), "above", "kept");
  expect(told(another, "sync")).toEqual(["sync abc (draft)", "rename", ...folders, ...again]);
});
