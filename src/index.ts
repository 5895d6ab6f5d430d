/**
 * The capture API: what a program imports to record what it does. It loads Node's own modules only (and `uuid` with the first
 * execution); asking questions is `provml/query`.
 */
import { currentStep } from "./capture/context.ts";
import type { Execution } from "./capture/execution.ts";
import type { ProvenanceOptions } from "./capture/options.ts";
import { createProvenance, EXECUTION, type Provenance, type ProvenanceStats } from "./capture/provenance.ts";
import { type Verbs, verbsOf } from "./capture/verbs.ts";

export type { Description } from "./capture/describe.ts";
export type { GeneratedOptions, Section, Step, UsedOptions } from "./capture/handle.ts";
export type { ProvenanceOptions } from "./capture/options.ts";
export type { Provenance, ProvenanceStats } from "./capture/provenance.ts";
export type { Series } from "./capture/series.ts";
export type { RunCaller, Verbs } from "./capture/verbs.ts";
export type { StepMaker, StepWrapper } from "./capture/wrap.ts";
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "./model/error.ts";
export type { EntityKind, StepKind } from "./model/ml.ts";
export type { Plan, PlannedScalar, PlannedStep, PlannedThing, PlannedValue } from "./model/plan.ts";

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

/** What the module's own functions record belongs to the execution of the step around them, else to the default's. */
function findExecution(): Execution | undefined {
  return currentStep()?.execution ?? defaultProvenance()[EXECUTION]();
}

const verbs: Verbs = verbsOf(findExecution);

export const dataPreparation: Verbs["dataPreparation"] = verbs.dataPreparation;
export const training: Verbs["training"] = verbs.training;
export const evaluation: Verbs["evaluation"] = verbs.evaluation;
export const inference: Verbs["inference"] = verbs.inference;
export const activity: Verbs["activity"] = verbs.activity;
export const run: Verbs["run"] = verbs.run;
export const current: Verbs["current"] = verbs.current;
export const dataset: Verbs["dataset"] = verbs.dataset;
export const model: Verbs["model"] = verbs.model;
export const entity: Verbs["entity"] = verbs.entity;

export function flush(): Promise<void> {
  return defaultProvenance().flush();
}

export function close(): Promise<void> {
  return defaultProvenance().close();
}

export function stats(): ProvenanceStats {
  return defaultProvenance().stats();
}
