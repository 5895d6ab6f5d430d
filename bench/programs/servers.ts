/**
 * `servers.js RUNS ROUNDS DIRECTORY`: how long `provml flush --store` takes to bring a generated graph to the servers in `.servers`, beside one
 * plain POST of the same quads. Each has a server of its own that is empty and has just started; who goes first changes. Prints figures as JSON.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { lineChunks } from "../../src/store/line-chunks.ts";
import { Connection } from "../../src/store/server/connection.ts";
import { unionLines } from "../../src/store/union-lines.ts";
import { type Running, type ServerName, start, VIRTUOSO_USER } from "../../test/servers/start.ts";
import type { Figure } from "../case.ts";
import { generatedGraph } from "../graph.ts";

const LEAST_SHARE_OF_SPEED = 0.7;
const MOST_MS = 600_000;

const [runs, rounds] = process.argv.slice(2, 4).map(Number) as [number, number];
const scratch = join(process.argv[4] as string, ".provml");
const graph = generatedGraph({ runs });
const files = readdirSync(join(graph.directory, "graph"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".nq"))
  .map((name) => readFileSync(join(graph.directory, "graph", name)));
const nquads = Buffer.concat(files);
const quads = files.reduce((sum, file) => sum + Number(/quads=(\d+)/.exec(file.subarray(-160).toString())?.[1]), 0);

/** Where a plain client posts to, and what. */
interface Plain {
  readonly url: (address: string) => string;
  readonly type: string;
  readonly prefix: string;
  readonly lines: Uint8Array;
  /** Of one request. */
  readonly mostBytes: number;
}

/** As their documentation tells to load a file by HTTP. All of it goes into one graph of Virtuoso, which takes a graph in a POST, and deadlocks with itself over 200 MB. */
const PLAIN: Readonly<Partial<Record<ServerName, Plain>>> = {
  virtuoso: {
    url: (address) => `${address.replace(/sparql$/, "sparql-graph-crud-auth")}?graph=urn:plain`,
    type: "text/turtle",
    prefix: "@prefix p: <urn:p> .\n",
    lines: unionLines(nquads).triples,
    mostBytes: 10_000_000,
  },
  oxigraph: {
    url: (address) => `${address}/store?no_transaction`,
    type: "application/n-quads",
    prefix: "",
    lines: nquads,
    mostBytes: nquads.length,
  },
};
const NAMES = Object.keys(PLAIN) as ServerName[];

const seconds = new Map<string, number[]>();
/** Why the others were not run. */
const absent = new Map<ServerName, string>();
for (let round = 0; round < rounds; round++) {
  for (const name of NAMES) {
    for (const way of round % 2 === 0 ? ["plain", "provml"] : ["provml", "plain"]) {
      const running = await start(name);
      if (typeof running === "string") {
        absent.set(name, running);
        continue;
      }
      try {
        note(`${name} ${way}`, await (way === "plain" ? postPlainly(name, running) : bring(name, running)));
      } finally {
        await running.stop();
      }
    }
  }
}

function note(what: string, ms: number): void {
  seconds.set(what, [...(seconds.get(what) ?? []), ms / 1e3]);
}

/** One request after the other, of which nobody splits by graphs, checks, forms a union or keeps anything. */
async function postPlainly(name: ServerName, { address }: Running): Promise<number> {
  const { url, type, prefix, lines, mostBytes } = PLAIN[name] as Plain;
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of lineChunks([lines], mostBytes)) bodies.push(Buffer.concat([Buffer.from(prefix), piece]));
  const connection = new Connection(new URL(address), VIRTUOSO_USER, 1_000_000);
  const begun = performance.now();
  for (const body of bodies)
    await connection.ask({ method: "POST", url: new URL(url(address)), type, body, timeoutMs: MOST_MS });
  return performance.now() - begun;
}

/** What a user does, from the start of the program to its end. */
async function bring(name: ServerName, { address }: Running): Promise<number> {
  rmSync(scratch, { recursive: true, force: true });
  cpSync(graph.directory, scratch, { recursive: true }); // a cursor is noted there
  const begun = performance.now();
  const report = await provml(["flush", "--store", address, "--json"], name);
  const ms = performance.now() - begun;
  const {
    quads: brought,
    refused,
    waiting,
  } = (report as { store: { quads: number; refused: number; waiting?: string } }).store;
  if (brought !== quads || refused > 0 || waiting !== undefined)
    throw new Error(`${name} got ${brought} of ${quads} quads, refused ${refused}: ${waiting}`);
  return ms;
}

async function provml(args: readonly string[], name: ServerName): Promise<unknown> {
  const program = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
  const credentials =
    name === "virtuoso" ? { PROVML_STORE_USER: VIRTUOSO_USER.user, PROVML_STORE_PASSWORD: VIRTUOSO_USER.password } : {};
  const env = { ...process.env, ...credentials };
  const child = spawn(process.execPath, [program, ...args, "--dir", scratch], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`provml ${args[0]} ended with ${code}: ${output}`);
  return JSON.parse(output);
}

const median = (what: string) => {
  const values = [...(seconds.get(what) ?? [])].sort((a, b) => a - b);
  return values[values.length >> 1] as number;
};
const figures: Figure[] = [
  { what: "quads", value: quads, unit: "quads" },
  { what: "load average of the last minute", value: loadavg()[0] as number, unit: "processes" },
  ...NAMES.filter((name) => seconds.has(`${name} plain`)).flatMap((name): Figure[] => [
    { what: `${name}: a plain POST`, value: median(`${name} plain`), unit: "s" },
    { what: `${name}: provml flush --store`, value: median(`${name} provml`), unit: "s" },
    {
      what: `${name}: share of its speed`,
      value: median(`${name} plain`) / median(`${name} provml`),
      unit: "×",
      atLeast: LEAST_SHARE_OF_SPEED,
    },
  ]),
];
for (const [name, why] of absent) console.error(`not run: ${name}: ${why}`);

writeSync(1, JSON.stringify(figures));
