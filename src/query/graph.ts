import type { DatasetCore } from "@rdfjs/types";
import type { Plan, PlannedStep } from "../model/plan.ts";
import { plainValue, type Quad } from "../rdf/terms.ts";
import type { QueryOptions, QueryResult } from "../store/store.ts";
import { type Answers, type Asked, askable, asked, copied, loaded } from "./asked.ts";
import type { CheckReport, FoundInExecution } from "./check/check.ts";
import type { Best, BestOptions } from "./compare/best.ts";
import type { CompareOptions, RunComparison } from "./compare/compare.ts";
import { copyOf } from "./copy.ts";
import type { Counts } from "./counts.ts";
import type { Remark } from "./curation/remarks.ts";
import type { Impact } from "./impact/impact.ts";
import type { InferenceSummary } from "./inference/inference.ts";
import type { InferenceWindow, WindowsOptions } from "./inference/windows.ts";
import type { Lineage, LineageOptions } from "./lineage/lineage.ts";
import type { LineageSubject } from "./lineage/roots.ts";
import type { Model, ModelsOptions } from "./models/models.ts";
import type { StatedPlan } from "./plans/plans.ts";
import { isQuestionId, readAnswer } from "./questions/ask.ts";
import type { QuestionAnswer, QuestionId, QuestionParameters } from "./questions/questions.ts";
import type { Retraining, RetrainOptions } from "./retrain/retraining.ts";
import type { RunDetail } from "./runs/run.ts";
import type { RunsOptions } from "./runs/run-list.ts";
import type { Run } from "./runs/runs.ts";
import type { AlignedSeries, AlignOptions } from "./series/align.ts";
import type { SeriesPoint } from "./series/points.ts";
import type { SeriesFiles } from "./series/series-files.ts";
import type { Statements } from "./show.ts";
import type { Source } from "./source.ts";
import { queryText, type Sparql, type SparqlValue, sparql } from "./sparql.ts";
import type { StudiesOptions, Study } from "./studies/studies.ts";
import type { Whence, WhenceSubject } from "./whence/whence.ts";

/** One solution of a SELECT in plain values: numbers, booleans, and everything else as text; what is unbound is absent. */
export type PlainRow = Readonly<Record<string, string | number | boolean>>;

/**
 * What was recorded, to be asked. Things are named by their IRI, by its last part, by the start of that if it fits one thing
 * only, or by their label; a name that fits nothing or several things is an error that says what there is. `sparql()` of what a question
 * returns tells the queries behind the answer: `await graph.runs({ limit: 3 }).sparql()`.
 */
