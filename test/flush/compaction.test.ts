import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { diskUse } from "../../src/cli/disk.ts";
import { compact } from "../../src/flush/compaction/compact.ts";
import { flush } from "../../src/flush/flush.ts";
import { graphFiles as graphFilesBelow } from "../../src/query/graph-files.ts";
import { joined, replacedBy } from "../../src/spool/compacted.ts";
import { filesIn, graphFiles, graphIn, movedTo, published, statedIn } from "./moved.ts";
import { COMPACTS, copyOf, EXECUTION, recorder, temporary } from "./recorded.ts";

/** A run that was flushed four times as it went on, with a file that was digested, and a copy of its spool as it was then. */
async function flushedOften(file?: string): Promise<{ directory: string; spool: string }> {
  const { directory, write, end, record } = await recorder(file === undefined ? {} : { file });
  for (let pass = 0; pass < 4; pass++) {
    await write(3);
    await flush(directory);
  }
  await end("close");
  await flush(directory);
  return { directory, spool: record };
}

describe("compaction", () => {
  test("leaves four inodes of a finished run and changes nothing that it says", async () => {
    const { directory } = await flushedOften();
    const [graph, { rows }] = [graphIn(directory), await movedTo(directory)];
    expect(graphFiles(directory).length).toBeGreaterThan(4);
    const report = await compact(directory);
    expect(report).toMatchObject({ executions: 1, filesAfter: 2 });
    expect(graphIn(directory)).toEqual(graph);
    expect((await movedTo(directory)).rows).toEqual(rows);
    // The folders graph/ and series/ are all runs' own.
    const inodes = diskUse(join(directory, "graph")).inodes + diskUse(join(directory, "series")).inodes - 2;
    expect(inodes).toBeLessThanOrEqual(4);
    const before = published(directory);
    expect(await compact(directory)).toMatchObject({ executions: 0, filesBefore: 2, filesAfter: 2 });
    expect(published(directory)).toEqual(before);
  });

  test("leaves alone what the spool still holds something of", async () => {
    const { directory, write, end } = await recorder();
    for (let pass = 0; pass < 3; pass++) {
      await write(2);
      await flush(directory);
    }
    const before = published(directory);
    expect(await compact(directory)).toMatchObject({ executions: 0, filesBefore: 0 });
    expect(published(directory)).toEqual(before);
    await end("close");
  });

  test("keeps from being flushed again what it put together, and a digest from being taken again", async () => {
    const file = join(temporary(), "data.csv");
    writeFileSync(file, "a,b\n".repeat(1000));
    const { directory, spool } = await flushedOften(file);
    expect(statedIn(directory, "digest")).not.toEqual([]);
    const graph = graphIn(directory);
    await compact(directory);
    const compacted = published(directory);
    appendFileSync(file, "changed");
    cpSync(join(spool, "spool"), join(directory, "spool"), { recursive: true });
    await flush(directory);
    expect(graphIn(directory)).toEqual(graph);
    await compact(directory);
    expect(published(directory)).toEqual(compacted);
  });

  test("by several at once makes what one makes", { timeout: 60_000 }, async () => {
    const { directory } = await flushedOften();
    const alone = copyOf(directory);
    await compact(alone);
    const children = [0, 1, 2].map(() => spawn(process.execPath, [COMPACTS, directory], { stdio: "inherit" }));
    for (const [code] of await Promise.all(children.map((child) => once(child, "close")))) expect(code).toBe(0);
    await compact(directory);
    expect(published(directory)).toEqual(published(alone));
  });

  test("at different times in two copies is a merge without a conflict when they meet", async () => {
    const { directory, write, end } = await recorder();
    await write(3);
    await flush(directory);
    const early = copyOf(directory);
    await write(3);
    await flush(directory);
    await end("close");
    await flush(directory);
    const whole = [graphIn(directory), (await movedTo(directory)).rows];
    const uncompacted = copyOf(directory);
    for (const each of [early, directory]) {
      // The early copy's spool has the writer's segment still; it was not copied to where this one went.
      for (const name of readdirSync(join(each, "spool")))
        renameSync(join(each, "spool", name), join(temporary(), name));
      await compact(each);
    }
    const final = published(directory);
    for (const other of [early, uncompacted]) {
      cpSync(other, directory, { recursive: true, filter: (path) => basename(path) !== "spool" });
      expect([graphIn(directory), (await movedTo(directory)).rows]).toEqual(whole);
    }
    await compact(directory);
    expect(published(directory)).toEqual(final);
  });

  test("does not touch a damaged file, and puts the others together", async () => {
    const { directory } = await flushedOften();
    const [damaged] = graphFiles(directory) as [string];
    appendFileSync(damaged, "x");
    await compact(directory);
    expect(filesIn(directory, "graph").map((path) => basename(path))).toEqual([
      expect.stringMatching(/^compact-[0-9a-f]{32}\.nq$/),
      basename(damaged),
    ]);
  });

  test("names a file that cannot be read and passes over it, and puts all else together, of other executions too", async () => {
    const { directory } = await flushedOften();
    const others = ["0", "f"].map((letter) =>
      join(directory, "graph", `${letter.repeat(8)}-0000-7000-8000-000000000001`),
    );
    for (const folder of others) cpSync(join(directory, "graph", EXECUTION), folder, { recursive: true });
    const obstacle = join(others[0] as string, "wzzz-0-1.nq");
    mkdirSync(obstacle); // whoever runs the tests may be allowed to read every file
    const report = await compact(directory);
    expect(report).toMatchObject({ executions: 3, unreadable: [expect.stringContaining(obstacle)] });
    const left = readdirSync(others[0] as string);
    expect(left).toEqual([expect.stringMatching(/^compact-/), "wzzz-0-1.nq"]);
    rmSync(obstacle, { recursive: true });
    expect(await compact(directory)).toMatchObject({ executions: 0, unreadable: [] });
  });

  test("leaves alone folders that somebody else made", async () => {
    const { directory } = await flushedOften();
    const own = join(directory, "graph/backup.old");
    mkdirSync(own);
    writeFileSync(join(own, "wa-0-1.nq"), "");
    expect(await compact(directory)).toMatchObject({ executions: 1 });
    expect(readdirSync(own)).toEqual(["wa-0-1.nq"]);
  });

  test("is not believed when the list of what it put together is damaged: that is flushed again, and changes nothing", async () => {
    const { directory, spool } = await flushedOften();
    const graph = graphIn(directory);
    await compact(directory);
    const [whole] = graphFiles(directory) as [string];
    const [line = ""] = readFileSync(whole, "latin1").split("\n", 1);
    const name = /[a-z]+-0-\d+\.nq/.exec(line)?.[0] as string;
    expect(replacedBy(whole)).toContain(name);
    writeFileSync(whole, readFileSync(whole, "latin1").replace(name, name.replace("-0-", "-1-")), "latin1");
    expect(replacedBy(whole)).toEqual([]);
    cpSync(join(spool, "spool"), join(directory, "spool"), { recursive: true });
    // The doctor names the damaged file; when it is taken away, what was flushed again is there.
    await flush(directory);
    rmSync(whole);
    expect(graphIn(directory)).toEqual(graph);
  });

  test("is followed by whoever reads at the same time", { timeout: 60_000 }, async () => {
    const { directory } = await flushedOften();
    const child = spawn(process.execPath, [COMPACTS, directory], { stdio: "inherit" });
    const ended = once(child, "close");
    const sizes = new Set<number>();
    for (let isOver = false; !isOver; ) {
      isOver = child.exitCode !== null;
      const pieces: Uint8Array[] = [];
      for await (const piece of graphFilesBelow(join(directory, "graph"))) pieces.push(piece);
      const lines = Buffer.concat(pieces).toString().split("\n");
      sizes.add(new Set(lines.filter((line) => line !== "" && !line.startsWith("#"))).size);
    }
    expect((await ended)[0]).toBe(0);
    expect([...sizes]).toEqual([graphIn(directory).length]);
  });
});

test("names of ranges that touch are one name, however often and in whichever order they are joined", () => {
  const names = ["wa-0-9.nq", "wa-10-19.nq", "wa-5-12.nq", "wb-3-4.nq", "wa-30-31.nq", "wa-summary.nq"];
  const whole = ["wa-0-19.nq", "wa-30-31.nq", "wa-summary.nq", "wb-3-4.nq"];
  expect(joined(names)).toEqual(whole);
  expect(joined([...joined(names.slice(3)), ...joined(names.slice(0, 3))].reverse())).toEqual(whole);
});
