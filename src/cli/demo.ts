import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Graph, open } from "../query/index.ts";
import { directoryPaths } from "../spool/directory.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import type { Command } from "./command.ts";
import { curve } from "./curve.ts";
import { EXIT } from "./exit-codes.ts";
import { lineageTree } from "./lineage-tree.ts";
import { measureCapture } from "./measure.ts";
import { duration, shortNumber } from "./output.ts";
import { runsTable } from "./runs.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/penguins.js", import.meta.url));
const COMMAND = fileURLToPath(new URL("./main.js", import.meta.url));

/** How many rows of the second training are recorded before it is killed. */
const ROWS_BEFORE_KILL = 30;

export const command: Command = {
  name: "demo",
  summary: "train a model on real data, and answer where it comes from",
  usage: "[FOLDER]",
  arguments: { least: 0, most: 1 },
  options: {},
  async run({ positionals }) {
    if (!existsSync(EXAMPLE)) {
      throw new ProvenanceError(
        "not-found",
        "the demo's example is part of a checkout of provml, not of the package; clone it, then npm ci && npm run demo",
      );
    }
    const folder = prepareFolder(resolve(positionals[0] ?? "provml-demo"));
    const directory = join(folder, ".provml");
    const dir = relative(process.cwd(), directory);

    title("1. A model of the Palmer penguins is trained under two settings, and recorded");
    await finished(example(folder), "the example");
    title("2. A process of its own moves the record from the spool into graph and series");
    await finished(
      spawn(process.execPath, [COMMAND, "flush", "--dir", directory], { stdio: "inherit" }),
      "provml flush",
    );

    {
      await using graph = await open(directory);
      title("3. Which runs there are");
      const runs = await graph.runs();
      console.log(runsTable(runs));
      const [best] = [...runs].sort((a, b) => (b.measures.accuracy ?? 0) - (a.measures.accuracy ?? 0));
      if (best === undefined) throw new ProvenanceError("not-found", "the example recorded no run");
      const points = await graph.series(best.id, "loss");
      console.log(
        `\nloss of the run with ${best.hyperparameters.hiddenUnits} hidden units over ${points.length} epochs`,
      );
      console.log(curve(points.map(({ value }) => value)));
      await traceBytes(graph, folder);
      await traceDown(graph);
    }

    title("6. A training is killed half-way with kill -9");
    await killHalfWay(folder, directory);
    await flush(directory, { includesOpen: false });
    {
      await using graph = await open(directory);
      const [killed, ...others] = await graph.runs();
      console.log(runsTable(killed === undefined ? others : [killed, ...others]));
      if (killed) {
        const rows = await graph.series(killed.id, "loss");
        console.log(
          `\n${killed.status}, not a success; ${rows.length} epochs' losses survived, the last one ${shortNumber(rows.at(-1)?.value ?? Number.NaN)}`,
        );
      }
    }

    title("7. What capture costs on this machine");
    await showCost(directory);
    title("Try next");
    for (const next of ["runs", "models", "lineage penguins-model.json", "show RUN --turtle", "stats"]) {
      console.log(`  npx provml ${next} --dir ${dir}`);
    }
    console.log(
      `  npx provml query 'SELECT ?type (COUNT(*) AS ?n) { ?x a ?type } GROUP BY ?type ORDER BY DESC(?n)' --dir ${dir}`,
    );
    return EXIT.done;
  },
};

/** The demo's own folder, made anew; a folder that holds anything else is left alone. */
function prepareFolder(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.some((name) => !OWN_NAMES.has(name))) {
    throw new ProvenanceError(
      "bad-argument",
      `${folder} holds other files; name an empty folder: npm run demo -- FOLDER`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
const OWN_NAMES = new Set([".provml", "penguins-model.json", "unknown.bin"]);

function example(folder: string, stdio: "inherit" | "ignore" = "inherit"): ChildProcess {
  const environment = { ...process.env, PROVML_DIR: join(folder, ".provml"), PROVML_QUIET: "1" };
  return spawn(process.execPath, [EXAMPLE], { cwd: folder, env: environment, stdio });
}

async function finished(child: ChildProcess, what: string): Promise<void> {
  const [code] = await once(child, "exit");
  if (code !== 0)
    throw new ProvenanceError("unreadable", `${what} ended with exit code ${code}; its own lines above say why`);
}

async function traceBytes(graph: Graph, folder: string): Promise<void> {
  title("4. Somebody hands you unknown.bin: where do these bytes come from?");
  const unknown = join(folder, "unknown.bin");
  copyFileSync(join(folder, "penguins-model.json"), unknown);
  console.log(lineageTree(await graph.lineage(unknown, { direction: "up" })));
}

async function traceDown(graph: Graph): Promise<void> {
  title("5. The raw file is wrong: what falls?");
  console.log(lineageTree(await graph.lineage("Palmer penguins", { direction: "down" })));
}

/** Kills the example for good as soon as enough of its training is on record; the kill itself is checked. */
async function killHalfWay(folder: string, directory: string): Promise<void> {
  const { spool } = directoryPaths(directory);
  const child = example(folder, "ignore");
  const exit = once(child, "exit");
  while (child.exitCode === null && rowsIn(spool, child.pid) < ROWS_BEFORE_KILL) await sleep(5);
  child.kill("SIGKILL");
  const [, signal] = await exit;
  console.log(
    signal === "SIGKILL"
      ? `process ${child.pid} is gone`
      : "the training was faster than the kill; what follows shows it whole",
  );
}

function rowsIn(spool: string, pid: number | undefined): number {
  let rows = 0;
  for (const { path } of listSegments(spool)) {
    const reading = readSegment(path);
    if (reading === undefined) continue;
    if (reading.header.pid !== pid) reading.close();
    else for (const frame of reading.frames()) if (frame.kind === "rows") rows += frame.rows.length / 4;
  }
  return rows;
}

async function showCost(directory: string): Promise<void> {
  const scratch = mkdtempSync(join(directory, "measure-"));
  try {
    const { rowNanoseconds, stepMicroseconds } = await measureCapture(scratch);
    console.log(
      `a row costs ${rowNanoseconds.toFixed(0)} ns of CPU, a whole step with five parameters ${stepMicroseconds.toFixed(1)} µs, on disk`,
    );
    await using graph = await open(directory);
    for (const run of (await graph.runs()).filter(({ status }) => status === "completed")) {
      const epochs = await graph.series(run.id, "epoch.durationMs");
      const trained = epochs.reduce((sum, { value }) => sum + value, 0);
      const cost = (epochs.length * 3 * rowNanoseconds) / 1e6 + stepMicroseconds / 1000;
      console.log(
        `${epochs.length} epochs took ${duration(trained)}, their record about ${duration(cost)}: ${((100 * cost) / trained).toFixed(4)} %`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function title(text: string): void {
  console.log(`\n── ${text}`);
}
