import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { entity, open, readAll, temporary } from "../spool/spooled.ts";

const canMount = tryMount();

test.skipIf(!canMount)("ends the stream even where the end frame finds no room (needs root and tmpfs)", () => {
  const folder = temporary();
  expect(mount(folder)).toBe(true);
  onTestFinished(() => unmount(folder));
  const spool = open(join(folder, ".provml"));
  while (spool.stats().lostStatements === 0) spool.statements([entity("x".repeat(30))]);
  spool.close();
  const read = readAll(join(folder, ".provml"));
  expect(read).toMatchObject({ ended: true, damage: [], lost: { statements: 1, rows: 0 } });
  expect(read.statements).toHaveLength(spool.stats().statements);
});

function mount(folder: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status === 0;
}

function unmount(folder: string): void {
  spawnSync("umount", [folder]);
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "provml-mount-"));
  const isMounted = mount(folder);
  if (isMounted) unmount(folder);
  rmSync(folder, { recursive: true });
  return isMounted;
}
