import type { Brief } from "../model/brief.ts";
import type { StepKind } from "../model/ml.ts";
import { Activity } from "./activity.ts";
import { type AnyFunction, callInside } from "./call.ts";
import { now } from "./clock.ts";
import { currentStep } from "./context.ts";
import type { Execution } from "./execution.ts";
import { callsOf } from "./inference/calls.ts";
import { stateInputs, stateModelInputs } from "./inputs.ts";
import { parameterNames } from "./parameter-names.ts";

/**
 * Calls a function as a step. Whatever it does, the caller sees the same: the same value (a promise of the same kind, settled the same way), the
 * same error, and nothing of what goes wrong in recording.
 */
export function callStep(
  execution: Execution,
  kind: StepKind,
  label: string,
  fn: AnyFunction,
  self: unknown,
  args: readonly unknown[],
): unknown {
  const activity = execution.faults.guard(() => beginStep(execution, kind, label, fn, self, args));
  if (activity === undefined) return Reflect.apply(fn, self, args as never[]);
  return callInside(activity, fn, self, args);
}

function beginStep(
  execution: Execution,
  kind: StepKind,
  label: string,
  fn: AnyFunction,
  self: unknown,
  args: readonly unknown[],
): Activity {
  const parent = stepAround(execution);
  const isLazy = kind === "inference";
  const number = isLazy ? callsOf(parent, label).calls++ : 0;
  const activity = new Activity(execution, {
    name: execution.id(),
    kind,
    label,
    startTime: now(),
    parent,
    number,
    isLazy,
  });
  const out: Brief[] = [];
  if (isLazy) stateModelInputs(activity, self, args, out);
  else {
    activity.start(out);
    execution.faults.guard(() => stateInputs(activity, args.length > 0 ? parameterNames(fn) : [], self, args, out));
  }
  execution.write(out);
  return activity;
}

/**
 * The step that a new one is part of. One that has ended, as is the case in a timer that it set, has no new parts: that would
 * make a chain without end of a step that schedules itself.
 */
export function stepAround(execution: Execution): Activity {
  let around = currentStep();
  if (around?.execution !== execution) return execution.root;
  while (around.isEnded && around.parent) around = around.parent;
  return around;
}
