/** `directory.js FILES DIRECTORY`: how long the flusher takes for a directory of so many files, at first and when nothing changed. Prints figures as JSON. */
import { mkdirSync, readdirSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { provenance } from "provml";
import { flush } from "../../src/flush/flush.ts";
import { RACY_MS } from "../../src/flush/tree.ts";
import type { Figure } from "../case.ts";

const MOST_SECONDS = 5;
const FILES_PER_FOLDER = 1000;
const LOOKS = 3;

const files = Number(process.argv[2]);
const directory = join(process.argv[3] as string, ".provml");
const images = join(process.argv[3] as string, "images");
for (let i = 0; i < files; i++) {
  const folder = join(images, String(Math.floor(i / FILES_PER_FOLDER)));
  if (i % FILES_PER_FOLDER === 0) mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${i}.txt`), `file ${i}`);
}
await sleep(RACY_MS + 500);

const call: number[] = [];
const cpu: number[] = [];
const first = await look();
const later: number[] = [];
for (let i = 0; i < LOOKS; i++) later.push(await look());
const again = later.sort((a, b) => a - b)[Math.floor(LOOKS / 2)] as number;
const manifests = readdirSync(join(directory, "manifests"), { recursive: true, encoding: "utf8" });
if (manifests.filter((name) => name.endsWith(".parquet")).length !== 1) throw new Error("the directory changed");

const figures: Figure[] = [
  { what: "the first look, which reads every file", value: first, unit: "s" },
  {
    what: "each later look, when nothing changed",
    value: again,
    unit: "s",
    atMost: MOST_SECONDS,
    peer: { what: "the first look", ratio: again / first },
  },
  { what: "its CPU", value: Math.min(...cpu), unit: "s" },
  { what: "the call of dataset(), median", value: (call.sort((a, b) => a - b)[2] as number) * 1e3, unit: "ms" },
];
writeSync(1, JSON.stringify(figures));

/** Uses the directory in an execution of its own; returns how many seconds the flusher took for it. */
async function look(): Promise<number> {
  const prov = provenance({ directory, workflow: "images", agent: "bench", announce: false });
  prov.current();
  const called = performance.now();
  prov.dataset(images);
  call.push((performance.now() - called) / 1e3);
  await prov.close();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const { quarantined, refused } = await flush(directory);
  if (quarantined + refused.length > 0) throw new Error("the flusher refused something");
  const { user, system } = process.cpuUsage(cpuBefore);
  cpu.push((user + system) / 1e6);
  return (performance.now() - started) / 1e3;
}
