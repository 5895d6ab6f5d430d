import fs, { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compact } from "../../src/flush/compaction/compact.ts";
import { compactSeries } from "../../src/flush/compaction/series.ts";
import { flush } from "../../src/flush/flush.ts";
import { RememberedSegments } from "../../src/flush/remembered.ts";
import { feed } from "../../src/flush/replica/feed.ts";
import { retractSummaries } from "../../src/flush/summary-files.ts";
import { pushToServer } from "../../src/flush/transfer/server.ts";
import { normalLine } from "../../src/rdf/normal-line.ts";
import { seriesPath } from "../../src/series/layout.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { summariesIn } from "../../src/spool/summary-names.ts";
import { serverStore } from "../../src/store/server/server.ts";
import { faultyServer } from "../faults/server.ts";
import { crafted } from "./crafted.ts";
import { filesIn, graphIn, movedTo, segmentsIn } from "./moved.ts";
import { copyOf, EXECUTION, recorded, temporary, X } from "./recorded.ts";

const LOSS = { number: 0, id: "x:wcraft-s0", name: "loss", activity: "x:wcraft-0" };
const VALIDATION = { number: 1, id: "x:wcraft-s1", name: "val_loss", activity: "x:wcraft-0" };

function row(number: number, step: number): number[] {
  return [number, step, 1 / (step + 1), 1.76e12 + step];
}

interface Part {
  readonly rows: readonly number[];
  readonly sequence: number;
  readonly segment: number;
  readonly ending?: "rotate" | "close";
  readonly header?: object;
}

/** A segment of four numbers a row, of both series. */
function part(
  directory: string | undefined,
  { rows, sequence, segment, ending = "rotate", header = {} }: Part,
): string {
  const frames = [LOSS, VALIDATION, Float64Array.from(rows)];
  return crafted({
    ...(directory === undefined ? {} : { directory }),
    ...{ frames, ending, name: `wcraft-${segment}.seg`, header: { segment, sequence, ...header } },
  });
}

function digests(directory: string): string[] {
  return graphIn(directory).filter((line) => line.includes("#rowsDigest>"));
}

const BEGUN = { rows: [...row(0, 0), ...row(1, 0)], sequence: 0, segment: 0 };
const MORE = { rows: [...row(0, 1), ...row(0, 2)], sequence: 2, segment: 1 };
const LAST = { rows: [...row(1, 1), ...row(1, 2)], sequence: 4, segment: 2, ending: "close" } as const;

/** What the three of them come to. */
async function whole(header: object = {}): Promise<string[]> {
  const directory = part(undefined, { ...BEGUN, header });
  for (const one of [MORE, LAST]) part(directory, { ...one, header });
  await flush(directory);
  expect(digests(directory)).toHaveLength(2);
  return digests(directory);
}

test("a writer that goes on after its summary was put together states each series once, though its rows come apart", async () => {
  const directory = part(undefined, { ...BEGUN, ending: "close" });
  await flush(directory);
  await compact(directory);
  expect(digests(directory)).toHaveLength(2);
  for (const one of [MORE, LAST]) {
    part(directory, one);
    await flush(directory);
  }
  expect(digests(directory)).toEqual(await whole());
  await compact(directory);
  expect(digests(directory)).toEqual(await whole());
});

test("what was taken back of one series leaves a summary of the others that can be taken back", async () => {
  const directory = part(undefined, { ...BEGUN, ending: "close" });
  await flush(directory);
  await compact(directory);
  const folder = join(directory, "graph", EXECUTION);
  const take = (name: string) => retractSummaries(folder, { writer: "wcraft", series: [`${X}wcraft-${name}`] });
  take("s0");
  expect([digests(directory).length, [...summariesIn(folder).keys()]]).toEqual([1, ["wcraft"]]);
  take("s1");
  expect(digests(directory)).toEqual([]);
});

test("a late segment of a writer of another boot is stated with the rest, and goes", async () => {
  const header = { pid: 2 ** 30, bootId: "00000000-0000-0000-0000-000000000000" };
  const directory = part(undefined, { ...BEGUN, header });
  part(directory, { ...LAST, header });
  await flush(directory);
  expect([segmentsIn(directory), digests(directory).length]).toEqual([[], 2]);
  part(directory, { ...MORE, header });
  await flush(directory);
  expect([segmentsIn(directory), digests(directory)]).toEqual([[], await whole(header)]);
});

test("a flusher that comes back to a segment that another one has moved and summed up takes nothing back", async () => {
  const remembered = new RememberedSegments(0, Date.now);
  const directory = part(undefined, BEGUN);
  const [open, sealed] = ["open", "seg"].map((end) => join(directory, "spool", `wcraft-0.${end}`)) as [string, string];
  renameSync(sealed, open);
  await flush(directory, { remembered });
  const kept = temporary();
  rmSync(open);
  part(directory, { ...BEGUN, rows: [...BEGUN.rows, ...MORE.rows] });
  part(directory, { ...LAST, segment: 1 });
  cpSync(sealed, join(kept, "segment"));
  await flush(directory);
  expect(segmentsIn(directory)).toEqual([]);
  const stated = digests(directory);
  // It has the segment open still as the other one removes it.
  cpSync(join(kept, "segment"), sealed);
  await flush(directory, { remembered });
  expect([segmentsIn(directory), digests(directory), stated.length]).toEqual([[], stated, 2]);
});

