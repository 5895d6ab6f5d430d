import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { compact } from "../../src/flush/compaction/compact.ts";
import { compactGraph } from "../../src/flush/compaction/graph.ts";
import { flush } from "../../src/flush/flush.ts";
import { Comparing } from "../../src/flush/transfer/comparison.ts";
import { transferDirectory } from "../../src/flush/transfer/directory.ts";
import { compareRows } from "../../src/flush/transfer/rows.ts";
import { normalLine } from "../../src/rdf/normal-line.ts";
import { readSeriesFile } from "../../src/series/read.ts";
import { writeSeriesFile } from "../../src/series/write.ts";
import { createDirectory } from "../../src/spool/directory.ts";
import { filesIn, graphFiles, graphIn, movedTo, published } from "./moved.ts";
import { COMPACTS, copyOf, EXECUTION, FLUSHES, recorded, recorder, temporary } from "./recorded.ts";

async function flushed(writer: string, file?: string): Promise<string> {
  const directory = await recorded(6, "close", file === undefined ? { writer } : { writer, file });
  await flush(directory);
  return directory;
}

function empty(): string {
  const directory = join(temporary(), ".provml");
  createDirectory(directory);
  return directory;
}

test("brings over all that a directory has, and the second time nothing", async () => {
  const from = await flushed("wone");
  mkdirSync(join(from, "content"));
  writeFileSync(join(from, "content", "a".repeat(64)), "kept");
  writeFileSync(join(from, "content", `${"a".repeat(64)}.0123456789abcdef`), "half a draft");
  writeFileSync(join(from, "quarantine", "wone-3.json"), "{}");
  const to = empty();
  const { copied, comparison } = await transferDirectory(from, to);
  expect(copied).toBe(Object.keys(published(from)).length + 1);
  expect(comparison).toMatchObject({ compared: 1, missing: 0, troubles: [], quads: graphIn(from).length });
  expect(comparison.sha256There).toBe(comparison.sha256);
  expect(published(to)).toEqual(published(from));
  expect(filesIn(to, "content").map((path) => basename(path))).toEqual(["a".repeat(64)]);
  const before = published(to);
  expect(await transferDirectory(from, to)).toMatchObject({ copied: 0, comparison });
  expect(published(to)).toEqual(before);
});

test("merges two directories that were compacted differently, and adds nothing to one that was compacted since", async () => {
  const [one, two, to] = [await flushed("wone"), await flushed("wtwo"), empty()];
  const whole = [...new Set([...graphIn(one), ...graphIn(two)])].sort();
  const rows = [...(await movedTo(one)).rows, ...(await movedTo(two)).rows].sort();
  await compact(one);
  for (const from of [one, two]) expect((await transferDirectory(from, to)).comparison.missing).toBe(0);
  expect([graphIn(to), (await movedTo(to)).rows]).toEqual([whole, rows]);
  await compact(to);
  const compacted = published(to);
  expect([graphIn(to), (await movedTo(to)).rows]).toEqual([whole, rows]);
  for (const from of [one, two]) {
    const { comparison } = await transferDirectory(from, to);
    expect(comparison).toMatchObject({ missing: 0, troubles: [] });
  }
  expect(graphFiles(to).map((path) => basename(path))).toEqual([expect.stringMatching(/^compact-[0-9a-f]{32}\.nq$/)]);
  await compact(to);
  expect(published(to)).toEqual(compacted);
});

test("brings over what a flusher and a compaction make of the source meanwhile, rows as well", async () => {
  const { directory: from, write, end } = await recorder({ writer: "wone" });
  await write(6);
  await flush(from);
  const early = copyOf(from);
  await write(6);
  await end("close");
  await flush(from);
  const to = empty();
  let progress = 0;
  const { comparison } = await transferDirectory(early, to, {
    onProgress() {
      // Its series have been listed and its graph has not, or a part of it.
      if (++progress === 1) cpSync(from, early, { recursive: true, filter: (path) => basename(path) !== "spool" });
      if (progress === 4) compactGraph(join(early, "graph", EXECUTION));
    },
  });
  const { rows } = await movedTo(from);
  expect(comparison).toMatchObject({ missing: 0, missingRows: 0, rows: rows.length, troubles: [] });
  expect([graphIn(to), (await movedTo(to)).rows]).toEqual([graphIn(from), rows]);
});

