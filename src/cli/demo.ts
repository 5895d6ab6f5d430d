import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Graph, Lineage, Run } from "../query/index.ts";
import { open } from "../query/open.ts";
import { directoryPaths } from "../spool/directory.ts";
import { listSegments, readSegment } from "../spool/reader.ts";
import type { Command } from "./command.ts";
import { curve } from "./curve.ts";
import { type DemoFolder, finished, makeDemoFolder } from "./demo-folder.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { lineageTree } from "./lineage-tree.ts";
import { measureCapture } from "./measure.ts";
import { counted, duration, plainText, shortNumber } from "./output.ts";
import { runsTable } from "./runs.ts";

/** How many rows of the second training are recorded before it is killed. */
const ROWS_BEFORE_KILL = 30;

export const command: Command = {
  name: "demo",
  summary: "train a model on real data, and answer where it comes from",
  usage: "[FOLDER]",
  arguments: { least: 0, most: 1 },
  options: {},
  async run({ positionals }) {
    const folder = makeDemoFolder(resolve(positionals[0] ?? "provml-demo"));
    await record(folder);
    await using graph = await openDemo(folder);
    const best = await showRuns(graph);
    await traceBytes(graph, folder);
    await traceDown(graph);
    await killHalfWay(folder);
    await showCost(folder);
    nextCommands(relative(process.cwd(), folder.directory) || ".", best);
    return EXIT.done;
  },
};

async function record(folder: DemoFolder): Promise<void> {
  title("1. A small neural network learns to tell penguins apart, with two settings; provml records it");
  await finished(folder.startExample("inherit"), "the example");
  title("2. Another process moves what was recorded from the spool into the graph and the series");
  await finished(folder.startCommand("flush", "--dir", folder.directory), "provml flush");
}

/** Its own spool only, whatever PROVML_SPOOL says. */
async function openDemo({ directory }: DemoFolder): Promise<Graph> {
  return await open(directory, { spool: directoryPaths(directory).spool });
}

async function showRuns(graph: Graph): Promise<Run> {
  title("3. Which trainings were there, with which settings, and how good is what came of them?");
  const runs = await graph.runs();
  console.log(runsTable(runs));
  const [best] = [...runs].sort((a, b) => (b.measures.accuracy ?? 0) - (a.measures.accuracy ?? 0));
  if (best === undefined) throw new ProvenanceError("not-found", "the example recorded no run");
  const points = await graph.series(best.id, "loss");
  console.log(
    `\nloss over the ${points.length} epochs of the run with ${best.hyperparameters.hiddenUnits} hidden units`,
  );
  console.log(curve(points.map(({ value }) => value)));
  return best;
}

async function traceBytes(graph: Graph, folder: DemoFolder): Promise<void> {
  title("4. Somebody hands you a file, unknown.bin: where do these bytes come from?");
  copyFileSync(folder.path("penguins-model.json"), folder.path("unknown.bin"));
  const lineage = await graph.lineage(folder.path("unknown.bin"), { direction: "up" });
  console.log(lineageTree(lineage));
  console.log(`\n${originSentence(lineage)}`);
}

/** The ends of the way up: the run, the raw file and the source. */
function originSentence({ nodes }: Lineage): string {
  const run = nodes.find(({ types }) => types.includes("mls:Run"));
  const isRaw = ({ types, path }: Lineage["nodes"][number]) =>
    types.includes("provml:LearningDataSetReference") && path !== undefined;
  const data = nodes.find(isRaw);
  const commit = nodes.find(({ commit: its }) => its !== undefined)?.commit;
  const parts = [
    run && `the run ${run.label} (${shownId(run.id)}) made it`,
    data?.path && `from ${data.label} (${basename(data.path)})`,
    commit === undefined ? "with code outside of git" : `with the code of commit ${commit.slice(0, 12)}`,
  ];
  return plainText(`In short: ${parts.filter(Boolean).join(", ")}.`);
}

