import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compact } from "../../src/flush/compaction/compact.ts";
import { stateFindings } from "../../src/flush/findings.ts";
import { flush } from "../../src/flush/flush.ts";
import { graphFiles } from "../../src/query/graph-files.ts";
import { pendingQuads, pendingTriples } from "../../src/query/pending/pending-quads.ts";
import { Retracted } from "../../src/query/pending/retracted.ts";
import type { Place } from "../../src/query/source.ts";
import { directoryPaths } from "../../src/spool/directory.ts";
import { crafted } from "../flush/crafted.ts";
import { filesIn, graphIn, published, segmentsIn } from "../flush/moved.ts";
import { copyOf, type End, recorded, recorder, temporary } from "../flush/recorded.ts";

/** A directory in some state, nothing of which is being written. */
const STATES: Readonly<Record<string, () => Promise<string>>> = {
  "a program that ended": () => recorded(20, "close"),
  "a program that was killed": () => recorded(20, "kill"),
  "a program that forgot to close": () => recorded(3, "exit"),
  "a program that was flushed now and then": () => flushedAsItWent("close"),
  "a program that was flushed now and then, and killed": () => flushedAsItWent("kill"),
  "a segment with a flipped bit": async () => flipped(await recorded(20, "close"), "TrainingExecution"),
  "a segment of a killed program with a flipped bit": async () => flipped(await recorded(20, "kill"), "learningRate"),
  "a torn tail": async () => cut(await recorded(20, "kill"), 5),
  "a sealed segment that was cut": async () => cut(await recorded(20, "close"), 1000),
  "segments that were delivered a second time": () => redelivered(() => undefined),
  "segments that were delivered again after compaction": () =>
    redelivered(async (directory) => void (await compact(directory))),
  "a flusher that was killed between rows and graph": () =>
    redelivered((directory) => {
      const { graph } = directoryPaths(directory);
      for (const name of readdirSync(graph)) rmSync(join(graph, name), { recursive: true });
    }),
  "a segment that another flusher has moved": async () => without(await recorded(20, "close"), 1),
  "rows that come after what their series came to was stated": () => late(() => undefined),
  "rows that come after what their series came to was put together with all else": () =>
    late(async (directory) => void (await compact(directory))),
  "rows that come after what their series came to, of a writer of which nobody can say if it lives": async () => {
    const directory = crafted({ header: { segment: 1, sequence: 2 }, frames: [SERIES, rows(2), [GOOD]] });
    await flush(directory);
    expect(graphIn(directory).join()).toContain("#rowsDigest>");
    const header = { bootId: "another", host: "another" };
    return crafted({ directory, header, frames: [SERIES, rows(0)], ending: "rotate" });
  },
  "a writer of which nobody can say if it lives, that goes on after its end": async () => {
    const header = { bootId: "another", host: "another" };
    const directory = crafted({ header, frames: [SERIES, rows(0), [GOOD]] });
    await flush(directory);
    expect(graphIn(directory).join()).toContain("#rowsDigest>");
    const next = { segment: 1, sequence: 3, ...header };
    return crafted({ directory, name: "wcraft-1.seg", header: next, frames: [SERIES, rows(2)], ending: "rotate" });
  },
  "a series file that is damaged": async () => {
    const directory = await flushedAsItWent("kill");
    const [path] = filesIn(directory, "series") as [string];
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    return directory;
  },
  "statements that no graph can hold": async () => crafted({ frames: UNFIT }),
  "a segment under another writer's name": async () => {
    const directory = await recorded(20, "close");
    const spool = join(directory, "spool");
    renameSync(join(spool, "wrec-1.seg"), join(spool, "wother-1.seg"));
    return directory;
  },
  "two directories that were copied together": async () => {
    const directory = await recorded(4, "close", { writer: "wone" });
    cpSync(await recorded(4, "kill", { writer: "wtwo" }), directory, { recursive: true });
    return directory;
  },
};

const SERIES = { number: 0, id: "x:wcraft-1", name: "loss", activity: "x:wcraft-2" };
const rows = (step: number) => new Float64Array([0, step, 10 - step, 1e12, 0, step + 1, 9 - step, 1e12]);

const GOOD = { kind: "entity", id: "x:wcraft-good" };
const UNFIT = [
  [GOOD, { kind: "entity", id: "<http://a b>" }, null, { kind: "wasDreamtBy", id: "x:1" }],
  SERIES,
  { number: 1, id: "no name", name: "loss", activity: "x:wcraft-2" },
  new Float64Array([0, 1, 10, 1e12, 1, 2, Number.NaN, 1e12, 1, 3, 30, 1e12, 0, 4, 40, 1e12]),
  [
    { kind: "hyperparameters", id: "x:wcraft-h", activity: "x:wcraft-2", values: { rate: 1, "a b": null } },
    { kind: "hyperparameters", id: "x:wcraft-i", activity: "x:wcraft-2", values: { rate: 2 } },
    { kind: "measures", id: "x:wcraft-m", activity: "x:wcraft-2", values: { rate: 2 }, graph: "id:catalogue" },
    { kind: "plan", plan: { name: "flowers", steps: [{ kind: "training", name: "fit" }] } },
  ],
];

