/**
 * Estimators: objects with methods such as `fit`, `train`, `predict`, `transform` and `score`, and their classes. See docs/adapters.md.
 */
import { currentStep } from "../capture/context.ts";
import { IS_DISABLED } from "../capture/options.ts";
import { sameParameterNames } from "../capture/parameter-names.ts";
import { stepMaker } from "../capture/wrap.ts";
import { ProvenanceError } from "../model/error.ts";
import { observeClass } from "./estimator/classes.ts";
import { isMethodKind, METHODS, type MethodKind } from "./estimator/methods.ts";
import { recordTraining } from "./estimator/training.ts";
import { type AdapterOptions, executionOf } from "./options.ts";
import { checkOverridable, type Method, methodOf, override } from "./override.ts";

export type { MethodKind } from "./estimator/methods.ts";

export interface EstimatorOptions extends AdapterOptions {
  /** What comes before the names of the steps: `forest.train`. Default: the name of the class. */
  readonly name?: string;
  /** What methods are that are called otherwise than usual, or that are meant otherwise. */
  readonly methods?: Readonly<Record<string, MethodKind>>;
  /** With what an instance was made; of a class the options of its constructor are known. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
}

/**
 * Records what is done with an estimator, or with all instances that are made of a class from here on. An instance is returned as it
 * is, with methods of its own that nobody sees who lists it; in place of a class something is returned that makes instances of the same class.
 * @throws {ProvenanceError} `bad-argument` for what has no method to record, `bad-option` for an unknown kind of method.
 */
export function instrument<E extends object>(estimator: E, options: EstimatorOptions = {}): E {
  checkOverridable(estimator, "instrument", "an estimator, or the class of one");
  checkMethods(options.methods);
  if (IS_DISABLED) return estimator;
  if (typeof estimator !== "function") return observeInstance(estimator, options);
  return observeClass(estimator as never, options, observeInstance) as E;
}

function observeInstance<E extends object>(estimator: E, options: EstimatorOptions): E {
  if (OBSERVED.has(estimator)) return estimator;
  const kinds = Object.entries({ ...METHODS, ...options.methods }).filter(([name]) => methodOf(estimator, name));
  if (kinds.length === 0) {
    const known = Object.keys(METHODS).join(", ");
    throw new ProvenanceError(
      "bad-argument",
      `instrument() found none of ${known}; name the methods: { methods: { … } }`,
    );
  }
  OBSERVED.add(estimator);
  const name = options.name ?? estimator.constructor?.name ?? "estimator";
  for (const [method, kind] of kinds) {
    const label = `${name}.${method}`;
    if (kind !== "ignored") override(estimator, method, recordedMethod(estimator, method, { kind, label, options }));
  }
  return estimator;
}

const OBSERVED = new WeakSet<object>();

interface Recorded {
  readonly kind: Exclude<MethodKind, "ignored">;
  readonly label: string;
  readonly options: EstimatorOptions;
}

/** The method as a step. What the estimator calls of itself on the way is part of that step, and none of its own. */
function recordedMethod(estimator: object, name: string, { kind, label, options }: Recorded): Method {
  const original = methodOf(estimator, name) as Method;
  const inside = function (this: unknown, ...args: unknown[]): unknown {
    noteStep(estimator);
    return Reflect.apply(original, this, args);
  };
  sameParameterNames(inside, original);
  const step = kind === "training" ? undefined : stepMaker(kind, () => executionOf(options))(label, inside);
  return function (this: unknown, ...args: unknown[]): unknown {
    const around = currentStep();
    if (this !== estimator || (around && STEPS.get(around) === estimator)) return Reflect.apply(original, this, args);
    if (step) return Reflect.apply(step, this, args);
    const execution = executionOf(options);
    if (!execution) return Reflect.apply(original, this, args);
    const { hyperparameters = {} } = options;
    return recordTraining(execution, {
      model: estimator,
      label,
      method: original,
      args,
      hyperparameters,
      call: inside,
    });
  };
}

/** Which estimator a step belongs to. */
const STEPS = new WeakMap<object, object>();

function noteStep(estimator: object): void {
  const step = currentStep();
  if (step) STEPS.set(step, estimator);
}

function checkMethods(methods: EstimatorOptions["methods"] = {}): void {
  for (const [name, kind] of Object.entries(methods)) {
    if (isMethodKind(kind)) continue;
    throw new ProvenanceError("bad-option", `instrument(): ${name} is no ${JSON.stringify(kind)}; one of training, …`);
  }
}
