import type { Activity } from "../../capture/activity.ts";
import type { Execution } from "../../capture/execution.ts";
import { parameterNames } from "../../capture/parameter-names.ts";
import { isPlainObject } from "../../capture/values.ts";
import { stateOutputs } from "../entity-attributes.ts";
import type { Method } from "../override.ts";
import { callStated } from "../stated-call.ts";

export interface TrainingCall {
  readonly label: string;
  /** The estimator; undefined where it is the call that makes it. */
  readonly model: object | undefined;
  /** Whose parameters have the names of the arguments. */
  readonly method: object;
  readonly args: readonly unknown[];
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly call: Method;
}

/**
 * A call that trains an estimator: what it was made with and plain arguments are hyperparameters, other objects the data. What it leaves is the model,
 * in its new state; numbers that it returns, such as the last error, are outputs.
 */
export function recordTraining(execution: Execution, training: TrainingCall): unknown {
  const { label, model, args, call } = training;
  return callStated<unknown>(execution, "training", label, {
    before(step) {
      if (model && execution.identity.of(model)) step.used(model);
      const settings = { ...training.hyperparameters, ...stateArguments(step, training) };
      if (Object.keys(settings).length > 0) step.hyperparameters(settings);
    },
    call: () => Reflect.apply(call, model, args),
    after(step, result) {
      const trained = model ?? result;
      if (isObject(trained)) step.generated(trained, { kind: "model", name: label.replace(/\.[^.]*$/, "") });
      if (result === trained) return;
      const isModel =
        isObject(result) && model !== undefined && Object.getPrototypeOf(result) === Object.getPrototypeOf(model);
      if (isPlainObject(result)) stateOutputs(step, result);
      else if (isObject(result)) step.generated(result, isModel ? { kind: "model" } : { name: `${label}.result` });
      else if (result !== undefined && result !== null) stateOutputs(step, { result });
    },
  });
}

/** States the data among the arguments as used, and returns what is plain, by name. */
function stateArguments(step: Activity, { args, method }: TrainingCall): Record<string, unknown> {
  const names = parameterNames(method);
  const settings: Record<string, unknown> = {};
  for (const [i, argument] of args.entries()) {
    const role = names[i] ?? `argument${i + 1}`;
    if (argument === undefined || typeof argument === "function") continue;
    const isKnown = isObject(argument) && step.execution.identity.of(argument) !== undefined;
    if (isPlainObject(argument) && !isKnown) Object.assign(settings, argument);
    else if (isObject(argument)) step.used(argument, { role });
    else settings[role] = argument;
  }
  return settings;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
