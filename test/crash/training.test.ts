import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { flush } from "../../src/flush/flush.ts";
import { PREFIXES } from "../../src/model/names.ts";
import { heldIn } from "../faults/oracle.ts";
import { graphIn, movedTo, published, segmentsIn, statedIn } from "../flush/moved.ts";
import { temporary } from "../flush/recorded.ts";

const TRAINS = fileURLToPath(new URL("fixtures/trains.mjs", import.meta.url));
const { prov, provml } = PREFIXES;

test("keeps all that a training acknowledged before kill -9, and says how it ended and not more", async () => {
  const { directory, child, ledger } = training();
  await ledger.has("ended", 30);
  await killed(child);
  const held = heldIn(directory);
  await flush(directory);
  const moved = await movedTo(directory);
  expect(moved).toEqual(held);

  const graph = new Set(graphIn(directory));
  const text = [...graph].join("\n");
  const started = ledger.of("started");
  expect(started.length).toBeGreaterThanOrEqual(30);
  for (const id of started) expect(text).toContain(`<${id}> <${prov}startedAtTime>`);
  // The ledger's line for an end is written when the end has returned.
  for (const n of ledger.of("ended")) expect(text).toContain(`<${started[Number(n)]}> <${prov}endedAtTime>`);
  expect(moved.rows.length).toBeGreaterThanOrEqual(Number(ledger.of("rows").at(-1)));

  const [execution = "", fit = ""] = [...ledger.of("execution"), ...ledger.of("fit")];
  for (const id of [execution, fit]) {
    expect(text).toContain(`<${id}> <${prov}startedAtTime>`);
    expect(text).not.toContain(`<${id}> <${prov}endedAtTime>`);
    expect(text).not.toContain(`<${id}> <${provml}status>`);
  }
  const closing = statedIn(directory, "closing").join("\n");
  expect(closing).toContain(`<${provml}closes> <${execution}>`);
  expect(timesIn(closing)).toEqual([lastTimeOf(held)]);
  const summary = statedIn(directory, "summary").join("\n");
  expect(summary).toContain(`<${provml}rowCount> "${moved.rows.length}"`);

  const first = published(directory);
  await flush(directory);
  expect(published(directory)).toEqual(first);
  expect(segmentsIn(directory)).toEqual([]);
});

test("does not take a stopped training for a dead one, and its own end is the only one", async () => {
  const { directory, child, ledger } = training();
  await ledger.has("ended", 10);
  child.kill("SIGSTOP");
  await flush(directory);
  const first = published(directory);
  await sleep(100);
  await flush(directory);
  expect(published(directory)).toEqual(first);
  expect([statedIn(directory, "closing"), statedIn(directory, "summary")]).toEqual([[], []]);
  expect(graphIn(directory).join("\n")).toContain(`<${ledger.of("fit")[0]}> <${prov}startedAtTime>`);

  child.kill("SIGCONT");
  await ledger.has("ended", ledger.of("ended").length + 10);
  child.send("end");
  expect(await once(child, "exit")).toEqual([0, null]);
  await flush(directory);
  const text = graphIn(directory).join("\n");
  expect(statedIn(directory, "closing")).toEqual([]);
  for (const id of [ledger.of("execution")[0], ledger.of("fit")[0]])
    expect(text).toContain(`<${id}> <${provml}status> <${provml}Completed>`);
  expect((await movedTo(directory)).rows.length).toBe(Number(ledger.of("rows").at(-1)));
  expect(statedIn(directory, "summary").join()).toContain(`<${provml}rowCount> "${ledger.of("rows").at(-1)}"`);
});

test("keeps it too when flushers work while it trains and dies", { timeout: 60_000 }, async () => {
  for (let time = 0; time < 3; time++) {
    const { directory, child, ledger } = training();
    await ledger.has("ended", 1);
    const dying = sleep(150 + 100 * time).then(() => killed(child));
    let isDead = false;
    void dying.finally(() => {
      isDead = true;
    });
    while (!isDead) {
      await Promise.all([flush(directory), flush(directory)]);
      await sleep(1);
    }
    await flush(directory);
    const text = graphIn(directory).join("\n");
    for (const id of ledger.of("started")) expect(text).toContain(`<${id}> <${prov}startedAtTime>`);
    const { rows } = await movedTo(directory);
    expect(rows.length).toBeGreaterThanOrEqual(Number(ledger.of("rows").at(-1)));
    expect(statedIn(directory, "closing").length).toBeGreaterThan(0);
    expect(statedIn(directory, "summary").join()).toContain(`<${provml}rowCount> "${rows.length}"`);
    expect(segmentsIn(directory)).toEqual([]);
  }
});

function training() {
  const folder = temporary();
  const directory = join(folder, ".provml");
  const path = join(folder, "ledger");
  const child = fork(TRAINS, [directory, path], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const of = (what: string) => {
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
    return lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1));
  };
  const has = async (what: string, count: number) => {
    while (of(what).length < count) {
      if (child.exitCode !== null) throw new Error(`the training ended with ${child.exitCode}`);
      await sleep(5);
    }
  };
  return { directory, child, ledger: { of, has } };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}

function timesIn(text: string): string[] {
  const times = text.matchAll(/"([^"]+)"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#dateTime>/g);
  return [...times].map(([, time]) => time as string);
}

/** Of all statements and rows. */
function lastTimeOf({ lines, rows }: { lines: readonly string[]; rows: readonly string[] }): string {
  const stated = timesIn(lines.join("\n")).map((time) => Date.parse(time));
  const logged = rows.map((row) => Math.floor(Number(row.split(" ").at(-1)) / 1000));
  return new Date(Math.max(...stated, ...logged)).toISOString().replace(/\.?0*Z$/, "Z");
}
