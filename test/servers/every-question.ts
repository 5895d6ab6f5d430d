import type { Asked, Graph, Lineage, QuestionId } from "provml/query";
import { byValue } from "../store/by-value.ts";

/** What the questions are about: by the names that the programs gave. */
export interface Things {
  readonly runs: readonly string[];
  readonly failed: string;
  readonly models: readonly string[];
  readonly raw: string;
  readonly train: string;
  readonly study: string;
  readonly person: string;
  /** A run that goes on, of a workflow with a plan. */
  readonly going: string;
  readonly stream: string;
  /** A model whose run was deleted, as a path and as bytes, and a run that went on from it. */
  readonly deleted: string;
  readonly bytes: Uint8Array;
  readonly heir: string;
}

type Question = Exclude<keyof Graph, "problems" | "close" | typeof Symbol.asyncDispose>;
type Ask = (graph: Graph) => Promise<unknown>;

/** Whatever a graph can be asked, in several ways: a question that is not here does not compile. */
export const EVERY_QUESTION: { readonly [Name in Question]: (things: Things) => readonly Ask[] } = {
  runs: ({ runs: [run], train, study, person }) => [
    (graph) => graph.runs(),
    (graph) => graph.runs({ limit: 3, offset: 2 }),
    ...[
      "learningRate < 0.01 or not optimizer = adam",
      "learningRate < 0.01 and not (optimizer = adam or status = failed)",
      `dataset = '${train}' and loss > 0.1`,
      `study = '${study}' and batchSize >= 64`,
      `person = ${person} and startedAt > 2026 and host ~ a`,
      "tag = good or text ~ KEEP or name = renamed",
      `name = ${run} or error ~ finite or status = running`,
      "software ~ provml and durationMs >= 0 and optimizer != adam",
    ].map((where) => (graph: Graph) => graph.runs({ where, sort: ["-accuracy", "name"] })),
  ],
  models: () => [
    (graph) => graph.models(),
    (graph) => graph.models({ where: "file ~ .json and accuracy > 0.1", sort: "-accuracy", limit: 4 }),
    (graph) => graph.models({ where: "not optimizer = adam", sort: "name", states: "all" }),
  ],
  run: ({ runs, failed, going, heir }) => [...runs, failed, going, heir].map((name) => (graph) => graph.run(name)),
  compare: ({ runs: [one = "", other = "", ...more], models: [first = "", second = ""], failed }) => [
    (graph) => graph.compare([one, other]),
    (graph) => graph.compare([first, second]),
    (graph) => graph.compare([one, failed]),
    (graph) => graph.compare([one, other, failed, ...more], { fields: "all" }),
  ],
  best: ({ study }) => [
    (graph) => graph.best({ measure: "loss", limit: 5 }),
    (graph) => graph.best({ measure: "accuracy", goal: "minimize", of: "models", limit: 5 }),
    (graph) => graph.best({ measure: "accuracy", where: `study = '${study}' and not optimizer = adam` }),
  ],
  studies: () => [
    (graph) => graph.studies(),
    (graph) => graph.studies({ by: ["optimizer"] }),
    (graph) => graph.studies({ where: "batchSize > 32" }),
  ],
  study: ({ study }) => [
    (graph) => graph.study(study),
    (graph) => graph.study(study, { by: ["optimizer", "batchSize"] }),
  ],
  steps: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.steps(name)),
  asPlan: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.asPlan(name)),
  planOf: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.planOf(name)),
  check: ({ runs, failed, going }) => [...runs, failed, going].map((name) => (graph) => graph.check(name)),
  checkAll: () => [(graph) => graph.checkAll()],
  counts: () => [(graph) => graph.counts()],
  remarks: () => [(graph) => graph.remarks()],
  show: ({ runs, models, raw, going }) => [...runs, ...models, raw, going].map((name) => (graph) => graph.show(name)),
  quads: ({ runs }) =>
    [undefined, ...runs].map((name) => async (graph) => {
      const quads = await graph.quads(name);
      return unordered(quads.map(({ object, ...others }) => ({ ...others, object: byValue(object) })));
    }),
  lineage: ({ models: [one = "", other = ""], raw, deleted, heir }) => [
    async (graph) => alike(await graph.lineage(one)),
    async (graph) => alike(await graph.lineage(raw, { direction: "down" })),
    async (graph) => alike(await graph.lineage(raw, { direction: "down", depth: 3 })),
    async (graph) => alike(await graph.lineage(other, { to: raw })),
    async (graph) => alike(await graph.lineage(deleted)),
    async (graph) => alike(await graph.lineage((await graph.run(heir)).id)),
  ],
  whence: ({ models, train, deleted, bytes }) =>
    [...models, train, deleted, bytes].map((subject) => (graph) => graph.whence(subject)),
  retrain: ({ runs, models, going }) => [...runs, ...models, going].map((name) => (graph) => graph.retrain(name)),
  impact: ({ raw, train, models, deleted }) =>
    [raw, train, ...models, deleted].map((name) => (graph) => graph.impact(name)),
  seriesNames: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.seriesNames(name)),
  series: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.series(name, "loss")),
  seriesFiles: ({ runs, going }) => [...runs, going].map((name) => (graph) => graph.seriesFiles(name)),
  align: ({ runs, going }) => [
    (graph) => graph.align([...runs, going], ["loss", "epoch.durationMs"]),
    (graph) => graph.align([...runs, going], ["loss"], { by: "time", rows: 10 }),
  ],
  inferences: () => [(graph) => graph.inferences()],
  inference: ({ stream }) => [
    (graph) => graph.inference(stream),
    (graph) => graph.inference(stream, { device: "cpu" }),
  ],
  windows: ({ stream }) => [
    (graph) => graph.windows(),
    (graph) => graph.windows(stream, { from: "2026-01-01" }),
    (graph) => graph.windows(stream, { to: 0 }),
  ],
  ask: (things) => [...Object.values(papersQuestions(things)).flat(), (graph) => graph.ask("ASK { ?run a mls:Run }")],
  sparql: ({ going }) => [(graph) => graph.sparql`SELECT ?run { ?run a mls:Run ; rdfs:label ${going} }`],
  select: () => [
    (graph) => graph.select("SELECT ?v { ?s a mls:HyperParameterSetting ; mls:hasValue ?v } ORDER BY ?s ?v"),
  ],
  construct: () => [
    async (graph) => unordered(Array.from(await graph.construct("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }"), String)),
  ],
  query: () => [
    async (graph) => {
      const result = await graph.query(
        "SELECT ?s ?p ?o { ?s ?p ?o FILTER NOT EXISTS { ?s provml:isDeleted true ; a prov:Bundle } }",
      );
      return unordered(result.form === "select" ? result.rows.map(({ s, p, o }) => [s, p, byValue(o)]) : []);
    },
  ],
};

