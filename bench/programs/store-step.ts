/** `store-step.js STEP DIRECTORY CACHE`: does one thing with a `.provml` directory in a process of its own. Prints as JSON what each part of it took. */
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Store } from "oxigraph";
import { type Graph, open } from "provml/query";
import { flush } from "../../src/flush/flush.ts";
import { CHUNK_BYTES, lineChunks } from "../../src/store/line-chunks.ts";

/** In milliseconds; the CPU is that of all threads. */
export interface Took {
  readonly what: string;
  readonly wall: number;
  readonly cpu: number;
}

const STEPS: Readonly<Record<string, (directory: string) => Promise<void>>> = {
  alone,
  spooled,
  flushed,
  reopened: (of) => reopened(of, "none"),
  kept: (of) => reopened(of, "keep"),
  copied: (of) => reopened(of, "use"),
  questions,
  stopped,
};
const took: Took[] = [];
const [step = "", directory = "", cache = "none"] = process.argv.slice(2);
process.env.PROVML_CACHE = cache;
await STEPS[step]?.(directory);
writeSync(1, JSON.stringify(took));
process.exit();

/** Oxigraph as fast as it goes: all is in memory, in pieces of the size that it loads best. */
async function alone(of: string): Promise<void> {
  const graph = join(of, "graph");
  const files = readdirSync(graph, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".nq"));
  const chunks: Uint8Array[] = [];
  for await (const chunk of lineChunks(
    files.map((name) => readFileSync(join(graph, name))),
    CHUNK_BYTES,
  ))
    chunks.push(chunk);
  const store = new Store();
  const options = { format: "application/n-quads", no_transaction: true, lenient: true };
  await timed("alone", async () => {
    for (const chunk of chunks) store.load(chunk, options);
  });
}

async function spooled(of: string): Promise<void> {
  await timed("spooled", () => open(of));
}

async function flushed(of: string): Promise<void> {
  await timed("flush", () => flush(of));
  await timed("open", () => open(of));
}

/** What the first answer of a command needs. */
async function reopened(of: string, snapshot: "use" | "keep" | "none"): Promise<void> {
  let graph = undefined as unknown as Graph;
  await timed(`open ${snapshot}`, async () => {
    graph = await open(of, { snapshot });
  });
  const newest =
    "SELECT ?run ?name ?start { ?run a mls:Run ; rdfs:label ?name ; prov:startedAtTime ?start } ORDER BY DESC(?start) LIMIT 20";
  if ((await graph.select(newest)).length === 0) throw new Error("there are no runs");
}

async function questions(of: string): Promise<void> {
  const graph = await open(of);
  const models = await graph.models();
  const [model, other] = [models[0], models[Math.floor(models.length / 2)]].map((one) => one?.id ?? "") as [
    string,
    string,
  ];
  const raw = (await graph.select('SELECT ?file { ?file provml:path "raw/0.csv" } LIMIT 1'))[0]?.file as string;
  const asked: Readonly<Record<string, (graph: Graph) => Promise<unknown>>> = {
    runs: () => graph.runs(),
    models: () => graph.models(),
    run: async () => graph.run((await graph.models())[0]?.run ?? ""),
    "lineage up, a late model": () => graph.lineage(model),
    "lineage up, a model of the middle": () => graph.lineage(other),
    "lineage down, the first raw file": () => graph.lineage(raw, { direction: "down" }),
  };
  for (const [what, ask] of Object.entries(asked)) await timed(what, () => ask(graph));
}

/** A query that never ends, at a limit of a second. */
async function stopped(of: string): Promise<void> {
  const graph = await open(of);
  const endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
  await timed("stopped", async () => {
    const failure = await graph.select(endless, { timeoutMs: 1000 }).catch(({ code }) => code);
    if (failure !== "query-timeout") throw new Error("the query was not stopped");
  });
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  took.push({ what, wall, cpu: (user + system) / 1e3 });
}
