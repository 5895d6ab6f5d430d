/**
 * The capture API: what a program imports to record what it does. It loads Node's own modules only (and `uuid` with the first
 * execution); asking questions is `provml/query`.
 */
import type { Carrier } from "./capture/placement/carrier.ts";
import type { ProvenanceStats } from "./capture/provenance.ts";
import { type Verbs, verbsOf } from "./capture/verbs.ts";
import { defaultProvenance, findExecution } from "./instance.ts";

export type { SchemaField } from "./capture/content/schema.ts";
export type { Description } from "./capture/describe.ts";
export type {
  CheckpointOptions,
  EpochsOptions,
  GeneratedOptions,
  Section,
  SeriesOptions,
  Step,
  StoppedOptions,
  UsedOptions,
} from "./capture/handle.ts";
export type { EventId } from "./capture/inference/event-hash.ts";
export type { EventDetails } from "./capture/inference/event-record.ts";
export type { InferenceStream } from "./capture/inference/handle.ts";
export type { StreamOptions } from "./capture/inference/options.ts";
export type { Carrier } from "./capture/placement/carrier.ts";
export type { Provenance, ProvenanceStats } from "./capture/provenance.ts";
export type { SeedOptions } from "./capture/seeds.ts";
export type { Series } from "./capture/series.ts";
export type { ProvenanceOptions } from "./capture/settings.ts";
export type { RunCaller, Verbs } from "./capture/verbs.ts";
export type { StepMaker, StepWrapper } from "./capture/wrap.ts";
export { provenance } from "./instance.ts";
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "./model/error.ts";
export type { EntityKind, StepKind } from "./model/ml.ts";
export type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "./model/plan.ts";

const verbs: Verbs = verbsOf(findExecution);

export const dataPreparation: Verbs["dataPreparation"] = verbs.dataPreparation;
export const training: Verbs["training"] = verbs.training;
export const evaluation: Verbs["evaluation"] = verbs.evaluation;
export const inference: Verbs["inference"] = verbs.inference;
export const stream: Verbs["stream"] = verbs.stream;
export const activity: Verbs["activity"] = verbs.activity;
export const run: Verbs["run"] = verbs.run;
export const study: Verbs["study"] = verbs.study;
export const current: Verbs["current"] = verbs.current;
export const seed: Verbs["seed"] = verbs.seed;
export const dataset: Verbs["dataset"] = verbs.dataset;
export const model: Verbs["model"] = verbs.model;
export const entity: Verbs["entity"] = verbs.entity;
export const derived: Verbs["derived"] = verbs.derived;

export function carrier(): Carrier {
  return defaultProvenance().carrier();
}

export function within<T>(carrier: Carrier, fn: () => T): T {
  return defaultProvenance().within(carrier, fn);
}

export function flush(): Promise<void> {
  return defaultProvenance().flush();
}

export function close(): Promise<void> {
  return defaultProvenance().close();
}

export function stats(): ProvenanceStats {
  return defaultProvenance().stats();
}
