// Trains, logs rows in every way there is, and puts what it may rely on into a ledger of its own, fsynced, until it is killed.
// usage: node logs.js <build> <.provml> <ledger> <mode> <durability>; says "ready" when it has begun
import { fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [, , build = "", directory = "", ledgerPath = "", mode, durability] = process.argv;
const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
const prov = provenance({
  directory,
  workflow: "penguins",
  agent: "ada",
  announce: false,
  durability: durability === "sync" ? "sync" : "os",
});
const ledger = openSync(ledgerPath, "a");
let rows = 0;

/** Nothing counts as acknowledged once something is lost. */
function note(...words: (string | number)[]): void {
  if (prov.stats().lost > 0) return;
  writeSync(ledger, `${words.join(" ")}\n`);
  fsyncSync(ledger);
}

const part = prov.activity("part", (n: number) => {
  note("started", prov.current().id);
  return { n };
});

/** Rows whose step is their number, so that a gap shows. */
function log(count: number): void {
  for (let k = 0; k < count; k++) prov.current().log({ loss: 1 / (rows + 1) }, rows++);
}

/** The statements of a step come after the rows before it, so its return acknowledges them too. */
function step(): void {
  log(5);
  part(rows);
  note("ended");
  note("all", rows);
}

/** Without a turn of the event loop and without a statement: only the next row can bring the earlier ones to the disk. */
function spin(durationMs: number): void {
  const end = performance.now() + durationMs;
  for (let next = performance.now(); next < end; ) {
    if (performance.now() < next) continue;
    const before = performance.now();
    log(1);
    note("rows", rows, before, performance.now());
    next += 2;
  }
}

const WAYS: Readonly<Record<string, () => unknown>> = {
  steps: step,
  spins: () => spin(200),
  waits: async () => {
    log(3);
    await sleep(80); // longer than rows may wait
    note("all", rows);
  },
  blocks: () => {
    step();
    process.stdout.write("blocked\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
  },
};

const train = prov.training("fit", async () => {
  note("execution", prov.execution);
  note("fit", prov.current().id);
  process.stdout.write("ready\n");
  for (;;) {
    await WAYS[mode ?? "steps"]?.();
    await sleep(0);
  }
});

await train();
