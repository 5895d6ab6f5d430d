/** `store.js RUNS ROUNDS DIRECTORY`: the embedded store on a generated graph. Each thing is done in processes of its own, in turn. Prints figures as JSON. */
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "provml/query";
import type { Figure } from "../case.ts";
import { generatedGraph, spooledGraph } from "../graph.ts";
import { runNode } from "../processes.ts";
import type { Took } from "./store-step.ts";

const LEAST_SHARE_OF_SPEED = 0.7;
const MOST_REOPENING_SECONDS = 4;
const MOST_COPYING_SECONDS = 0.6;
const MOST_STOPPING_SECONDS = 1.5;

const [runs, rounds] = process.argv.slice(2, 4).map(Number) as [number, number];
const scratch = join(process.argv[4] as string, ".provml");
const cache = join(process.argv[4] as string, "cache");
const spool = spooledGraph({ runs });
const graph = generatedGraph({ runs });
const opened = await open(graph.directory);
const { triples } = await opened.counts();
await opened.close();

const taken = new Map<string, Took[]>();
for (let round = 0; round < rounds; round++) {
  await step("alone", graph.directory);
  for (const from of ["spooled", "flushed"]) {
    cpSync(spool.directory, scratch, { recursive: true });
    await step(from, scratch);
    rmSync(scratch, { recursive: true });
  }
  rmSync(cache, { recursive: true, force: true });
  for (const how of ["reopened", "kept", "copied"]) {
    const begun = performance.now();
    await step(how, graph.directory);
    note({ what: how, wall: performance.now() - begun, cpu: 0 });
  }
}
/** A small graph leaves none. */
const snapshots = existsSync(cache) ? readdirSync(cache, { recursive: true, encoding: "utf8" }) : [];
const snapshotBytes = Math.max(0, ...snapshots.map((name) => statSync(join(cache, name)).size));
await step("questions", graph.directory);
await step("stopped", graph.directory);

const alone = median("alone", "wall");
const figures: Figure[] = [
  { what: "runs", value: runs, unit: "runs" },
  { what: "their triples", value: triples, unit: "triples" },
  { what: "load average of the last minute", value: loadavg()[0] as number, unit: "processes" },
  { what: "Oxigraph alone, the same N-Quads", value: alone / 1e3, unit: "s" },
  share("from the spool to answers, read in memory", median("spooled", "wall"), LEAST_SHARE_OF_SPEED),
  share("from the spool to answers, flushed before", median("flush", "wall") + median("open", "wall")),
  { what: "of that: the flush", value: median("flush", "wall") / 1e3, unit: "s" },
  { what: "its CPU", value: median("flush", "cpu") / 1e3, unit: "s" },
  { what: "of that: opening", value: median("open", "wall") / 1e3, unit: "s" },
  { what: "its CPU", value: median("open", "cpu") / 1e3, unit: "s" },
  { what: "reopening", value: median("open none", "wall") / 1e3, unit: "s", atMost: MOST_REOPENING_SECONDS },
  { what: "its process' start and the 20 newest runs included", value: median("reopened", "wall") / 1e3, unit: "s" },
  {
    what: "reopening from a snapshot",
    value: median("open use", "wall") / 1e3,
    unit: "s",
    atMost: MOST_COPYING_SECONDS,
  },
  {
    what: "process' start and the 20 newest runs included, from a snapshot",
    value: median("copied", "wall") / 1e3,
    unit: "s",
  },
  { what: "reopening that leaves a snapshot", value: median("open keep", "wall") / 1e3, unit: "s" },
  { what: "which takes", value: snapshotBytes / 1e6, unit: "MB" },
  {
    what: "a query that never ends, stopped at 1 s, ends after",
    value: median("stopped", "wall") / 1e3,
    unit: "s",
    atMost: MOST_STOPPING_SECONDS,
  },
  ...[...(taken.get("questions") ?? [])].map(({ what, cpu }) => ({ what: `${what}, CPU`, value: cpu, unit: "ms" })),
];
writeSync(1, JSON.stringify(figures));

function share(what: string, wall: number, atLeast?: number): Figure {
  return {
    what: `${what}: share of its speed`,
    value: alone / wall,
    unit: "×",
    ...(atLeast === undefined ? {} : { atLeast }),
  };
}

async function step(name: string, directory: string): Promise<void> {
  const program = fileURLToPath(new URL("./store-step.js", import.meta.url));
  const { output } = await runNode([...process.execArgv, program, name, directory, cache]);
  for (const one of JSON.parse(output) as Took[]) note(one, name);
}

/** Under its own name, and all of one step together under that step's. */
function note(one: Took, step?: string): void {
  for (const name of new Set([one.what, step ?? one.what])) taken.set(name, [...(taken.get(name) ?? []), one]);
}

function median(what: string, of: "wall" | "cpu"): number {
  const values = (taken.get(what) ?? []).map((one) => one[of]).sort((a, b) => a - b);
  return values[values.length >> 1] as number;
}