async function traceDown(graph: Graph): Promise<void> {
  title("5. A penguin in the raw file was measured wrongly: what must be done again?");
  const lineage = await graph.lineage("Palmer penguins", { direction: "down" });
  console.log(lineageTree(lineage));
  const count = (type: string) => lineage.nodes.filter(({ types }) => types.includes(type)).length;
  const fallen = [
    counted(count("provml:TrainingExecution"), "training"),
    counted(count("provml:EvaluationExecution"), "evaluation"),
    counted(lineage.nodes.filter(isModelFile).length, "model file"),
  ];
  console.log(`\nIn short: ${fallen.join(", ")}.`);
}

function isModelFile({ types, path }: Lineage["nodes"][number]): boolean {
  return types.includes("provml:Model") && path !== undefined;
}

async function killHalfWay(folder: DemoFolder): Promise<void> {
  title("6. The same again, but the process is killed in the middle of a training (kill -9)");
  await killExample(folder);
  await flush(folder.directory, { includesOpen: false });
  await using graph = await openDemo(folder);
  const runs = await graph.runs();
  console.log(runsTable(runs));
  const [killed] = runs;
  if (killed === undefined) return;
  const rows = await graph.series(killed.id, "loss");
  const last = shortNumber(rows.at(-1)?.value ?? Number.NaN);
  console.log(
    `\nIn short: the newest run is ${killed.status}, not a success; the loss of ${counted(rows.length, "epoch")} is kept, the last ${last}.`,
  );
}

/** Kills the example for good as soon as enough of its training is on record; the kill itself is checked. */
async function killExample(folder: DemoFolder): Promise<void> {
  const { spool } = directoryPaths(folder.directory);
  const child = folder.startExample("ignore");
  const exit = once(child, "exit");
  while (child.exitCode === null && rowsIn(spool, child.pid) < ROWS_BEFORE_KILL) await sleep(5);
  child.kill("SIGKILL");
  const [, signal] = await exit;
  console.log(
    signal === "SIGKILL"
      ? `process ${child.pid} was killed`
      : "the training was faster than the kill; what follows shows it whole",
  );
}

function rowsIn(spool: string, pid: number | undefined): number {
  let rows = 0;
  for (const { path } of listSegments(spool)) {
    const reading = readSegment(path);
    if (reading === undefined) continue;
    try {
      if (reading.header.pid !== pid) continue;
      for (const frame of reading.frames()) if (frame.kind === "rows") rows += frame.rows.length / 4;
    } finally {
      reading.close();
    }
  }
  return rows;
}

async function showCost(folder: DemoFolder): Promise<void> {
  title("7. What does recording cost on this machine?");
  const scratch = mkdtempSync(join(dirname(folder.directory), "measure-"));
  try {
    const { rowNanoseconds, stepMicroseconds } = await measureCapture(scratch);
    console.log(
      `CPU time, until it is on disk: ${rowNanoseconds.toFixed(0)} ns a number, ${stepMicroseconds.toFixed(1)} µs a step with five parameters`,
    );
    await using graph = await openDemo(folder);
    for (const run of (await graph.runs()).filter(({ status }) => status === "completed")) {
      const epochs = await graph.series(run.id, "epoch.durationMs");
      const trained = epochs.reduce((sum, { value }) => sum + value, 0);
      const cost = (epochs.length * 3 * rowNanoseconds) / 1e6 + stepMicroseconds / 1000;
      console.log(
        `${epochs.length} epochs took ${duration(trained)}; recording them, at what a loop of calls costs, took about ${duration(cost)} of it: ${((100 * cost) / trained).toFixed(4)} %`,
      );
    }
    console.log("beside other work each call finds the caches cold and costs several times as much: docs/overhead.md");
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function nextCommands(directory: string, best: Run): void {
  title("Try next");
  const dir = `--dir ${directory}`;
  console.log(`  npx provml runs ${dir}`);
  console.log(`  npx provml show ${shownId(best.id)} ${dir}`);
  console.log(`  npx provml show ${shownId(best.id)} --turtle ${dir}`);
  console.log(`  npx provml check ${shownId(best.id)} ${dir}`);
  console.log(`  npx provml lineage penguins-model.json ${dir}`);
  console.log(`  npx provml query 'SELECT ?type (COUNT(*) AS ?n) { ?x a ?type } GROUP BY ?type' ${dir}`);
}

function title(text: string): void {
  console.log(`\n── ${text}`);
}
