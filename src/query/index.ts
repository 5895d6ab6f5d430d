/**
 * `provml/query`: asks what was recorded. `open()` reads a `.provml` directory; its answers are plain objects.
 */
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "../model/plan.ts";
export type { Asked } from "./asked.ts";
export type { CheckName, CheckReport, Finding, FoundInExecution } from "./check/check.ts";
export { SUSPICIONS, type SuspicionKind } from "./check/suspicion.ts";
export type { Best, BestOptions } from "./compare/best.ts";
export {
  ASPECTS,
  type Aspect,
  type ComparedField,
  type ComparedRun,
  type CompareOptions,
  type RunComparison,
} from "./compare/compare.ts";
export type { Goal } from "./compare/goals.ts";
export type { DifferenceSide, LineageDifference, Parting } from "./compare/parting.ts";
export type { Counts } from "./counts.ts";
export { type CsvOptions, toCSV, toJSON } from "./csv.ts";
export type { Remark, Remarked } from "./curation/remarks.ts";
export type { Graph, PlainRow } from "./graph.ts";
export type { Affected, Impact, Redoing, RedoneStep } from "./impact/impact.ts";
export { type Distribution, type HistogramCounts, quantile, type SketchCounts } from "./inference/distribution.ts";
export type { InferenceSummary, StreamSummary } from "./inference/inference.ts";
export type { InferenceWindow, RecordedEvent, WindowCounts, WindowsOptions } from "./inference/windows.ts";
export type { Lineage, LineageNode, LineageOptions } from "./lineage/lineage.ts";
export type { LineageDirection, LineageEdge } from "./lineage/lineage-walk.ts";
export type { LineageSubject } from "./lineage/roots.ts";
export type { ListOptions } from "./listing.ts";
export type { ModelFile } from "./models/model-states.ts";
export type { Model, ModelsOptions } from "./models/models.ts";
export { type OpenOptions, open } from "./open.ts";
export { DEPARTURES, type Departure, type DepartureKind } from "./plans/departure.ts";
export type { StatedPlan } from "./plans/plans.ts";
export type { Q3Answer, Q3Parameters } from "./questions/best-of-dataset.ts";
export type { Q5Answer, Q5Parameters } from "./questions/data-behind-model.ts";
export type { Q4Answer, Q4Parameters, UsedData } from "./questions/data-of-model.ts";
export type { DomainData } from "./questions/domain-data.ts";
export type { Q1Answer, Q1Parameters } from "./questions/hyperparameters-and-measures.ts";
export type { Executed, Q7Answer, Q7Parameters } from "./questions/impact-of-file.ts";
export type { DataPart } from "./questions/learning-data.ts";
export type { Ranked, Ranking } from "./questions/least-loss.ts";
export type { DataStep } from "./questions/origins.ts";
export type { Q6Answer, Q6Parameters } from "./questions/preparation-of-best.ts";
export {
  type ParameterInfo,
  QUESTIONS,
  type Question,
  type QuestionAnswer,
  type QuestionId,
  type QuestionParameters,
  type QuestionTypes,
} from "./questions/questions.ts";
export type { Q2Answer, Q2Parameters, SectionTimes } from "./questions/section-times.ts";
export type { AnalysedData, AnalysisClass, ExecutionTiming, TrainingTiming } from "./questions/taxonomy.ts";
export type { TrainedModel } from "./questions/trained-model.ts";
export type { Bit } from "./retrain/bits.ts";
export type { RecordedExecution, RecordedFile } from "./retrain/recorded.ts";
export type { Retraining, RetrainOptions } from "./retrain/retraining.ts";
export type { Continuation } from "./runs/continuations.ts";
export type { Software } from "./runs/executions.ts";
export type { RunDetail } from "./runs/run.ts";
export type { Comparison, RunCondition, RunFilter } from "./runs/run-filter.ts";
export { parseRunFilter } from "./runs/run-filter-text.ts";
export type { RunsOptions } from "./runs/run-list.ts";
export type { Run } from "./runs/runs.ts";
export type { RunStatus } from "./runs/status.ts";
export type { StepDetail } from "./runs/steps.ts";
export type { Stopped } from "./runs/stopped.ts";
export type { AlignedSeries, AlignOptions } from "./series/align.ts";
export type { SeriesPoint } from "./series/points.ts";
export type { SeriesInfo } from "./series/series.ts";
export type { SeriesFiles } from "./series/series-files.ts";
export type { Relation, Statements } from "./show.ts";
export { type Sparql, type SparqlValue, sparql } from "./sparql.ts";
export type { Spread } from "./studies/spread.ts";
export type { StudiesOptions, Study, StudyGroup } from "./studies/studies.ts";
export type { Thing, ThingKind } from "./things.ts";
export type { PlainValue } from "./values.ts";
export type { Making, Use, Whence, WhenceSubject } from "./whence/whence.ts";
