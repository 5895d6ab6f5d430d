import { once } from "node:events";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { heldIn } from "../faults/oracle.ts";
import { movedTo, published, segmentsIn, statedIn } from "./moved.ts";
import { copyOf, recorder, temporary } from "./recorded.ts";

test.each(["close", "kill"] as const)(
  "moves a growing and rotating spool piece by piece, and the rest after its %s",
  async (how) => {
    const { directory, record, child, write, start, end } = await recorder({ segmentBytes: 6000 });
    await write(1);
    let flushes = 0;
    for (let batch = 0; batch < 5; batch++) {
      const written = once(child, "message").then(() => true);
      start(50);
      // At random moments between and within the writer's calls.
      do {
        await flush(directory);
        flushes++;
      } while (!(await Promise.race([written, sleep(Math.random() * 4, false)])));
    }
    expect(flushes).toBeGreaterThanOrEqual(5);
    expect([statedIn(directory, "summary"), statedIn(directory, "closing")]).toEqual([[], []]);
    await end(how);
    await flush(directory);
    expect(await movedTo(directory)).toEqual(heldIn(record));
    expect(statedIn(directory, "closing").length > 0).toBe(how === "kill");
    expect(statedIn(directory, "summary").join()).toContain('#rowCount> "502"');
    expect(segmentsIn(directory)).toEqual([]);
  },
);

test("moves what can be read of an open segment, and touches nothing of its writer", async () => {
  const { directory, record, write, end } = await recorder();
  await write(30);
  const before = stateOf(directory);
  const open = Object.keys(before).filter((name) => name.endsWith(".open"));
  expect([open.length, Object.keys(before).length > 3]).toEqual([1, true]);
  await flush(directory);
  expect(await movedTo(directory)).toEqual(heldIn(record));
  expect(stateOf(directory), "sealed ones are done with, the open one is as it was").toEqual(
    Object.fromEntries(open.map((name) => [name, before[name]])),
  );
  await write(1);
  await end("close");
  await flush(directory);
  expect(await movedTo(directory)).toEqual(heldIn(record));
});

test("leaves open segments out when told", async () => {
  const { directory, record, write, end } = await recorder();
  await write(30);
  await flush(directory, { includesOpen: false });
  const moved = await movedTo(directory);
  expect(moved.rows.length).toBeGreaterThan(0);
  expect(moved.rows.length).toBeLessThan(120);
  expect(segmentsIn(directory)).toHaveLength(1);
  await end("close");
  await flush(directory, { includesOpen: false });
  expect(await movedTo(directory)).toEqual(heldIn(record));
});

test("keeps the last sealed segment of a writer that lives, until it has died", async () => {
  const { directory, write, end } = await recorder();
  await write(30);
  const copy = copyOf(directory);
  const sealed = segmentsIn(copy).filter((name) => name.endsWith(".seg"));
  for (const name of segmentsIn(copy)) if (name.endsWith(".open")) rmSync(join(copy, "spool", name));
  const held = heldIn(copy);
  for (let time = 0; time < 2; time++) {
    await flush(copy);
    expect(segmentsIn(copy)).toEqual(sealed.slice(-1));
  }
  expect(statedIn(copy, "closing")).toEqual([]);
  await end("kill");
  await flush(copy);
  expect(await movedTo(copy)).toEqual(held);
  expect(segmentsIn(copy)).toEqual([]);
  expect(statedIn(copy, "closing")).not.toEqual([]);
});

test("does not close a stream that went on after the spool was listed", async () => {
  const { directory, record, write, end } = await recorder();
  await write(30);
  await end("close");
  const later = join(temporary(), "spool");
  cpSync(join(directory, "spool"), later, { recursive: true });
  const names = segmentsIn(directory);
  for (const name of names.slice(1)) rmSync(join(directory, "spool", name));
  // As if the writer had gone on, ended and died while the flusher moved its first segment.
  const arrive = () => {
    if (readdirSync(join(directory, "spool")).length === 1)
      cpSync(later, join(directory, "spool"), { recursive: true });
  };
  await flush(directory, { onProgress: arrive });
  expect(statedIn(directory, "closing")).toEqual([]);
  expect(await movedTo(directory)).toEqual(heldIn(record));
  expect(statedIn(directory, "summary").join()).toContain('#rowCount> "60"');
  expect(segmentsIn(directory)).toEqual([]);
});

test("closes the stream of a writer that died before its next segment had a header", async () => {
  const { directory, write, end } = await recorder();
  await write(30);
  await end("kill");
  const names = segmentsIn(directory);
  const open = join(directory, "spool", names.find((name) => name.endsWith(".open")) ?? "");
  rmSync(open);
  const held = heldIn(directory);
  cpSync("/dev/null", open);
  expect(existsSync(open)).toBe(true);
  await flush(directory);
  expect(await movedTo(directory)).toEqual(held);
  expect(statedIn(directory, "closing")).not.toEqual([]);
  expect(segmentsIn(directory)).toEqual([]);
});

test("never declares a stopped writer dead", { skip: process.platform === "win32" }, async () => {
  const { directory, record, child, write, end } = await recorder();
  await write(20);
  child.kill("SIGSTOP");
  await flush(directory);
  const first = published(directory);
  await flush(directory);
  expect(published(directory)).toEqual(first);
  expect([statedIn(directory, "closing"), statedIn(directory, "summary")]).toEqual([[], []]);
  expect(segmentsIn(directory)).toHaveLength(1);
  child.kill("SIGCONT");
  await write(20);
  await end("close");
  await flush(directory);
  expect(statedIn(directory, "closing")).toEqual([]);
  expect(await movedTo(directory)).toEqual(heldIn(record));
});

function stateOf(directory: string): Record<string, object> {
  const names = segmentsIn(directory);
  return Object.fromEntries(
    names.map((name) => {
      const { size, mtimeMs, ctimeMs, ino } = statSync(join(directory, "spool", name));
      return [name, { size, mtimeMs, ctimeMs, ino }];
    }),
  );
}