export interface Graph {
  /**
   * The runs, newest first, or those that are wanted: `graph.runs({ where: "lr < 0.01 and status = completed", sort: "-accuracy", limit: 20 })`.
   * @throws {ProvenanceError} `bad-argument` for a filter that cannot be read, `bad-option`
   */
  runs(options?: RunsOptions): Asked<Run[]>;
  /**
   * The models, newest first, or those that are wanted, by their own fields and those of their runs: `graph.models({ where: "file ~ .onnx and accuracy > 0.9" })`.
   * @throws {ProvenanceError} `bad-argument`, `bad-option`
   */
  models(options?: ModelsOptions): Asked<Model[]>;
  /** Everything about one run. */
  run(name: string): Asked<RunDetail>;
  /**
   * Two runs or more side by side, named as runs or by their models (also by a file): what is not the same, and of two the first cause in their lineages.
   * @throws {ProvenanceError} `bad-argument`, `bad-option`, `not-found`, `ambiguous`
   */
  compare(names: readonly string[], options?: CompareOptions): Asked<RunComparison>;
  /**
   * The runs, or models, with the best values of a measure: `graph.best({ measure: "accuracy", where: "study = rates", limit: 3 })`.
   * @throws {ProvenanceError} `bad-argument`, `bad-option` for a measure of which nobody says what is best
   */
  best(options: BestOptions): Asked<Best[]>;
  /** All studies with their runs in groups, each measure with mean, deviation and range over seeds and folds; the newest first. */
  studies(options?: StudiesOptions): Asked<Study[]>;
  /**
   * The study of a name, or of `workflow/name`.
   * @throws {ProvenanceError} `not-found`, `ambiguous`
   */
  study(name: string, options?: StudiesOptions): Asked<Study>;
  /** What the steps of an execution or a run did, as a plan declares it. */
  steps(name: string): Asked<PlannedStep[]>;
  /** What the execution of a run did, as the plan of its workflow. */
  asPlan(name: string): Asked<Plan>;
  /** The plan that the execution of a run is held to. */
  planOf(name: string): Asked<StatedPlan | undefined>;
  /** Whether the execution of a run did what its plan says, and what else is suspicious of it: leaks, dead ends, missing digests, unfinished runs. */
  check(name: string): Asked<CheckReport>;
  /** What is found wrong or suspicious of all executions: departures from their plans, leaks, dead ends, missing digests, unfinished runs. */
  checkAll(): Asked<FoundInExecution[]>;
  /** How much there is of what. */
  counts(): Asked<Counts>;
  /** What people said of recorded things, tags, notes and names, in the order of their times; those that were taken back too. */
  remarks(): Asked<Remark[]>;
  /** What is stated of any one thing. */
  show(name: string): Asked<Statements>;
  /**
   * Everything that the execution stated to which a run or thing belongs, or without a name all executions: each quad with its graph, as it was written.
   */
  quads(name?: string): Asked<Quad[]>;
  /** Where something came from (`up`), or what came of it (`down`); with `to` what lies between two things. */
  lineage(of: LineageSubject, options?: LineageOptions): Asked<Lineage>;
  /**
   * Which model or data something is, given only its bytes (or a file, a digest, a name): which run, people, code and data made it, as data and in sentences.
   * @throws {ProvenanceError} `not-found` where nothing recorded has these bytes, `ambiguous`
   */
  whence(of: WhenceSubject): Asked<Whence>;
  /** Whether the model, or a run, can be done again: what is known of it, what is missing, and where its inputs are by now. */
  retrain(model: string, options?: RetrainOptions): Asked<Retraining>;
  /** What is affected if something is wrong: its lineage down by what it is, and in which order to redo it. */
  impact(of: LineageSubject): Asked<Impact>;
  /**
   * The names of a run's series, its steps' included, and of what the processes around it used (`cpu.percent`, `memory.bytes`, …). The
   * IRI of an execution names all of its runs.
   */
  seriesNames(run: string): Asked<string[]>;
  /** The rows of a series in the order of their times; of a resumed one after those of the run that it goes on from, up to the checkpoint. */
  series(run: string, name: string): Asked<SeriesPoint[]>;
  /** The Parquet files that hold the rows of a run's series, and SQL that reads them: for DuckDB, pandas and others. */
  seriesFiles(run: string): Asked<SeriesFiles>;
  /**
   * Series of several runs side by side, by step or by time since each run began: `graph.align(["fit-1", "fit-2"], ["loss"])`.
   * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-argument`, `bad-option`
   */
  align(runs: readonly string[], names: readonly string[], options?: AlignOptions): Asked<AlignedSeries>;
  /** What models did, by the name of the stream or wrapped function, over all runs and replicas. */
  inferences(): Asked<InferenceSummary[]>;
  /**
   * The windows of a stream or wrapped function, a run or a model added up: exact counts, and distributions of scores and latencies.
   * @throws {ProvenanceError} `not-found`, `bad-argument`
   */
  inference(name: string, options?: WindowsOptions): Asked<InferenceSummary>;
  /** The windows one by one, in the order of their times; without a name all. */
  windows(name?: string, options?: WindowsOptions): Asked<InferenceWindow[]>;
  /** Asks a SELECT written in place: `` graph.sparql`SELECT ?m WHERE { ?m rdfs:label ${label} }` ``. */
  sparql(parts: TemplateStringsArray, ...values: readonly SparqlValue[]): Promise<PlainRow[]>;
  select(query: string | Sparql, options?: QueryOptions): Promise<PlainRow[]>;
  /**
   * Answers one of the questions of the PROV-ML papers: `graph.ask("Q3", { dataset: "train.csv" })`; `QUESTIONS` says what each takes.
   * @throws {ProvenanceError} `bad-option`, `not-found`, `ambiguous`
   */
  ask<Q extends QuestionId>(question: Q, parameters: QuestionParameters<Q>): Asked<QuestionAnswer<Q>>;
  /** Asks a SPARQL query of the form ASK. */
  ask<S extends string | Sparql>(query: S extends QuestionId ? never : S, options?: QueryOptions): Promise<boolean>;
  /** The answer to a CONSTRUCT or DESCRIBE as an rdf-ext dataset. */
  construct(query: string | Sparql, options?: QueryOptions): Promise<DatasetCore>;
  /** The answer to a query of any form, with RDF terms. */
  query(query: string | Sparql, options?: QueryOptions): Promise<QueryResult>;
  /** What could not be read of the spool, one sentence each; answers lack it. */
  readonly problems: readonly string[];
  /** Lets go of the memory. A store that was given to `open` stays open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @internal */
export function graphOf(source: Source, atEnd: "close" | "keep"): Graph {
  const { store, problems } = source;
  const close = async () => {
    if (atEnd === "keep") return;
    source.index = undefined;
    await store.close();
  };
  const select: Graph["select"] = async (query, options) => {
    const { rows } = await store.select(queryText(query), options);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, term]) => [name, plainValue(term)])));
  };
  return {
    ...askable(source, ANSWERS),
    sparql: (parts, ...values) => select(sparql(parts, ...values)),
    select,
    ask: ((query: string | Sparql, given?: object) =>
      isQuestionId(query)
        ? asked(source, (from) => readAnswer(from, query, given as never))
        : store.ask(queryText(query), given)) as Graph["ask"],
    async construct(query, options) {
      const quads = await store.construct(queryText(query), options);
      // loaded by those who ask for a graph
      const [{ default: rdf }, { quadToRdfJs }] = await Promise.all([import("rdf-ext"), import("../rdf/rdfjs.ts")]);
      return rdf.dataset(quads.map(quadToRdfJs));
    },
    query: (query, options) => store.query(queryText(query), options),
    get problems() {
      return [...problems];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What answers each question, loaded when it is asked. Users get copies of what is kept. */
const ANSWERS = {
  runs: copied(async () => (await import("./runs/run-list.ts")).listRuns),
  models: copied(async () => (await import("./models/models.ts")).readModels),
  run: copied(async () => (await import("./runs/run.ts")).readRun),
  compare: copied(async () => (await import("./compare/compare.ts")).readComparison),
  studies: copied(async () => (await import("./studies/studies.ts")).readStudies),
  study: copied(async () => (await import("./studies/studies.ts")).readStudy),
  align: loaded(async () => (await import("./series/align.ts")).readAligned),
  best: copied(async () => (await import("./compare/best.ts")).readBest),
  steps: loaded(async () => (await import("./plans/planned-steps.ts")).readPlannedSteps),
  asPlan: loaded(async () => (await import("./plans/planned-steps.ts")).readAsPlan),
  planOf: loaded(async () => (await import("./check/check.ts")).readPlanOf),
  check: loaded(async () => (await import("./check/check.ts")).readCheck),
  checkAll: loaded(async () => (await import("./check/check.ts")).readAllChecks),
  counts: loaded(async () => (await import("./counts.ts")).readCounts),
  remarks: async (source) => [...copyOf(await (await import("./curation/remarks.ts")).readRemarks(source))],
  show: loaded(async () => (await import("./show.ts")).readStatements),
  quads: loaded(async () => (await import("./stated.ts")).readStated),
  lineage: loaded(async () => (await import("./lineage/lineage.ts")).readLineage),
  whence: loaded(async () => (await import("./whence/whence.ts")).readWhence),
  impact: loaded(async () => (await import("./impact/impact.ts")).readImpact),
  retrain: loaded(async () => (await import("./retrain/retraining.ts")).readRetraining),
  seriesNames: loaded(async () => (await import("./series/of-name.ts")).readSeriesNames),
  series: loaded(async () => (await import("./series/of-name.ts")).readSeriesOf),
  seriesFiles: loaded(async () => (await import("./series/of-name.ts")).readSeriesFilesOf),
  inferences: loaded(async () => (await import("./inference/inference.ts")).readInferences),
  inference: loaded(async () => (await import("./inference/inference.ts")).readInference),
  windows: loaded(async () => (await import("./inference/windows.ts")).readWindows),
} as const satisfies Answers;
