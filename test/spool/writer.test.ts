import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Brief } from "../../src/model/brief.ts";
import { directoryPaths } from "../../src/spool/directory.ts";
import { listSegments, readSegment } from "../../src/spool/reader.ts";
import { openSpool } from "../../src/spool/writer.ts";
import { entity, LOSS, open, options, readAll, temporary } from "./spooled.ts";

const T = 1.76e12;
const sleep = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
const names = (directory: string) => readdirSync(directoryPaths(directory).spool).sort();

test("puts nothing on disk before the first write, then private files", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  expect(existsSync(directory)).toBe(false);
  spool.statements([entity(1)]);
  expect(names(directory)).toEqual(["wtest-0.open"]);
  expect(statSync(join(directoryPaths(directory).spool, "wtest-0.open")).mode & 0o777).toBe(0o600);
  spool.close();
  spool.close();
  expect(names(directory)).toEqual(["wtest-0.seg"]);
});

test("has a statement in the file when the call returns, and the rows before it", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  const loss = spool.series(LOSS);
  spool.row(loss, 1, 0.5, T);
  spool.statements([entity(1), entity(2)]);
  const read = readAll(directory);
  expect(read.rows).toEqual([[LOSS.id, 1, 0.5, T]]);
  expect(read.statements).toEqual([entity(1), entity(2)]);
  expect(read.sequences).toEqual([0, 1, 2]);
  expect(read.ended).toBe(false);
  spool.close();
});

test("keeps every number of a row as it is", () => {
  const extremes = [Number.NaN, Infinity, -Infinity, -0, 2 ** 53, Number.MIN_VALUE, Number.MAX_VALUE];
  const number = fc.oneof(fc.double(), fc.constantFrom(...extremes));
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number, number), { maxLength: 40 }), (rows) => {
      const directory = join(temporary(), ".provml");
      const spool = open(directory, { rowBufferRows: 8 });
      const loss = spool.series(LOSS);
      for (const [step, value, time] of rows) spool.row(loss, step, value, time);
      spool.close();
      expect(readAll(directory).rows).toStrictEqual(rows.map((row) => [LOSS.id, ...row]));
    }),
    { numRuns: 60 },
  );
});

test("keeps every text of a statement as it is, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)) }), (text) => {
      const directory = join(temporary(), ".provml");
      const spool = open(directory);
      const brief: Brief = { kind: "entity", id: "x:e-1", attributes: [["rdfs:label", text]] };
      spool.statements([brief]);
      spool.close();
      expect(readAll(directory).statements).toStrictEqual([brief]);
    }),
    { numRuns: 100 },
  );
});

test("loses only the statement that JSON cannot tell exactly, counts it, and does not throw", () => {
  const directory = join(temporary(), ".provml");
  const faults: string[] = [];
  const spool = open(directory, { onFault: ({ code }) => faults.push(code) });
  const throwing = {
    kind: "entity",
    id: "x:t",
    toJSON: () => expect.fail("as a user's object may"),
  } as unknown as Brief;
  const inexact: Brief = { kind: "parameters", id: "x:p", activity: "x:a", values: { lr: Number.NaN } };
  const bigint = { kind: "entity", id: 1n } as unknown as Brief;
  const word: Brief = { kind: "parameters", id: "x:p", activity: "x:a", values: { null: "null" } };
  spool.statements([entity(1), throwing, inexact, bigint, word]);
  spool.statements([entity(2)]);
  spool.close();
  const read = readAll(directory);
  expect(read.statements).toEqual([entity(1), word, entity(2)]);
  expect(read.sequences).toEqual([0, 4, 5]);
  expect(read.lost).toEqual({ statements: 3, rows: 0 });
  expect(read.damage).toEqual([]);
  expect(spool.stats()).toMatchObject({ statements: 3, lostStatements: 3, lostRows: 0 });
  expect(faults).toEqual(["bad-statement"]);
});

test("splits a list that is longer than a frame, and loses only a statement that is", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  const long = (n: number): Brief => ({ kind: "entity", id: `x:l-${n}`, attributes: [["rdfs:label", "ä".repeat(n)]] });
  spool.statements([long(300_000), long(300_001), long(600_000), long(300_002)]);
  spool.close();
  const read = readAll(directory);
  expect(read.statements).toEqual([long(300_000), long(300_001), long(300_002)]);
  expect(read.lost.statements).toBe(1);
});

