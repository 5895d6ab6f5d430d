import { ProvenanceError } from "../model/error.ts";
import type { EntityKind } from "../model/ml.ts";
import { currentStep } from "./context.ts";
import type { Description } from "./describe.ts";
import type { Step } from "./handle.ts";
import { idleStep, idleStream } from "./idle.ts";
import type { InferenceStream } from "./inference/handle.ts";
import type { StreamOptions } from "./inference/options.ts";
import type { SeedOptions } from "./seeds.ts";
import { type AnyFunction, type FindExecution, type StepMaker, type StepWrapper, stepMaker } from "./wrap.ts";

/** The words with which a program says what it does: of an instance, and of the module for whichever instance is meant. */
export interface Verbs {
  readonly dataPreparation: StepMaker;
  readonly training: StepMaker;
  readonly evaluation: StepMaker;
  /** A function that applies a model: its calls are counted in windows, and those that fail are activities of their own. */
  readonly inference: StepMaker;
  /**
   * A handle for inferences that are too many or too short for a wrapper. @throws {ProvenanceError} `bad-option`, `bad-argument`
   */
  stream(name: string, options?: StreamOptions): InferenceStream;
  /** A step of no special kind. */
  readonly activity: StepMaker;
  /** Calls a function now as a run of its own; with a name alone it wraps, as the others do. */
  readonly run: RunCaller;
  /**
   * Makes the run that the calling code belongs to, and all that begin from here on until `close()`, runs of a study: a sweep, the folds of
   * one model, an array job. It has one IRI, made of the workflow's name and its own, in every process and execution. `PROVML_STUDY`
   */
  study(name: string): void;
  /** The step that the calling code belongs to; outside steps the execution itself. */
  current(): Step;
  /** Records a seed of the step that the calling code belongs to; outside steps of the whole execution. Returns it. See `Step.seed`. */
  seed<T>(value: T, options?: SeedOptions): T;
  /** Describes a data set: an object, a path or a URI. Returns it. */
  dataset<T>(thing: T, description?: Description): T;
  model<T>(thing: T, description?: Description): T;
  entity<T>(thing: T, description?: Description & { readonly kind?: EntityKind }): T;
  /**
   * Says what a thing was derived from (PROV-DM 5.2.1), where no step shows it: an object, a path or a URI, or a list of such. Returns `to`.
   * A list is one where each member is a path, a URI or something that is followed already; any other array is a thing.
   * @throws {ProvenanceError} `bad-argument` for what is none.
   */
  derived<T>(from: unknown, to: T): T;
}

export interface RunCaller {
  <T>(name: string, fn: (run: Step) => T): T;
  (name: string): StepWrapper;
}

/** The verbs for the execution that is found at each call. */
export function verbsOf(find: FindExecution): Verbs {
  const wrapRun = stepMaker("run", find);
  const describing =
    (kind: EntityKind | undefined) =>
    <T>(thing: T, description: Description & { readonly kind?: EntityKind } = {}): T => {
      find()?.describe(thing, { ...description, kind: kind ?? description.kind });
      return thing;
    };
  const runNow = (name: string, fn?: AnyFunction): unknown => {
    if (fn === undefined || typeof name !== "string" || name === "") return wrapRun(name);
    if (typeof fn !== "function") {
      throw new ProvenanceError("bad-argument", `run(${JSON.stringify(name)}) calls a function, not ${typeof fn}`);
    }
    const execution = find();
    if (!execution) return fn(idleStep);
    return execution.call("run", name, () => fn(currentStep() ?? idleStep), undefined, []);
  };
  const current = () => currentStep() ?? find()?.root ?? idleStep;
  return {
    dataPreparation: stepMaker("dataPreparation", find),
    training: stepMaker("training", find),
    evaluation: stepMaker("evaluation", find),
    inference: stepMaker("inference", find),
    stream: (name, options = {}) => find()?.stream(name, options) ?? idleStream,
    activity: stepMaker("activity", find),
    run: runNow as RunCaller,
    study(name) {
      if (typeof name !== "string" || name === "") {
        throw new ProvenanceError("bad-argument", `study() takes the study's name, e.g. study("learning rates")`);
      }
      find()?.enterStudy(name);
    },
    current,
    seed: (value, options) => current().seed(value, options),
    dataset: describing("dataset"),
    model: describing("model"),
    entity: describing(undefined),
    derived: (from, to) => {
      find()?.derive(from, to);
      return to;
    },
  };
}
