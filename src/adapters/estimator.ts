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
 * What takes no methods of its own, such as an instance that its constructor freezes, is left as it is.
 * @throws {ProvenanceError} `bad-argument` for what has no method to record, `bad-option` for an unknown kind of method.
 */
export function instrument<E extends object>(estimator: E, options: EstimatorOptions = {}): E {
  checkOverridable(estimator, "instrument", "an estimator, or the class of one");
  checkMethods(options.methods);
  if (IS_DISABLED) return estimator;
  // The methods of a class are known when it has made something: they may be fields of the instance.
  if (typeof estimator === "function") return observeClass(estimator as never, options, observeInstance) as E;
  if (OBSERVED.has(estimator)) return estimator;
  if (methodsOf(estimator, options).length === 0) {
    const known = Object.keys(METHODS).join(", ");
    throw new ProvenanceError(
      "bad-argument",
      `instrument() found none of ${known}; name the methods: { methods: { … } }`,
    );
  }
  observeInstance(estimator, options);
  return estimator;
}

/** Observes what can be observed of an instance; never throws, as it may be the program's own `new` that has made it. */
function observeInstance(estimator: object, options: EstimatorOptions): void {
  if (OBSERVED.has(estimator)) return;
  OBSERVED.add(estimator);
  const name = options.name ?? nameOfClass(estimator);
  for (const { method, kind, original } of methodsOf(estimator, options)) {
    if (kind === "ignored") continue;
    override(estimator, method, recordedMethod(estimator, original, { kind, label: `${name}.${method}`, options }));
  }
}

interface Found {
  readonly method: string;
  readonly kind: MethodKind;
  readonly original: Method;
}

function methodsOf(estimator: object, { methods }: EstimatorOptions): readonly Found[] {
  return Object.entries({ ...METHODS, ...methods }).flatMap(([method, kind]) => {
    const original = methodOf(estimator, method);
    return original ? [{ method, kind, original }] : [];
  });
}

function nameOfClass(estimator: object): string {
  try {
    return estimator.constructor.name;
  } catch {
    return "estimator"; // it has no prototype, or a getter throws
  }
}

const OBSERVED = new WeakSet<object>();

interface Recorded {
  readonly kind: Exclude<MethodKind, "ignored">;
  readonly label: string;
  readonly options: EstimatorOptions;
}

/** The method as a step. What the estimator calls of itself on the way is part of that step, and none of its own. */
function recordedMethod(estimator: object, original: Method, { kind, label, options }: Recorded): Method {
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
