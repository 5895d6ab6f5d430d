import type { Graph } from "provml/query";
import { sha256Of } from "../graph/inputs.ts";
import type { Subject } from "./subjects.ts";

/** One question that is timed warm, with what its median may be at most. */
export interface AskedQuestion {
  readonly what: string;
  readonly atMostMs: number;
  readonly ask: (graph: Graph, subject: Subject) => Promise<unknown>;
}

const MOST_MS = 50;
const MOST_LINEAGE_MS = 5;

/** The papers' questions, and those of bookkeeping: where from, how trained, on what. */
export const ASKED: readonly AskedQuestion[] = [
  question("Q1", (graph, { model }) => graph.ask("Q1", { model: model.path })),
  question("Q2", (graph, { run }) => graph.ask("Q2", { run: run.name })),
  question("Q3", (graph, { preparation }) => graph.ask("Q3", { dataset: preparation.train.path })),
  question("Q4", (graph, { model }) => graph.ask("Q4", { model: model.path })),
  question("Q5", (graph, { model }) => graph.ask("Q5", { model: model.path })),
  question("Q6", (graph, { preparation }) => graph.ask("Q6", { dataset: preparation.train.path })),
  question("Q7", (graph, { raw }) => graph.ask("Q7", { file: raw.path })),
  question("C1, whence a digest", (graph, { model }) => graph.whence({ sha256: sha256Of(model) })),
  question("C2, run", (graph, { run }) => graph.run(run.name)),
  question("C2, compare two runs", (graph, { run, other }) => graph.compare([run.name, other.name])),
  question("C3, lineage of a model", (graph, { model }) => graph.lineage({ sha256: sha256Of(model) })),
  question("runs, filtered and sorted", (graph, { training }) =>
    graph.runs({ where: `study = ${training.study} and learningRate < 0.05`, sort: "-accuracy", limit: 20 }),
  ),
  question("best", (graph, { training }) => graph.best({ measure: "accuracy", where: `study = ${training.study}` })),
  closure("lineage", (graph, { model }) => graph.lineage({ sha256: sha256Of(model) })),
  closure("impact of a model", (graph, { model }) => graph.impact({ sha256: sha256Of(model) })),
  closure("whence", (graph, { model }) => graph.whence({ sha256: sha256Of(model) })),
];

function question(what: string, ask: AskedQuestion["ask"]): AskedQuestion {
  return { what, atMostMs: MOST_MS, ask };
}

function closure(what: string, ask: AskedQuestion["ask"]): AskedQuestion {
  return { what, atMostMs: MOST_LINEAGE_MS, ask };
}