/** A closed run and two copies of it that each lack another segment. */
async function apart() {
  const directory = await recorded(12, "close", { writer: "wrec", segmentBytes: 6000 });
  const names = readdirSync(join(directory, "spool")).sort();
  expect(names.length).toBeGreaterThan(2);
  const [one, other] = [copyOf(directory), copyOf(directory)];
  rmSync(join(one, "spool", names[0] as string));
  rmSync(join(other, "spool", names[1] as string));
  for (const copy of [directory, one, other]) await flush(copy);
  return { directory, one, other, graph: graphIn(directory), rows: (await movedTo(directory)).rows };
}

/** No summary can be published until what comes back is called, or the test is over. */
function withoutSummaries(): () => void {
  const { renameSync: real } = fs;
  const again = () => {
    fs.renameSync = real;
    syncBuiltinESMExports();
  };
  onTestFinished(again);
  fs.renameSync = (from, to) => {
    if (String(to).includes("-summary-")) throw Object.assign(new Error("stopped"), { code: "EIO", syscall: "rename" });
    real(from, to);
  };
  syncBuiltinESMExports();
  return again;
}

test("a stop while copies are settled loses no summary", async () => {
  const { one, other, graph, rows } = await apart();
  for (const folder of ["graph", "series"]) cpSync(join(one, folder), join(other, folder), { recursive: true });
  const again = withoutSummaries();
  expect((await compact(other)).unreadable.join()).toContain("stopped");
  again();
  await compact(other);
  expect([graphIn(other), (await movedTo(other)).rows]).toEqual([graph, rows]);
});

test("copies that met stay as they are while a graph file cannot be read, which may tell of more", async () => {
  const { one, other } = await apart();
  for (const folder of ["graph", "series"]) cpSync(join(one, folder), join(other, folder), { recursive: true });
  const before = digests(other);
  const path = join(other, "graph", readdirSync(join(other, "graph"))[0] as string, "wdir-0-1.nq");
  mkdirSync(path);
  expect((await compact(other)).unreadable.join()).toContain(path);
  rmSync(path, { recursive: true });
  expect(digests(other)).toEqual(before);
  await compact(other);
  expect(digests(other).length).toBeLessThan(before.length);
});

test("rows that are on their way still are waited for before copies are settled", async () => {
  const { directory, other, graph, rows } = await apart();
  for (const folder of ["graph", "series"]) {
    cpSync(join(directory, folder), join(other, folder), { recursive: true });
    await compact(other);
  }
  expect([graphIn(other), (await movedTo(other)).rows]).toEqual([graph, rows]);
});

test.each(["pushed", "fed"])("copies that met are told to a server as one when they are %s", async (how) => {
  const { one, other, graph } = await apart();
  for (const folder of ["graph", "series"]) cpSync(join(one, folder), join(other, folder), { recursive: true });
  await using server = await faultyServer();
  await using store = serverStore(server.address, { credentials: null });
  const given = { server: server.address };
  if (how === "fed") {
    await feed(other, store, given);
    expect(server.lines().filter((line) => line.includes("#rowsDigest>"))).toEqual([]);
  }
  const { comparison } = await pushToServer(other, store, given);
  expect(comparison).toMatchObject({ missing: 0, troubles: [] });
  const normal = (lines: readonly string[]) => lines.map(normalLine).sort();
  expect(normal(server.lines())).toEqual(normal(graph));
});

test("a push to a server says why copies that met could not be settled, and the next one tells of them", async () => {
  const { one, other, graph } = await apart();
  for (const folder of ["graph", "series"]) cpSync(join(one, folder), join(other, folder), { recursive: true });
  await using server = await faultyServer();
  await using store = serverStore(server.address, { credentials: null });
  const again = withoutSummaries();
  const { feed: fed } = await pushToServer(other, store, { server: server.address });
  expect(fed.unreadable.join()).toMatch(/series of .* come to, where copies differ: stopped/);
  expect(server.lines().filter((line) => line.includes("#rowsDigest>"))).toEqual([]);
  again();
  const next = await pushToServer(other, store, { server: server.address });
  expect([next.feed.unreadable, next.comparison]).toMatchObject([[], { missing: 0, troubles: [] }]);
  expect(server.lines().map(normalLine).sort()).toEqual(graph.map(normalLine).sort());
});

test("a long file of an earlier form does not draw the ones beside it into one file", async () => {
  const series = temporary();
  const numbers = [
    [0, 999_999],
    [10, 99_999],
    [100_000, 199_999],
  ];
  for (const [first = 0, last = 0] of numbers) {
    const two = (value: number) => Float64Array.of(value, value);
    const columns = {
      ...{ writer: "wcraft", series: [{ id: `${X}s`, name: "loss", activity: `${X}a` }], index: Int32Array.of(0, 0) },
      ...{ step: two(1), value: two(1), time: two(1.76e12), firstSequence: first },
      sequence: Float64Array.of(first, last),
    };
    await writeSeriesFile(seriesPath(series, EXECUTION, columns), columns);
  }
  expect(await compactSeries(series, EXECUTION)).toEqual({ before: 3, after: 2 });
  expect(filesIn(series, ".")).toHaveLength(2);
});