test.each([
  ["moved", [FLUSHES]],
  ["moved and compacted", [FLUSHES, COMPACTS]],
])("what a flusher has %s in the source since it was copied is copied and compared as well", async (_, programs) => {
  const { directory: from, write, end } = await recorder({ writer: "wone" });
  await write(6);
  await flush(from);
  await write(6);
  await end("close");
  const to = empty();
  let before = -1;
  let runs = 0;
  const { comparison } = await transferDirectory(from, to, {
    onProgress({ copied, there }) {
      // Nothing more was copied: the comparison begins.
      if (copied + there === before && runs++ === 0)
        for (const program of programs) expect(spawnSync(process.execPath, [program, from]).status).toBe(0);
      before = copied + there;
    },
  });
  const { rows } = await movedTo(from);
  expect([runs > 0, rows.length]).toEqual([true, 48]);
  expect(comparison).toMatchObject({ missing: 0, missingRows: 0, rows: rows.length, troubles: [] });
  expect([graphIn(to), (await movedTo(to)).rows]).toEqual([graphIn(from), rows]);
});

test("compares rows by content, whatever files they lie in, and names what says otherwise", async () => {
  const { directory: from, write, end } = await recorder({ writer: "wone" });
  await write(6);
  await flush(from);
  await write(6);
  await end("close");
  await flush(from);
  const pieces = copyOf(from);
  const { rows } = await movedTo(from);
  await compact(from);
  expect(filesIn(from, "series").length).toBeLessThan(filesIn(pieces, "series").length);
  const compared = async () => {
    const comparing = new Comparing();
    await compareRows(comparing, join(from, "series"), join(pieces, "series"));
    return comparing.result;
  };
  const same = await compared();
  expect(same).toMatchObject({ rows: rows.length, missingRows: 0, troubles: [] });
  expect(same.sha256There).toBe(same.sha256);
  const [path] = filesIn(pieces, "series") as [string];
  const columns = await readSeriesFile(path);
  columns.value[3] = 17;
  await writeSeriesFile(path, columns);
  const other = await compared();
  expect(other).toMatchObject({ rows: rows.length, missingRows: 1 });
  expect(other.troubles).toEqual([expect.stringMatching(/wone: 1 of 48 rows are missing, or others/)]);
  expect(other.sha256There).not.toBe(other.sha256);
  rmSync(path);
  expect((await compared()).missingRows).toBe(columns.index.length);
});

test("keeps both where two copies of one name differ", async () => {
  const file = join(temporary(), "data.csv");
  writeFileSync(file, "a,b\n".repeat(1000));
  const spool = await recorded(4, "close", { writer: "wone", file });
  const other = copyOf(spool);
  await flush(spool);
  appendFileSync(file, "changed, so that the other one cannot verify it");
  await flush(other);
  const whole = [...new Set([...graphIn(spool), ...graphIn(other)])].sort();
  expect(whole.length).toBeGreaterThan(graphIn(spool).length);
  const { comparison } = await transferDirectory(spool, other);
  expect(comparison).toMatchObject({ missing: 0, troubles: [] });
  expect(graphIn(other)).toEqual(whole);
});

test("makes good what is damaged there, and brings no damage over", async () => {
  const [from, to] = [await flushed("wone"), empty()];
  await transferDirectory(from, to);
  const [path] = graphFiles(to) as [string];
  truncateSync(path, readFileSync(path).length - 10);
  const { comparison } = await transferDirectory(from, to);
  expect(comparison).toMatchObject({ missing: 0, troubles: [`${path} does not match its check sum`] });
  const [source] = graphFiles(from) as [string];
  truncateSync(source, readFileSync(source).length - 10);
  const third = empty();
  expect((await transferDirectory(from, third)).comparison.troubles).toEqual([
    `${source} does not match its check sum and was not brought over`,
  ]);
  expect(graphFiles(third)).toHaveLength(graphFiles(from).length - 1);
});

test.each([
  ['"1.10"^^<http://www.w3.org/2001/XMLSchema#double>', '"1.1E0"^^<http://www.w3.org/2001/XMLSchema#double>'],
  ['"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'],
  ['"+007"^^<http://www.w3.org/2001/XMLSchema#integer>', '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'],
  ['"-0.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"-0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'],
  [
    '"2026-01-02T03:04:05.120+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
    '"2026-01-02T03:04:05.12Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
  ],
  ['"x"^^<http://www.w3.org/2001/XMLSchema#double>', '"x"^^<http://www.w3.org/2001/XMLSchema#double>'],
  [
    String.raw`"1.10\"^^<http://www.w3.org/2001/XMLSchema#double> "`,
    String.raw`"1.10\"^^<http://www.w3.org/2001/XMLSchema#double> "`,
  ],
])("%s has the normal form %s", (given, normal) => {
  expect(normalLine(`<s:s> <p:p> ${given} <g:g> .`)).toBe(`<s:s> <p:p> ${normal} <g:g> .`);
});