/** The questions of the papers by their names. */
export function papersQuestions(things: Things): {
  readonly [Q in QuestionId]: readonly ((graph: Graph) => Asked<unknown>)[];
} {
  const { runs, models, raw, train, study, person, going, deleted } = things;
  return {
    Q1: [...models, ...runs].map((model) => (graph) => graph.ask("Q1", { model })),
    Q2: [
      ...[...runs, going].map((run) => (graph: Graph) => graph.ask("Q2", { run })),
      (graph) => graph.ask("Q2", { run: going, section: "batch" }),
    ],
    Q3: [
      (graph) => graph.ask("Q3", { dataset: train }),
      (graph) => graph.ask("Q3", { dataset: train, measure: "accuracy" }),
      (graph) => graph.ask("Q3", { dataset: raw, goal: "maximize" }),
    ],
    Q4: models.map((model) => (graph) => graph.ask("Q4", { model })),
    Q5: models.map((model) => (graph) => graph.ask("Q5", { model })),
    Q6: [
      (graph) => graph.ask("Q6", {}),
      (graph) => graph.ask("Q6", { dataset: train, measure: "accuracy" }),
      (graph) => graph.ask("Q6", { where: `study = '${study}' and not optimizer = adam` }),
    ],
    Q7: [
      (graph) => graph.ask("Q7", { file: raw }),
      (graph) => graph.ask("Q7", { file: train, limit: 2 }),
      (graph) => graph.ask("Q7", { file: deleted }),
      (graph) => graph.ask("Q7", { person, since: "2026", until: "2999" }),
    ],
  };
}

/** A walk meets what is equally far in the order in which the store answers. */
function alike({ nodes, edges, ...others }: Lineage): unknown {
  return { ...others, nodes: unordered(nodes), edges: unordered(edges) };
}

function unordered(list: readonly unknown[]): string[] {
  return list.map((one) => JSON.stringify(one)).sort();
}
