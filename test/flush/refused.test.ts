import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { heldIn } from "../faults/oracle.ts";
import { crafted } from "./crafted.ts";
import { filesIn, graphFiles, movedTo, segmentsIn, statedIn } from "./moved.ts";
import { recorded, recorder } from "./recorded.ts";

test.each([
  ["an unknown version", (bytes: Buffer) => bytes.fill(2, 7, 8).fill(2, 2055, 2056), /another version/],
  ["a header that is gone in both copies", (bytes: Buffer) => bytes.fill(0, 0, 4096), /header/],
])("refuses a segment of %s, keeps it, and moves the others", async (_, spoil, reason) => {
  const directory = await recorded(20, "close");
  await recorded(5, "close", { writer: "wother", directory });
  const path = join(directory, "spool", "wrec-1.seg");
  const spoilt = readFileSync(path);
  const without = heldIn(directory);
  spoil(spoilt);
  writeFileSync(path, spoilt);
  rmSync(path);
  const held = heldIn(directory);
  writeFileSync(path, spoilt);
  expect(held.lines.length).toBeLessThan(without.lines.length);

  const report = await flush(directory);
  expect(report.refused).toHaveLength(1);
  expect(report.refused[0]).toMatchObject({ path, reason: expect.stringMatching(reason) });
  expect(await movedTo(directory)).toEqual(held);
  expect(readFileSync(path).equals(spoilt)).toBe(true);
});

test("does not sum up a stream of which a segment is refused, until that one is moved too", async () => {
  const directory = await recorded(20, "kill");
  const held = heldIn(directory);
  const path = join(directory, "spool", "wrec-1.seg");
  const whole = readFileSync(path);
  const spoilt = Buffer.from(whole).fill(2, 7, 8).fill(2, 2055, 2056);
  writeFileSync(path, spoilt);
  await flush(directory);
  expect([statedIn(directory, "summary"), statedIn(directory, "closing")]).toEqual([[], []]);

  writeFileSync(path, whole);
  await flush(directory);
  expect(await movedTo(directory)).toEqual(held);
  expect(statedIn(directory, "summary").join()).toContain('#rowCount> "40"');
  expect(statedIn(directory, "closing")).not.toEqual([]);
  expect(segmentsIn(directory)).toEqual([]);
});

test("names a file of rows that is damaged and sums up nothing of its writer until it is whole again; all else is moved", async () => {
  const { directory, write, end } = await recorder();
  await write(3);
  await flush(directory);
  const [path] = filesIn(directory, "series") as [string];
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, -10));
  await write(20);
  await end("kill");
  await recorded(5, "close", { writer: "wzeta", directory });
  const last = segmentsIn(directory).find((name) => name.endsWith(".open")) as string;

  for (let pass = 0; pass < 2; pass++) {
    const { refused } = await flush(directory);
    expect(refused).toEqual([{ path: join(directory, "spool", last), reason: expect.stringContaining(path) }]);
    expect(segmentsIn(directory)).toEqual([last]);
  }
  expect(statedIn(directory, "closing")).not.toEqual([]);
  expect(statedIn(directory, "summary").join()).not.toContain("/wrec-");

  writeFileSync(path, whole);
  expect((await flush(directory)).refused).toEqual([]);
  expect(segmentsIn(directory)).toEqual([]);
  expect(statedIn(directory, "summary").join()).toContain('#rowCount> "46"');
});

test.each([
  ["an execution that leads out of the directory", { execution: "../../../outside" }],
  ["another writer than its file's name", { writer: "wx" }],
])("refuses a segment whose header names %s", async (_, header) => {
  const directory = crafted({ header, frames: [[{ kind: "entity", id: "x:e" }]], name: "wcraft-0.seg" });
  const { refused } = await flush(directory);
  expect(refused[0]?.reason).toMatch(/header names/);
  expect(graphFiles(directory)).toEqual([]);
  expect(segmentsIn(directory)).toEqual(["wcraft-0.seg"]);
});

test("refuses a segment whose base is no IRI", async () => {
  const directory = crafted({ header: { base: "no base> " }, frames: [[{ kind: "entity", id: "x:e" }]] });
  expect((await flush(directory)).refused).toHaveLength(1);
  expect(segmentsIn(directory)).toEqual(["wcraft-0.seg"]);
});

test.skipIf(process.getuid?.() === 0)(
  "fails with the path when it may not write, and keeps the spool (root may: not run as root)",
  async () => {
    const directory = await recorded(5, "close");
    const before = segmentsIn(directory);
    chmodSync(join(directory, "graph"), 0o500);
    onTestFinished(() => chmodSync(join(directory, "graph"), 0o700));
    await expect(flush(directory)).rejects.toThrow(/EACCES.*graph/);
    expect(segmentsIn(directory)).toEqual(before);
  },
);

test.skipIf(!canMount())(
  "fails with the path on a disk that is read-only or full, leaves no fragment, and goes on later (needs root and tmpfs)",
  async () => {
    const directory = await recorded(60, "close");
    const held = heldIn(directory);
    const graph = join(directory, "graph");
    expect(mount("size=20k", graph)).toBe(true);
    onTestFinished(() => void spawnSync("umount", [graph]));
    const before = segmentsIn(directory);

    await expect(flush(directory)).rejects.toThrow(/ENOSPC/);
    expect(segmentsIn(directory)).toEqual(before);
    expect(filesIn(directory, "graph").filter((path) => path.endsWith(".tmp"))).toEqual([]);

    spawnSync("mount", ["-o", "remount,ro", graph]);
    await expect(flush(directory)).rejects.toThrow(/EROFS.*graph/);
    expect(segmentsIn(directory)).toEqual(before);

    spawnSync("mount", ["-o", "remount,rw,size=10m", graph]);
    await flush(directory);
    expect(await movedTo(directory)).toEqual(held);
    expect(segmentsIn(directory)).toEqual([]);
  },
);

function mount(options: string, folder: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "provml-mount-"));
  const isMounted = mount("size=64k", folder);
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}
