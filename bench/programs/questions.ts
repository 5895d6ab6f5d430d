/**
 * `questions.js RUNS SUBJECTS DIRECTORY`: how long questions take of a graph that is open and has been asked before, each of many subjects; and the papers'
 * seven beside the same facts as generic PROV in the same store, and the same runs as an MLflow file store. Prints figures as JSON.
 */
import { writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { type Graph, open } from "provml/query";
import { lineageSvg, pictureOf } from "../../src/draw/index.ts";
import { ProvenanceError } from "../../src/model/error.ts";
import { embeddedStore } from "../../src/store/embedded.ts";
import type { SolutionRow, Store } from "../../src/store/store.ts";
import type { Figure } from "../case.ts";
import { generatedGraph } from "../graph.ts";
import { GISTS, mustAgree } from "../query/answers.ts";
import { ASKED } from "../query/asked.ts";
import { genericProv } from "../query/generic.ts";
import { GENERIC_ASKED } from "../query/generic-asked.ts";
import { writeMlruns } from "../query/mlruns.ts";
import { MLRUNS_ASKED } from "../query/mlruns-asked.ts";
import { type Subject, subjectsOf } from "../query/subjects.ts";

const LEAST_TIMES_FASTER = 10;
const MOST_PICTURE_MS = 500;
/** A peer is asked of as many; it takes seconds for some. */
const PEER_SUBJECTS = 3;
/** Of a million triples ten thousand things came of it. */
const MUCH_USED = "raw/0.csv";
/** What takes a peer longer is stopped, and not asked of further subjects. */
const MOST_PEER_MS = 30_000;

const [runs, count] = process.argv.slice(2, 4).map(Number) as [number, number];
const scratch = process.argv[4] as string;
const generated = generatedGraph({ runs });
const graph = await open(generated.directory);
const subjects = subjectsOf(generated.inputs, count);
const few = subjectsOf(generated.inputs, Math.min(PEER_SUBJECTS, count));
const { triples } = await graph.counts();

const figures: Figure[] = [
  { what: "runs", value: runs, unit: "runs" },
  { what: "their triples", value: triples, unit: "triples" },
  { what: "subjects of each question", value: subjects.length, unit: "subjects" },
  { what: "load average of the last minute", value: loadavg()[0] as number, unit: "processes" },
];
const [first] = await timesOf(few.slice(0, 1), () => graph.lineage(MUCH_USED, { direction: "down" }));
figures.push({ what: "the first question, what came of a much used file", value: first as number, unit: "ms" });
for (const { what, atMostMs, ask } of ASKED) {
  for (const subject of few) await ask(graph, subject); // arrays are built, code is compiled
  const times = await timesOf(subjects, (subject) => ask(graph, subject));
  figures.push({ what: `${what}, p50`, value: median(times), unit: "ms", atMost: atMostMs });
  figures.push({ what: `${what}, p95`, value: at(times, 0.95), unit: "ms" });
}
figures.push(...(await picture(graph)));

const mlruns = join(scratch, "mlruns");
writeMlruns(generated.inputs, mlruns);
const generic = embeddedStore({ source: () => genericProv(join(generated.directory, "graph")) });
let faster = 0;
for (const [question, gist] of Object.entries(GISTS)) {
  const ours = median(await timesOf(few, (subject) => gist(graph, subject)));
  const theirs: number[] = [];
  const generics: number[] = [];
  let isStopped = false;
  for (const subject of few) {
    const said = await gist(graph, subject);
    theirs.push(
      ...(await timesOf([subject], async () =>
        mustAgree(question, "the file store", said, MLRUNS_ASKED[question]?.(mlruns, subject)),
      )),
    );
    const asked = GENERIC_ASKED[question];
    if (asked === undefined || isStopped) continue;
    const begun = performance.now();
    const rows = await rowsInTime(generic, asked.query(subject));
    isStopped = rows === undefined;
    if (rows !== undefined) mustAgree(question, "generic PROV", said, asked.gist(rows));
    generics.push(performance.now() - begun);
  }
  const times = median(theirs) / ours;
  if (times >= LEAST_TIMES_FASTER) faster++;
  figures.push({ what: `${question}: the MLflow file store takes`, value: times, unit: "times as long" });
  if (generics.length > 0) {
    const took = isStopped ? MOST_PEER_MS : median(generics);
    const what = `${question}: generic PROV takes${isStopped ? " more than" : ""}`;
    figures.push({ what, value: took / ours, unit: "times as long" });
  }
}
figures.push({
  what: "of the seven, 10 times faster than the file store",
  value: faster,
  unit: "questions",
  atLeast: 5,
});
await generic.close();
await graph.close();
writeSync(1, JSON.stringify(figures));
process.exit();

/** What came of the first raw file is drawn. */
async function picture(of: Graph): Promise<Figure[]> {
  let nodes = 0;
  const draw = async () => {
    const lineage = await of.lineage(MUCH_USED, { direction: "down" });
    nodes = lineage.nodes.length;
    lineageSvg(pictureOf(lineage));
  };
  const [first = 0] = await timesOf(few.slice(0, 1), draw);
  await timesOf(few, draw);
  const took = median(await timesOf([...few, ...few, ...few], draw));
  return [
    { what: "nodes of the lineage that is drawn", value: nodes, unit: "nodes" },
    { what: "computed and laid out as SVG, the first time", value: first, unit: "ms" },
    { what: "computed and laid out as SVG, p50", value: took, unit: "ms", atMost: MOST_PICTURE_MS },
  ];
}

/** Undefined where the query was stopped. Its store loads everything again then, before the next question is timed. */
async function rowsInTime(store: Store, query: string): Promise<readonly SolutionRow[] | undefined> {
  try {
    return (await store.select(query, { timeoutMs: MOST_PEER_MS })).rows;
  } catch (error) {
    if (!(error instanceof ProvenanceError) || error.code !== "query-timeout") throw error;
    await store.size();
    return undefined;
  }
}

async function timesOf(all: readonly Subject[], ask: (subject: Subject) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const subject of all) {
    const begun = performance.now();
    await ask(subject);
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b);
}

function median(times: readonly number[]): number {
  return at(
    times.toSorted((a, b) => a - b),
    0.5,
  );
}

function at(times: readonly number[], share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
}
