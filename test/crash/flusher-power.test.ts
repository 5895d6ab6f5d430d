import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { graphFiles } from "../flush/moved.ts";
import { copyOf, FLUSHES, recorded, temporary } from "../flush/recorded.ts";

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

test.skipIf(!hasStrace)(
  "unlinks a segment only when every file made from it, its name and the folders above are on the disk (needs strace)",
  { timeout: 60_000 },
  async () => {
    const directory = await asked();
    const calls = callsOf(directory);
    const unlinked = calls.findIndex(({ name, paths }) => name === "unlink" && paths[0]?.includes("/spool/"));
    const published = calls.filter(({ name }) => name === "rename" || name === "link");
    expect(published.length).toBe(7);
    for (const { paths, at } of published) {
      const [temporaryPath = "", path = ""] = paths;
      expect(at, path).toBeLessThan(unlinked);
      expect(isSynced(calls, temporaryPath, 0, at), `the bytes of ${path} before its name`).toBe(true);
      for (let folder = dirname(path); folder.startsWith(directory); folder = dirname(folder))
        expect(isSynced(calls, folder, at, unlinked), `${folder} after ${path}`).toBe(true);
    }
    // A graph file's name says that its rows are there too, so it comes when they are on the disk.
    const rangeOf = (path = "") => (/-(\d+)-(\d+)\.\w+$/.exec(path) ?? []).slice(1).map(Number);
    for (const { paths, at } of published.filter((call) => call.paths[1]?.endsWith(".parquet"))) {
      const [first = 0, last = 0] = rangeOf(paths[1]);
      const covering = published.find((call) => {
        const [from, to = -1] = rangeOf(call.paths[1]);
        return call.paths[1]?.endsWith(".nq") && from !== undefined && from <= first && last <= to;
      });
      expect(isSynced(calls, dirname(paths[1] ?? ""), at, covering?.at ?? 0), paths[1]).toBe(true);
    }
  },
);

test.skipIf(!hasStrace)(
  "brings to the disk what a flusher published that was stopped just then, before it unlinks on the strength of it (needs strace)",
  { timeout: 60_000 },
  async () => {
    const directory = await asked();
    const other = copyOf(directory);
    await flush(other);
    const spool = copyOf(directory);
    // Everything is covered already, by names of which nobody knows that they are durable.
    for (const path of graphFiles(other)) {
      const target = join(spool, path.slice(other.length));
      spawnSync("mkdir", ["-p", dirname(target)]);
      writeFileSync(target, readFileSync(path));
    }
    spawnSync("cp", ["-r", join(other, "series"), spool]);
    const calls = callsOf(spool);
    const unlinked = calls.findIndex(({ name, paths }) => name === "unlink" && paths[0]?.includes("/spool/"));
    expect(unlinked).toBeGreaterThan(0);
    for (const folder of new Set(graphFiles(spool).map((path) => dirname(path))))
      for (const above of [folder, dirname(folder), spool])
        expect(isSynced(calls, above, 0, unlinked), above).toBe(true);
  },
);

async function asked(): Promise<string> {
  const file = join(temporary(), "data.csv");
  writeFileSync(file, "a,b\n");
  return await recorded(8, "kill", { file });
}

interface Call {
  readonly at: number;
  readonly name: string;
  readonly paths: readonly string[];
}

/** The calls of one flush in order, with the paths that they name or that their file descriptors stand for. */
function callsOf(directory: string): Call[] {
  const log = join(temporary(), "trace");
  const calls = "trace=/^(fsync|fdatasync|rename|link|unlink)(at|at2)?$";
  const strace = ["-f", "-y", "-s", "4096", "-qq", "-o", log, "-e", calls];
  const environment = { ...process.env, UV_USE_IO_URING: "0" };
  expect(spawnSync("strace", [...strace, process.execPath, FLUSHES, directory], { env: environment }).status).toBe(0);
  const lines = readFileSync(log, "utf8").split("\n");
  return lines
    .flatMap((line) => {
      const [, name, given] = /^\d+ +(\w+)\((.*)/.exec(line) ?? [];
      if (name === undefined || given === undefined) return [];
      const paths = [...given.matchAll(/"([^"]*)"|\d+<([^>]*)>/g)].map((match) => match[1] ?? match[2] ?? "");
      return [{ name: name.replace(/at2?$/, "").replace("fdata", "f"), paths }];
    })
    .map((call, at) => ({ at, ...call }));
}

function isSynced(calls: readonly Call[], path: string, after: number, before: number): boolean {
  return calls.some(({ name, paths, at }) => name === "fsync" && paths[0] === path && at >= after && at < before);
}
