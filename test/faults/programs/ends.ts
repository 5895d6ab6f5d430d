// Trains a little and ends in the way it is told to, with what it may rely on in a ledger of its own, fsynced.
// usage: node ends.js <build, or "-" to record nothing> <.provml> <ledger> <ending>
import { fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endNow, isDrained } from "../endings.ts";

const [, , build = "", directory = "", ledgerPath = "", ending = ""] = process.argv;
const ledger = openSync(ledgerPath, "a");
let rows = 0;

function note(...words: (string | number)[]): void {
  writeSync(ledger, `${words.join(" ")}\n`);
  fsyncSync(ledger);
}

async function recording() {
  const { provenance }: typeof import("../../../src/index.ts") = await import(join(build, "src/index.js"));
  return provenance({ directory, workflow: "penguins", agent: "ada", announce: false });
}

/** The same program without provml. */
const NOTHING: unknown = {
  execution: "",
  activity: <F>(_name: string, fn: F) => fn,
  training: <F>(_name: string, fn: F) => fn,
  current: () => ({ id: "", log() {} }),
};

const prov = build === "-" ? (NOTHING as Awaited<ReturnType<typeof recording>>) : await recording();

const part = prov.activity("part", (n: number) => {
  note("started", prov.current().id);
  return n;
});

const train = prov.training("fit", async () => {
  note("execution", prov.execution);
  note("fit", prov.current().id);
  part(1);
  note("ended");
  log(5);
  await sleep(80); // longer than rows may wait
  note("all", rows);
  log(3);
  if (isDrained(ending)) note("all", rows);
  await endNow(ending);
});

function log(count: number): void {
  for (let k = 0; k < count; k++) prov.current().log({ loss: 1 / (rows + 1) }, rows++);
}

await train();