describe("what is in the spool reads as the flusher would write it", () => {
  test.each(Object.keys(STATES))("%s", async (name) => {
    const directory = await (STATES[name] as () => Promise<string>)();
    const before = published(directory);
    const read = await graphOf(directory);
    const triples = await triplesOf(directory);
    expect(published(directory)).toEqual(before);
    await flush(directory);
    expect(read).toEqual(graphIn(directory));
    expect(read.length).toBeGreaterThan(0);
    expect(triples).toEqual([...new Set(read.map(withoutGraph))].sort());
  });

  test("what only a look at a file can tell is there once that was looked at, and nothing else was moved", async () => {
    const file = join(temporary(), "data.csv");
    writeFileSync(file, "a,b\n1,2\n");
    const directory = await recorded(5, "close", { file });
    const segments = segmentsIn(directory);
    const without = await graphOf(directory);
    await stateFindings(directory);
    expect([segmentsIn(directory), Object.keys(published(directory)).length]).toEqual([segments, 1]);
    const read = await graphOf(directory);
    expect(read.length).toBeGreaterThan(without.length);
    await flush(directory);
    expect(read).toEqual(graphIn(directory));
  });

  test("a program that goes on has what it wrote so far in it, and no end", async () => {
    const { directory, write } = await recorder();
    await write(12);
    const copy = copyOf(directory);
    const read = await graphOf(copy);
    await flush(copy);
    expect(read).toEqual(graphIn(copy));
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((line) => line.includes("Closing") || line.includes("rowsDigest"))).toEqual([]);
  });
});

async function graphOf(directory: string): Promise<string[]> {
  const { place, retracted } = placeIn(directory);
  const pieces: Uint8Array[] = [];
  for await (const piece of pendingQuads(place, new Set(), { retracted })) pieces.push(piece);
  for await (const piece of graphFiles(place.graph, { retracted })) pieces.push(piece);
  return linesOf(pieces);
}

/** The same for a store that nobody asks for graphs. */
async function triplesOf(directory: string): Promise<string[]> {
  const { place, retracted } = placeIn(directory);
  const pending: Uint8Array[] = [];
  const moved: Uint8Array[] = [];
  for await (const { bytes, count } of pendingTriples(place, new Set(), { retracted })) {
    expect(Buffer.from(bytes).toString().split("\n").length - 1).toBe(count);
    pending.push(bytes);
  }
  for await (const piece of graphFiles(place.graph, { retracted })) moved.push(piece);
  return [...new Set([...linesOf(pending), ...linesOf(moved).map(withoutGraph)])].sort();
}

const withoutGraph = (quad: string) => quad.replace(/ <[^<>]*> \.$/, " .");

function placeIn(directory: string): { readonly place: Place; readonly retracted: Retracted } {
  const { graph, series, manifests, spool } = directoryPaths(directory);
  return { place: { graph, series, manifests, spools: [spool] }, retracted: new Retracted() };
}

function linesOf(pieces: readonly Uint8Array[]): string[] {
  const lines = Buffer.concat(pieces).toString().split("\n");
  return [...new Set(lines.filter((line) => line !== "" && !line.startsWith("#")))].sort();
}

async function flushedAsItWent(how: End): Promise<string> {
  const { directory, write, end } = await recorder();
  for (let pass = 0; pass < 3; pass++) {
    await write(3);
    await flush(directory);
  }
  await write(3);
  await end(how);
  return directory;
}

/** All of it flushed, changed, and the spool of before put back. */
async function redelivered(change: (directory: string) => void | Promise<void>): Promise<string> {
  const directory = await recorded(20, "close");
  const spool = join(copyOf(directory), "spool");
  await flush(directory);
  await change(directory);
  cpSync(spool, join(directory, "spool"), { recursive: true });
  return directory;
}

/** All but one segment flushed, as its writer had ended, and that one there now. */
async function late(change: (directory: string) => void | Promise<void>): Promise<string> {
  const directory = await recorded(20, "close");
  const spool = join(copyOf(directory), "spool");
  rmSync(join(directory, "spool", "wrec-1.seg"));
  await flush(directory);
  await change(directory);
  expect(graphIn(directory).filter((line) => line.includes("#rowsDigest>"))).toHaveLength(2);
  cpSync(join(spool, "wrec-1.seg"), join(directory, "spool", "wrec-1.seg"));
  return directory;
}

function without(directory: string, segment: number): string {
  rmSync(join(directory, "spool", `wrec-${segment}.seg`));
  return directory;
}

function flipped(directory: string, text: string): string {
  const path = join(directory, "spool", lastOf(directory));
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text, 4096);
  expect(at).toBeGreaterThan(4096);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
  return directory;
}

function cut(directory: string, bytes: number): string {
  const path = join(directory, "spool", lastOf(directory));
  writeFileSync(path, readFileSync(path).subarray(0, -bytes));
  return directory;
}

function lastOf(directory: string): string {
  const number = (name: string) => Number(/\d+/.exec(name)?.[0]);
  return (
    readdirSync(join(directory, "spool"))
      .sort((a, b) => number(a) - number(b))
      .at(-1) ?? ""
  );
}
