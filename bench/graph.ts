import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GraphInputs, graphInputs } from "./graph/inputs.ts";

export interface GraphSize {
  readonly runs: number;
  readonly seed?: number;
}

/** A graph that the real capture and flusher have made of inputs; nobody writes into it. */
export interface GeneratedGraph {
  readonly inputs: GraphInputs;
  /** The folder that the paths of the inputs start from, and that holds `.provml`. */
  readonly folder: string;
  readonly directory: string;
}

/** How many runs make so many triples, within a few per cent from a thousand runs on. */
export function runsFor(triples: number): number {
  return Math.max(1, Math.round(triples / TRIPLES_PER_RUN));
}
export const TRIPLES_PER_RUN = 131;

/**
 * The graph of these inputs, all of it moved out of the spool. Made once for each build of the package, beside the compiled files, where git sees
 * nothing: a thousand runs take seconds, and disk space.
 */
export function generatedGraph(size: GraphSize): GeneratedGraph {
  return cached(size, "flushed", (folder) => {
    cpSync(join(spooledGraph(size).folder, ".provml"), join(folder, ".provml"), { recursive: true });
    node("../src/cli/main.js", ["flush", "--dir", ".provml"], folder);
  });
}

/** The same with all of it still in the spool. */
export function spooledGraph(size: GraphSize): GeneratedGraph {
  return cached(size, "spooled", (folder) => {
    node("./graph/record.js", [String(size.runs), String(size.seed ?? 1)], folder);
  });
}

function cached(size: GraphSize, state: "spooled" | "flushed", make: (folder: string) => void): GeneratedGraph {
  const { runs, seed = 1 } = size;
  const stem = `${state}-${runs}-${seed}-`;
  const folder = join(CACHE, stem + buildDigest());
  if (!existsSync(folder)) {
    mkdirSync(CACHE, { recursive: true });
    const draft = `${folder}.${randomBytes(6).toString("hex")}`;
    try {
      mkdirSync(draft);
      make(draft);
      publish(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    for (const name of readdirSync(CACHE)) {
      if (name.startsWith(stem) && !folder.endsWith(name) && !name.includes("."))
        rmSync(join(CACHE, name), { recursive: true, force: true });
    }
  }
  return { inputs: graphInputs({ runs, seed }), folder, directory: join(folder, ".provml") };
}

const PACKAGE = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../" : "../../", import.meta.url));
const COMPILED = join(PACKAGE, "dist");
const CACHE = join(COMPILED, "graphs");

/** Another process may have made the same one meanwhile. */
function publish(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Of what makes graphs: a graph that another build made may differ, and one of another V8 in the last bit of a power. */
function buildDigest(): string {
  const hash = createHash("sha256").update(process.versions.v8);
  for (const folder of ["src", "bench/graph"]) {
    const names = readdirSync(join(COMPILED, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const name of names) {
      if (
        !name.endsWith(".js") ||
        /^(cli|query|store|validate|formats|testing|adapters|draw|curate|retrain)\b/.test(name)
      )
        continue;
      hash.update(`${name}\n`).update(readFileSync(join(COMPILED, folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** Runs a compiled program in the graph's folder; nothing that the user has set for provml counts there. */
function node(program: string, args: readonly string[], folder: string): void {
  const file = join(COMPILED, "bench", program);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PROVML_")));
  const { status, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(-2000)}`);
}
