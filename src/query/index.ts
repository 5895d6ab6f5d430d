/**
 * `provml/query`: asks what was recorded. `open()` reads a `.provml` directory; its answers are plain objects.
 */
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "../model/plan.ts";
export type { CheckName, CheckReport, Finding } from "./check.ts";
export type { Continuation } from "./continuations.ts";
export type { Counts } from "./counts.ts";
export { DEPARTURES, type Departure, type DepartureKind } from "./departure.ts";
export { type Distribution, type HistogramCounts, quantile, type SketchCounts } from "./distribution.ts";
export type { Software } from "./executions.ts";
export type { Graph, PlainRow } from "./graph.ts";
export type { InferenceSummary, StreamSummary } from "./inference.ts";
export type { Lineage, LineageNode, LineageOptions, LineageSubject } from "./lineage.ts";
export type { LineageDirection, LineageEdge } from "./lineage-walk.ts";
export type { ModelFile } from "./model-states.ts";
export type { Model, ModelsOptions } from "./models.ts";
export { type OpenOptions, open } from "./open.ts";
export type { StatedPlan } from "./plans.ts";
export type { SeriesPoint } from "./points.ts";
export { QUESTIONS } from "./questions.ts";
export type { RunDetail, StepDetail } from "./run.ts";
export type { Comparison, RunCondition, RunFilter } from "./run-filter.ts";
export { parseRunFilter } from "./run-filter-text.ts";
export type { RunsOptions } from "./run-list.ts";
export type { Run } from "./runs.ts";
export type { SeriesInfo } from "./series.ts";
export type { Relation, Statements } from "./show.ts";
export { type Sparql, type SparqlValue, sparql } from "./sparql.ts";
export type { RunStatus } from "./status.ts";
export type { Stopped } from "./stopped.ts";
export type { Thing, ThingKind } from "./things.ts";
export type { PlainValue } from "./values.ts";
export type { InferenceWindow, RecordedEvent, WindowCounts, WindowsOptions } from "./windows.ts";
