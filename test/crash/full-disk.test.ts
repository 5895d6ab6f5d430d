import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { entity, LOSS, open, readAll, temporary } from "../spool/spooled.ts";

const canMount = tryMount();

test.skipIf(!canMount)(
  "is unharmed by a disk that is really full, counts the loss exactly and resumes when there is room (needs root and tmpfs)",
  () => {
    const folder = temporary();
    expect(mount(folder)).toBe(true);
    onTestFinished(() => unmount(folder));
    const directory = join(folder, ".provml");
    const faults: string[] = [];
    const spool = open(directory, { rowBufferRows: 1024, onFault: ({ code }) => faults.push(code) });
    const loss = spool.series(LOSS);
    spool.statements([entity("before")]);
    writeFileSync(join(folder, "ballast"), Buffer.alloc(120 * 1024));

    for (let step = 0; step < 20_000; step++) spool.row(loss, step, step, 1.76e12);
    const whileFull = spool.stats();
    expect(whileFull.lostRows).toBeGreaterThan(0);
    expect(whileFull.rows + whileFull.lostRows).toBe(20_000);
    for (let n = 0; n < 2000; n++) spool.statements([entity(`full-${n}`)]);
    expect(spool.stats().lostStatements).toBeGreaterThan(0);

    rmSync(join(folder, "ballast"));
    for (let step = 0; step < 100; step++) spool.row(loss, 20_000 + step, step, 1.76e12);
    spool.statements([entity("after")]);
    spool.close();

    const { lostStatements, lostRows, rows, statements } = spool.stats();
    const read = readAll(directory);
    expect(read.lost).toEqual({ statements: lostStatements, rows: lostRows });
    expect([read.statements.length, read.rows.length]).toEqual([statements, rows]);
    expect(read.statements.at(-1)).toEqual(entity("after"));
    expect(read.rows.at(-1)?.[1]).toBe(20_099);
    expect(read.sequences.length + lostStatements + lostRows, "losses use up numbers").toBe(
      (read.sequences.at(-1) ?? 0) + 1,
    );
    expect([read.damage, read.ended]).toEqual([[], true]);
    expect(faults).toContain("ENOSPC");
  },
);

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
