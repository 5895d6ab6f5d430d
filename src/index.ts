/**
 * The capture API: what a program imports to record what it does. It loads Node's own modules only (and `uuid` with the first
 * execution); asking questions is `provml/query`.
 */
import { currentStep } from "./capture/context.ts";
import type { Description } from "./capture/describe.ts";
import type { Execution } from "./capture/execution.ts";
import type { Step } from "./capture/handle.ts";
import type { ProvenanceOptions } from "./capture/options.ts";
import {
  createProvenance,
  EXECUTION,
  type Provenance,
  type ProvenanceStats,
  type RunCaller,
} from "./capture/provenance.ts";
import { type StepMaker, stepMaker } from "./capture/wrap.ts";
import type { EntityKind } from "./model/ml.ts";

export type { Description } from "./capture/describe.ts";
export type { GeneratedOptions, Section, Step, UsedOptions } from "./capture/handle.ts";
export type { ProvenanceOptions } from "./capture/options.ts";
export type { Provenance, ProvenanceStats, RunCaller } from "./capture/provenance.ts";
export type { Series } from "./capture/series.ts";
export type { StepMaker, StepWrapper } from "./capture/wrap.ts";
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "./model/error.ts";
export type { EntityKind, StepKind } from "./model/ml.ts";
export type { Plan, PlannedStep } from "./model/plan.ts";

/** Where the default instance is kept: two copies of the package in one process share it. */
const DEFAULT = Symbol.for("provml.default");
const shared = globalThis as { [DEFAULT]?: Provenance };

/**
 * An instance that records into a `.provml` directory. The first one made is the default, to which the functions that this module
 * exports are bound.
 * @throws {ProvenanceError} `bad-option`, `bad-iri`, `bad-plan` for an option that cannot work.
 */
export function provenance(options: ProvenanceOptions = {}): Provenance {
  const made = createProvenance(options, {
    begin: (...args) => recording().begin(...args),
    checkPlan: (plan) => recording().namePlan(plan),
    announce: (execution) => recording().announce(execution),
  });
  shared[DEFAULT] ??= made;
  return made;
}

/** Most of capture and the spool are loaded by the first step, synchronously: an import that records nothing should cost nothing. */
function recording(): typeof import("./recording.ts") {
  try {
    return process.getBuiltinModule("node:module").createRequire(import.meta.url)("./recording.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && !isWarned) {
      isWarned = true;
      process.emitWarning(
        "provml records nothing: its files are not beside its entry; tell your bundler to leave provml external",
      );
    }
    throw error;
  }
}
let isWarned = false;

function defaultProvenance(): Provenance {
  return shared[DEFAULT] ?? provenance();
}

/** Steps of the module's own functions belong to the execution of the step around them, else to the default's. */
function findExecution(): Execution | undefined {
  return currentStep()?.execution ?? defaultProvenance()[EXECUTION]();
}

export const dataPreparation: StepMaker = stepMaker("dataPreparation", findExecution);
export const training: StepMaker = stepMaker("training", findExecution);
export const evaluation: StepMaker = stepMaker("evaluation", findExecution);
export const inference: StepMaker = stepMaker("inference", findExecution);
export const activity: StepMaker = stepMaker("activity", findExecution);

export const run: RunCaller = ((...args: Parameters<RunCaller>) => defaultProvenance().run(...args)) as RunCaller;

export function current(): Step {
  return currentStep() ?? defaultProvenance().current();
}

export function dataset<T>(thing: T, description?: Description): T {
  return defaultProvenance().dataset(thing, description);
}

export function model<T>(thing: T, description?: Description): T {
  return defaultProvenance().model(thing, description);
}

export function entity<T>(thing: T, description?: Description & { readonly kind?: EntityKind }): T {
  return defaultProvenance().entity(thing, description);
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
