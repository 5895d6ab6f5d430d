import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readSnapshot, readSnapshotHeader, type SnapshotHeader, writeSnapshot } from "../../src/store/snapshot-file.ts";

const PAGE = 65_536;
const GIVEN = {
  engine: "e",
  store: 16,
  memory: 8 * PAGE,
  table: 3,
  texts: [[2, "é"]],
  quads: 7,
  holds: ["a"],
} as const;

/** Eight pages, of which the second, the third and the last have something in them. */
function memory(): Uint8Array {
  const bytes = new Uint8Array(8 * PAGE);
  for (const page of [1, 2, 7]) for (let i = 0; i < PAGE; i += 97) bytes[page * PAGE + i] = i % 251;
  return bytes;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "provml-snapshot-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function written(): { readonly path: string; readonly header: SnapshotHeader } {
  const path = join(folder(), "one.snapshot");
  writeSnapshot(path, memory(), GIVEN);
  return { path, header: readSnapshotHeader(path) as SnapshotHeader };
}

describe("a snapshot file", () => {
  test("gives back the memory and what was said of it, without the pages that are zero, to its owner alone", async () => {
    const { path, header } = written();
    expect(header).toMatchObject({
      ...GIVEN,
      stretches: [
        [PAGE, 3 * PAGE],
        [7 * PAGE, 8 * PAGE],
      ],
    });
    const into = new Uint8Array(8 * PAGE);
    expect(await readSnapshot(path, header, into)).toBe(true);
    expect(Buffer.compare(into, memory())).toBe(0);
    const { size, mode } = statSync(path);
    expect(size).toBeLessThan(3 * PAGE + 1000);
    expect(mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["one.snapshot"]);
  });

  test("with any byte of its header or trailer changed, or any of them missing, is none", () => {
    const { path } = written();
    const bytes = readFileSync(path);
    const changed = `${path}.changed`;
    for (let at = 3 * PAGE; at < bytes.length; at++) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ 1;
      writeFileSync(changed, copy, { mode: 0o600 });
      expect([at, readSnapshotHeader(changed)]).toEqual([at, undefined]);
    }
    for (let length = bytes.length - 1; length >= 3 * PAGE; length--) {
      truncateSync(changed, length);
      expect([length, readSnapshotHeader(changed)]).toEqual([length, undefined]);
    }
    writeFileSync(changed, bytes.subarray(PAGE), { mode: 0o600 }); // whole but for its beginning
    expect(readSnapshotHeader(changed)).toBeUndefined();
    expect(readSnapshotHeader(`${path}.none`)).toBeUndefined();
  });

  test("with any bit of its memory changed is not taken", async () => {
    const { path, header } = written();
    const bytes = readFileSync(path);
    const changed = `${path}.changed`;
    for (let at = 0; at < 3 * PAGE; at += 997) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << (at % 8));
      writeFileSync(changed, copy);
      expect([at, await readSnapshot(changed, header, new Uint8Array(8 * PAGE))]).toEqual([at, false]);
    }
  });

  test("that others may write is none", () => {
    const { path } = written();
    const open = `${path}.open`;
    copyFileSync(path, open);
    expect(readSnapshotHeader(open)).toBeDefined();
    for (const mode of [0o620, 0o602]) {
      chmodSync(open, mode);
      expect(readSnapshotHeader(open)).toBeUndefined();
    }
  });

  test("that cannot be written leaves nothing behind", () => {
    const place = folder();
    expect(() => writeSnapshot(join(place, "none", "one.snapshot"), memory(), GIVEN)).toThrow();
    const loop: { self?: unknown } = {};
    loop.self = loop; // no JSON has it
    expect(() => writeSnapshot(join(place, "one.snapshot"), memory(), { ...GIVEN, holds: loop })).toThrow();
    expect(readdirSync(place)).toEqual([]);
  });
});