test("writes rows on a timer, so that an idle program keeps none", async () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory, { rowDelayMs: 20 });
  const loss = spool.series(LOSS);
  spool.row(loss, 1, 1, T);
  const patience = { timeout: 60_000 };
  await vi.waitFor(() => expect(readAll(directory).rows).toHaveLength(1), patience);
  spool.row(loss, 2, 1, T);
  await vi.waitFor(() => expect(readAll(directory).rows).toHaveLength(2), patience);
  spool.close();
});

test("writes rows that are old enough from within a synchronous loop", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  const loss = spool.series(LOSS);
  const clock = vi.spyOn(performance, "now").mockReturnValue(1000);
  onTestFinished(() => clock.mockRestore());
  spool.row(loss, 1, 1, T);
  spool.row(loss, 2, 1, T + 60); // the time given says so, but the real clock does not
  expect(existsSync(directory)).toBe(false);
  clock.mockReturnValue(1060);
  spool.row(loss, 3, 1, T + 61);
  expect(existsSync(directory)).toBe(false);
  spool.row(loss, 4, 1, T + 120);
  expect(readAll(directory).rows.map(([, step]) => step)).toEqual([1, 2, 3, 4]);
  spool.close();
});

test("goes on over several segments, each of which announces the series that it has rows of", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory, { segmentBytes: 6000, rowBufferRows: 16 });
  const series = ["a", "b", "c"].map((name) => spool.series({ ...LOSS, id: `x:${name}` }));
  for (let step = 0; step < 600; step++) spool.row(series[step < 300 ? step % 2 : 2] as number, step, step, T);
  spool.close();
  const read = readAll(directory);
  const files = listSegments(directoryPaths(directory).spool);
  expect(files.length).toBeGreaterThan(5);
  expect(files.map(({ segment }) => segment)).toEqual(files.map((_, index) => index));
  expect(files.every(({ sealed }) => sealed)).toBe(true);
  expect(read.rows.map(([id, step]) => [id, step])).toEqual(
    Array.from({ length: 600 }, (_, step) => [step < 300 ? ["x:a", "x:b"][step % 2] : "x:c", step]),
  );
  expect(read.sequences).toEqual(Array.from({ length: 600 }, (_, n) => n));
  const ended = files.map(({ path }) => endedIn(path));
  expect(ended).toEqual(files.map((_, index) => index === files.length - 1));
  expect(spool.stats()).toMatchObject({ rows: 600, lostRows: 0, segments: files.length });
  expect(spool.stats().bytesWritten).toBe(files.reduce((sum, { path }) => sum + statSync(path).size, 0));
});

function endedIn(path: string): boolean {
  const reading = readSegment(path);
  for (const _ of reading?.frames() ?? []);
  return reading?.ended ?? false;
}

test("lets two writers share a directory", () => {
  const directory = join(temporary(), ".provml");
  const [one, two] = [open(directory, { writer: undefined }), open(directory, { writer: undefined })];
  for (let n = 0; n < 10; n++) {
    one.statements([entity(`one-${n}`)]);
    two.statements([entity(`two-${n}`)]);
  }
  one.close();
  two.close();
  expect(one.writer).toMatch(/^w[a-z2-7]{10}$/);
  expect(one.writer).not.toBe(two.writer);
  expect(readAll(directory).statements).toHaveLength(20);
});

test("counts what comes after the end as lost", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory);
  const loss = spool.series(LOSS);
  spool.statements([entity(1)]);
  spool.close();
  spool.statements([entity(2)]);
  spool.row(loss, 1, 1, T);
  spool.row(loss, 2, 1, T);
  spool.flush();
  expect(spool.stats()).toMatchObject({ statements: 1, lostStatements: 1, rows: 0, lostRows: 2 });
});

