import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readFlushers } from "../../src/flush/health.ts";
import { RememberedSegments } from "../../src/flush/remembered.ts";
import type { SegmentOutcome } from "../../src/flush/report.ts";
import { type WatchClock, type WatchOptions, watch } from "../../src/flush/watch.ts";
import { AnnouncedSeries } from "../../src/spool/announced-series.ts";
import type { SegmentFile } from "../../src/spool/reader.ts";
import { heldIn } from "../faults/oracle.ts";
import { graphFiles, movedTo, segmentsIn } from "./moved.ts";
import { recorded, recorder } from "./recorded.ts";

const START = 1.76e12;

/** A watch in hours that pass in no time: before each pass after the first, `between` does what happens meanwhile. */
async function watched(
  directory: string,
  between: (pass: number, pauseMs: number) => Promise<boolean> | boolean,
  options: Partial<WatchOptions> = {},
): Promise<number[]> {
  const stop = new AbortController();
  const pauses: number[] = [];
  let now = START;
  const clock: WatchClock = {
    now: () => now,
    random: () => 0,
    workMs: () => 0,
    async sleep(ms) {
      now += ms;
      pauses.push(ms);
      if (!(await between(pauses.length, ms))) stop.abort();
    },
  };
  await watch(directory, { clock, signal: stop.signal, ...options });
  return pauses;
}

test("lets wait what a living program writes until its lag is over, and goes on where it was", async () => {
  const { directory, record, child, write, end } = await recorder({ segmentBytes: 1e6 });
  child.setMaxListeners(0);
  await write(10);
  const files: number[] = [];
  await watched(
    directory,
    async (pass) => {
      files.push(graphFiles(directory).length);
      if (pass < 20) await write(1);
      return pass < 20;
    },
    { intervalMs: 2000, lagMs: 10_000 },
  );
  expect(files[0]).toBeGreaterThan(0);
  expect(files.at(-1), "not once a pass").toBeLessThan((files[0] ?? 0) + 10);
  expect(files.at(-1)).toBeGreaterThan((files[0] ?? 0) + 2);
  await end("close");
  await watched(directory, () => false);
  expect(await movedTo(directory)).toEqual(heldIn(record));
  expect(segmentsIn(directory)).toEqual([]);
});

test.each(["close", "kill"] as const)("moves the rest of what it read before after a %s", async (how) => {
  const { directory, record, write, end } = await recorder({ segmentBytes: 6000 });
  await write(3);
  await watched(
    directory,
    async (pass) => {
      if (pass < 8) await write(pass);
      else if (pass === 8) await end(how);
      return pass < 9;
    },
    { lagMs: 1 },
  );
  expect(await movedTo(directory)).toEqual(heldIn(record));
  expect(segmentsIn(directory)).toEqual([]);
});

test("survives what goes wrong outside, told once a pass, and moves all when it is over", async () => {
  const directory = await recorded(8, "close");
  const held = heldIn(directory);
  const [graph, aside] = [join(directory, "graph"), join(directory, "aside")];
  renameSync(graph, aside);
  writeFileSync(graph, "no folder");
  const faults: string[] = [];
  const seen: (number | undefined)[] = [];
  const pauses = await watched(
    directory,
    (pass) => {
      seen.push(readFlushers(directory)[0]?.health.failures);
      if (pass === 5) {
        rmSync(graph);
        renameSync(aside, graph);
      }
      return pass < 7;
    },
    { intervalMs: 2000, onFault: ({ message }) => faults.push(message) },
  );
  expect(faults).toHaveLength(5);
  expect(faults[0]).toMatch(/EEXIST|ENOTDIR/);
  expect(pauses.slice(0, 6)).toEqual([2000, 4000, 8000, 16_000, 32_000, 2000]);
  expect(seen).toEqual([1, 2, 3, 4, 5, 0, 0]);
  expect(await movedTo(directory)).toEqual(held);
});

