import { cpSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { diskUse } from "../../src/cli/disk.ts";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import { feed } from "../../src/flush/replica/feed.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { pullFromServer, pushToServer } from "../../src/flush/transfer/server.ts";
import { normalLine } from "../../src/rdf/normal-line.ts";
import { serverStore } from "../../src/store/server/server.ts";
import { faultyServer } from "../faults/server.ts";
import { graphFiles, graphIn, movedTo, published, statedIn } from "./moved.ts";
import { copyOf, recorded, temporary } from "./recorded.ts";

/** A closed run whose spool lies aside, and what comes of it undisturbed. */
async function run(writer = "wrec") {
  const directory = await recorded(12, "close", { writer, segmentBytes: 6000 });
  const segments = temporary();
  const whole = copyOf(directory);
  await flush(whole);
  cpSync(join(directory, "spool"), segments, { recursive: true });
  const names = readdirSync(segments).sort();
  expect(names.length).toBeGreaterThan(2);
  return { directory, segments, names, graph: graphIn(whole), rows: (await movedTo(whole)).rows };
}

/** As often as a series has a digest. */
function digests(directory: string): string[] {
  return graphIn(directory).flatMap((line) => (line.includes("#rowsDigest>") ? [line.split(" ")[0] as string] : []));
}

/** The same, where one segment in the middle has not come; it has all files put together. */
async function lacking() {
  const given = await run();
  const late = given.names[1] as string;
  rmSync(join(given.directory, "spool", late));
  await flush(given.directory);
  await compact(given.directory);
  expect(graphIn(given.directory).length).toBeLessThan(given.graph.length);
  expect(digests(given.directory)).toHaveLength(2);
  return { ...given, deliver: () => cpSync(join(given.segments, late), join(given.directory, "spool", late)) };
}

test("a segment that comes after the compaction is in the graph once, and so is what its series come to", async () => {
  const { directory, deliver, graph, rows } = await lacking();
  const early = graphIn(directory).filter((line) => line.includes("#rowsDigest>"));
  deliver();
  await flush(directory);
  expect(graphIn(directory)).toEqual(graph);
  expect(graphIn(directory).filter((line) => early.includes(line))).toEqual([]);
  await compact(directory);
  expect([graphIn(directory), (await movedTo(directory)).rows]).toEqual([graph, rows]);
  expect(graphFiles(directory)).toHaveLength(1);
});

test("segments that come again after the compaction change no byte", async () => {
  const { directory, segments, names, graph } = await run();
  await flush(directory);
  await compact(directory);
  const before = published(directory);
  for (const name of [...names, ...names.reverse()]) {
    cpSync(join(segments, name), join(directory, "spool", name));
    await flush(directory);
    await compact(directory);
    expect(published(directory)).toEqual(before);
  }
  expect(graphIn(directory)).toEqual(graph);
});

test("what was stated of fewer rows goes when more are there, before all of them are stated", async () => {
  const { directory, deliver, graph } = await lacking();
  deliver();
  const seen: string[][] = [];
  // The segment has been moved, and its stream's end not been looked at.
  await flush(directory, { onProgress: () => seen.push(digests(directory)) });
  expect(seen).toEqual([[]]);
  expect(graphIn(directory)).toEqual(graph);
});

test.each([
  ["brought together by push", (from: string, to: string) => transferDirectory(from, to)],
  [
    "copied together",
    async (from: string, to: string) =>
      cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== "spool" }),
  ],
])("copies that saw different rows state one summary when they are %s and put together", async (_, bring) => {
  const { directory, deliver, graph, rows } = await lacking();
  const early = copyOf(directory);
  deliver();
  await flush(directory);
  for (const [from, to] of [
    [early, copyOf(directory)],
    [directory, copyOf(early)],
  ] as const) {
    await bring(from, to);
    await compact(to);
    expect([graphIn(to), (await movedTo(to)).rows]).toEqual([graph, rows]);
    const before = published(to);
    await compact(to);
    expect(published(to)).toEqual(before);
  }
});

test("a push of an earlier copy finds nothing missing", async () => {
  const { directory, deliver, graph } = await lacking();
  const early = copyOf(directory);
  deliver();
  await flush(directory);
  const { comparison } = await transferDirectory(early, directory);
  expect(comparison).toMatchObject({ missing: 0, missingRows: 0, troubles: [] });
  expect(graphIn(directory)).toEqual(graph);
});

test("a finished run of two writers is five inodes", async () => {
  const [one, two] = [await recorded(6, "close", { writer: "wone" }), await recorded(6, "close", { writer: "wtwo" })];
  for (const name of readdirSync(join(two, "spool"))) renameSync(join(two, "spool", name), join(one, "spool", name));
  await flush(one);
  await flush(one);
  await compact(one);
  expect(statedIn(one, "summary")).toEqual([]);
  expect(digests(one)).toHaveLength(4);
  expect(diskUse(join(one, "graph")).inodes + diskUse(join(one, "series")).inodes - 2).toBeLessThanOrEqual(5);
});

test("a server that was fed between two summaries has the later one only, whichever copy is delivered last, and the union too", async () => {
  const { directory, deliver, graph } = await lacking();
  await using server = await faultyServer();
  await using store = serverStore(server.address, { credentials: null });
  const early = copyOf(directory);
  const normal = (lines: readonly string[]) => lines.map(normalLine).sort();
  await feed(directory, store, { server: server.address });
  expect(normal(server.lines())).toEqual(normal(graphIn(directory)));
  deliver();
  await flush(directory);
  await feed(directory, store, { server: server.address });
  expect(normal(server.lines())).toEqual(normal(graph));
  const ofUnion = await store.select(
    "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s <https://w3id.org/prov-ml#rowsDigest> ?d } GROUP BY ?s",
  );
  expect(ofUnion.rows.map(({ n }) => n?.value)).toEqual(["1", "1"]);
  const { feed: fed, comparison } = await pushToServer(early, store, { server: server.address });
  expect([fed.waiting, comparison?.missing, comparison?.troubles]).toEqual([undefined, 0, []]);
  expect(normal(server.lines())).toEqual(normal(graph));

  // The other way round, what is here stands, for the rows are here.
  const before = published(early);
  const pulled = await pullFromServer(store, early);
  expect(pulled.comparison).toMatchObject({ missing: 0, troubles: [] });
  expect(digests(early)).toHaveLength(2);
  expect(published(early)).toMatchObject(before);
});
