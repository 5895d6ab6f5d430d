/**
 * `servers.js RUNS ROUNDS DIRECTORY`: how long `provml flush --store` takes to bring a generated graph to the servers in `.servers`, beside plain
 * POSTs of the same quads, and of each triple twice, as a server needs it that is to answer about the union of all graphs. Each way has a server
 * of its own that is empty and has just started; who goes first changes. Says what each took on stderr, and prints the figures as JSON at the end.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { byGraph } from "../../src/store/server/by-graph.ts";
import { Connection } from "../../src/store/server/connection.ts";
import { pieces } from "../../src/store/server/writes.ts";
import { unionLines } from "../../src/store/union-lines.ts";
import { type ServerName, start, VIRTUOSO_USER } from "../../test/servers/start.ts";
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

/** What a plain client posts: nobody checks it, splits it by graphs while it goes, or keeps what has come. */
interface Post {
  /** Behind the address. */
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

interface Ways {
  /** What provml is held against: the same quads, in as few requests as the server takes. */
  readonly plain: { readonly what: string; readonly posts: () => Iterable<Post> };
  /** What else tells where the time goes. */
  readonly others: readonly { readonly what: string; readonly posts: () => Iterable<Post> }[];
}

const union = unionLines(nquads).triples;

/** Virtuoso takes the graph of a POST from its address, and deadlocks with itself over 200 MB. */
const VIRTUOSO_BYTES = 10_000_000;
const TURTLE_START = "@prefix p: <urn:p> .\n";

function* ofOneGraph(graph: string, triples: Uint8Array): Generator<Post> {
  const path = `-graph-crud-auth?graph=${encodeURIComponent(graph)}`;
  for (const piece of pieces(triples, VIRTUOSO_BYTES))
    yield { path, type: "text/turtle", body: Buffer.concat([Buffer.from(TURTLE_START), piece]) };
}

function* graphByGraph(): Generator<Post> {
  for (const [graph, { bytes }] of byGraph(nquads, "server", { begin: "", rewritten: (triple) => triple }))
    yield* ofOneGraph(graph, bytes);
}

function* twice(): Generator<Post> {
  yield* graphByGraph();
  yield* ofOneGraph("urn:union", union);
}

function nquadsPost(body: Uint8Array<ArrayBuffer>): Post {
  return { path: "/store?no_transaction", type: "application/n-quads", body };
}

const WAYS: Readonly<Partial<Record<ServerName, Ways>>> = {
  virtuoso: {
    plain: { what: "plain POSTs, graph by graph", posts: graphByGraph },
    others: [
      { what: "the same, and all of it into one more graph", posts: twice },
      { what: "plain POSTs into one graph alone, which loses the graphs", posts: () => ofOneGraph("urn:plain", union) },
    ],
  },
  oxigraph: {
    plain: { what: "a plain POST", posts: () => [nquadsPost(nquads)] },
    others: [
      {
        what: "the same, and all of it into the default graph",
        posts: () => [nquadsPost(Buffer.concat([nquads, union]))],
      },
    ],
  },
};
const NAMES = Object.keys(WAYS) as ServerName[];

const PROVML = "provml flush --store";
const seconds = new Map<string, number[]>();
/** Why the others were not run. */
const absent = new Map<ServerName, string>();
for (const name of NAMES) {
  const { plain, others } = WAYS[name] as Ways;
  const ways = [
    ...[plain, ...others].map(({ what, posts }) => ({
      what,
      measure: (address: string) => post(address, [...posts()]),
    })),
    { what: PROVML, measure: (address: string) => bring(name, address) },
  ];
  for (let round = 0; round < rounds && !absent.has(name); round++) {
    for (const { what, measure } of round % 2 === 0 ? ways : ways.toReversed()) {
      const running = await start(name);
      if (typeof running === "string") {
        absent.set(name, running);
        break;
      }
      try {
        note(`${name}: ${what}`, await measure(running.address));
      } finally {
        await running.stop();
      }
    }
  }
}

function note(what: string, ms: number): void {
  seconds.set(what, [...(seconds.get(what) ?? []), ms / 1e3]);
  console.error(`${what}: ${(ms / 1e3).toFixed(1)} s for ${quads.toLocaleString("en")} quads`);
}

async function post(address: string, posts: readonly Post[]): Promise<number> {
  const connection = new Connection(new URL(address), VIRTUOSO_USER, 1_000_000);
  const begun = performance.now();
  for (const { path, type, body } of posts)
    await connection.ask({ method: "POST", url: new URL(address + path), type, body, timeoutMs: MOST_MS });
  return performance.now() - begun;
}

/** What a user does, from the start of the program to its end. */
async function bring(name: ServerName, address: string): Promise<number> {
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
  ...NAMES.filter((name) => !absent.has(name)).flatMap((name): Figure[] => {
    const { plain, others } = WAYS[name] as Ways;
    const took = (what: string) => median(`${name}: ${what}`);
    const shareOf = (what: string) => took(what) / took(PROVML);
    return [
      ...[plain.what, ...others.map(({ what }) => what), PROVML].map(
        (what): Figure => ({ what: `${name}: ${what}`, value: took(what), unit: "s" }),
      ),
      {
        what: `${name}: share of the speed of ${plain.what}`,
        value: shareOf(plain.what),
        unit: "×",
        atLeast: LEAST_SHARE_OF_SPEED,
      },
      ...others.map(({ what }): Figure => ({ what: `${name}: share of: ${what}`, value: shareOf(what), unit: "×" })),
    ];
  }),
];
for (const [name, why] of absent) console.error(`not run: ${name}: ${why}`);

writeSync(1, JSON.stringify(figures));