test("tells of itself for as long as it works", async () => {
  const directory = await recorded(8, "close");
  let state: unknown;
  await watched(directory, () => {
    state = readFlushers(directory)[0];
    return false;
  });
  const health = expect.objectContaining({ pid: process.pid, passes: 1, failures: 0, startedAt: START });
  expect(state).toMatchObject({ state: expect.stringMatching("alive"), health });
  expect(readFlushers(directory)).toEqual([]);
});

test("what was moved counts although what comes after the pass fails, and the fault stays until all goes well", async () => {
  const directory = await recorded(8, "close");
  const seen: unknown[] = [];
  const look = () => {
    const { passes, failures, rows, lastFault } = readFlushers(directory)[0]?.health ?? {};
    seen.push({ passes, failures, hasRows: (rows ?? 0) > 0, lastFault });
  };
  let isBroken = true;
  await watched(
    directory,
    (pass) => {
      look();
      isBroken = pass < 2;
      return pass < 3;
    },
    {
      intervalMs: 20_000,
      async afterPass() {
        look();
        if (isBroken) throw new Error("compaction failed");
      },
    },
  );
  const failed = (passes: number, failures: number) => ({
    passes,
    failures,
    hasRows: true,
    lastFault: "compaction failed",
  });
  const well = (passes: number) => ({ passes, failures: 0, hasRows: true, lastFault: undefined });
  expect(seen).toEqual([well(1), failed(1, 1), failed(2, 1), failed(2, 2), failed(3, 2), well(3)]);
});

test("remembers series until their names are too long together, and forgets them with their segments", () => {
  const remembered = new RememberedSegments(0, () => 0, 1000);
  const segment = (number: number) => ({ writer: "w", segment: number, path: `w-${number}.open` }) as SegmentFile;
  const remember = (number: number, length: number) => {
    const series = new AnnouncedSeries();
    series.announce(1, { id: "<i:s>", name: "m".repeat(length), activity: "<i:a>" }, {});
    const outcome = { path: "", isSettled: false } as SegmentOutcome;
    remembered.set(segment(number), { outcome, bytes: 0, movedAt: 0, place: undefined, series });
  };
  remember(0, 500);
  remember(1, 500);
  expect([0, 1].map((number) => remembered.of(segment(number)) !== undefined)).toEqual([true, false]);
  expect(remembered.characters).toBeLessThan(1000);
  remembered.keepOnly([segment(1)]);
  expect(remembered.characters).toBe(0);
  remember(1, 500);
  remember(1, 2000);
  expect(remembered.of(segment(1))).toBeUndefined();
  expect(remembered.characters).toBe(0);
});

test("clears away what a killed one left of itself", async () => {
  const directory = await recorded(1, "close");
  await watched(directory, () => {
    const [mine] = readFlushers(directory);
    const dead = { ...mine?.health, processStart: "1" };
    writeFileSync(join(directory, "flushers", "killed-1.json"), JSON.stringify(dead));
    return false;
  });
  expect(readFlushers(directory).map(({ state }) => state)).toEqual(["dead"]);
  await watched(directory, () => false);
  expect(readdirSync(join(directory, "flushers"))).toEqual([]);
});

test("ends after the segment under way", async () => {
  const directory = await recorded(30, "kill");
  const held = heldIn(directory);
  const before = segmentsIn(directory).length;
  expect(before).toBeGreaterThan(2);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  await watch(directory, { signal: stop.signal, onProgress: ({ segments }) => segments === 1 && stop.abort() });
  expect(segmentsIn(directory).length).toBeGreaterThanOrEqual(before - 1);
  expect(graphFiles(directory).length).toBeGreaterThan(0);
  expect(existsSync(join(directory, "flushers"))).toBe(true);
  await watched(directory, () => false);
  expect(await movedTo(directory)).toEqual(held);
  expect(segmentsIn(directory)).toEqual([]);
});