test("stops rows before statements at the bound of the spool, and goes on when a flusher has made room", () => {
  const directory = join(temporary(), ".provml");
  const faults: string[] = [];
  const spool = open(directory, {
    spoolBytes: 40_000,
    segmentBytes: 8_000,
    rowBufferRows: 32,
    onFault: ({ code }) => faults.push(code),
  });
  const loss = spool.series(LOSS);
  for (let step = 0; step < 2048; step++) spool.row(loss, step, step, T);
  const { rows, lostRows } = spool.stats();
  expect(lostRows).toBeGreaterThan(0);
  expect(rows + lostRows).toBe(2048);
  spool.statements([entity(1)]);
  expect(spool.stats().lostStatements).toBe(0);
  expect(faults).toEqual(["spool-full"]);
  for (const { path, sealed } of listSegments(directoryPaths(directory).spool)) if (sealed) rmSync(path);
  sleep(260);
  for (let step = 0; step < 32; step++) spool.row(loss, step, step, T);
  expect(spool.stats().lostRows).toBe(lostRows);
  spool.close();
  expect(readAll(directory).lost.rows).toBeLessThanOrEqual(lostRows);
});

test("leaves the free space of the disk below the floor untouched", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory, { freeSpaceBytes: Number.MAX_SAFE_INTEGER });
  spool.statements([entity(1)]);
  spool.close();
  expect(spool.stats()).toMatchObject({ statements: 0, lostStatements: 1, segments: 0 });
});

test("begins anew when someone removes the directory under it", () => {
  const folder = temporary();
  const directory = join(folder, ".provml");
  const spool = open(directory);
  spool.statements([entity(1)]);
  sleep(1010);
  spool.statements([entity(2)]);
  rmSync(directory, { recursive: true });
  sleep(1010);
  spool.statements([entity(3)]);
  spool.close();
  expect(readAll(directory).statements).toEqual([entity(3)]);
});

test("counts everything as lost, without a throw, where it may not write", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(join("/dev/null", directory), { onFault: () => expect.fail("a listener that throws") });
  spool.statements([entity(1)]);
  spool.row(spool.series(LOSS), 1, 1, T);
  spool.flush();
  spool.close();
  expect(spool.stats()).toMatchObject({ lostStatements: 1, lostRows: 1, segments: 0, lastFault: { code: "ENOTDIR" } });
});

test("lets whoever hears of a fault write statements about it", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory, { onFault: () => spool.statements([entity("fault")]) });
  spool.statements([entity(1), { kind: "entity", id: 1n } as unknown as Brief, entity(2)]);
  spool.close();
  expect(readAll(directory).statements).toEqual([entity(1), entity(2), entity("fault")]);
});

test("writes the same bytes and survives the same with fsync", () => {
  const directory = join(temporary(), ".provml");
  const spool = open(directory, { durability: "sync", segmentBytes: 5000 });
  const loss = spool.series(LOSS);
  for (let n = 0; n < 40; n++) {
    spool.row(loss, n, n, T);
    spool.statements([entity(n)]);
  }
  spool.flush();
  spool.close();
  const read = readAll(directory);
  expect([read.statements.length, read.rows.length, read.ended, read.damage]).toEqual([40, 40, true, []]);
});

test.each([
  ["writer", { writer: "1w" }],
  ["durability", { durability: "maybe" as "os" }],
  ["rowBufferRows", { rowBufferRows: 40_000 }],
  ["rowDelayMs", { rowDelayMs: 0 }],
  ["spoolBytes", { spoolBytes: -1 }],
  ["root", { root: "" }],
  ["base and root", { root: `/${"x".repeat(60_000)}` }],
])("refuses a bad %s at once", (name, more) => {
  expect(() => openSpool(options("/nowhere", more))).toThrow(
    expect.objectContaining({ code: "bad-option", message: expect.stringContaining(name) }),
  );
});

test("takes the longest root that a system gives", () => {
  const directory = join(temporary(), ".provml");
  const root = `/${"ä".repeat(4000)}`;
  const spool = open(directory, { root });
  spool.statements([entity(1)]);
  spool.close();
  const [file] = listSegments(directoryPaths(directory).spool);
  const reading = readSegment(file?.path ?? "");
  expect(reading?.header.root).toBe(root);
  reading?.close();
  expect(readAll(directory).statements).toHaveLength(1);
});
