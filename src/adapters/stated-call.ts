import { types } from "node:util";
import type { Activity } from "../capture/activity.ts";
import { currentStep } from "../capture/context.ts";
import type { Execution } from "../capture/execution.ts";
import type { StepKind } from "../model/ml.ts";

/** A call of a framework as a step: what it takes and gives is stated by the adapter, which knows what it means. */
export interface StatedCall<T> {
  /** States what the call takes. */
  readonly before?: (step: Activity) => void;
  readonly call: () => T;
  /** States what came of it; what this returns (numbers by name, or a promise of them) is what the step is recorded to have returned. */
  readonly after?: (step: Activity, value: Awaited<T>) => unknown;
}

/** The caller gets the value or the error that the call gave; what goes wrong in stating it stays with capture. */
export function callStated<T>(execution: Execution, kind: StepKind, label: string, parts: StatedCall<T>): T {
  const { before, call, after } = parts;
  const { faults } = execution;
  const outer = currentStep();
  let value: unknown;
  const step = (): unknown => {
    const own = currentStep();
    const activity = own === outer ? undefined : own; // where the step could not begin, nothing is stated of it
    faults.guard(() => activity && before?.(activity));
    const conclude = (settled: unknown): unknown => {
      value = settled;
      const stated = faults.guard(() => activity && after?.(activity, settled as Awaited<T>));
      return types.isPromise(stated) ? stated.catch(faults.report) : stated;
    };
    const called = call();
    return types.isPromise(called) ? called.then(conclude) : conclude(called);
  };
  const result = execution.call(kind, label, step, undefined, []);
  return (types.isPromise(result) ? result.then(() => value) : value) as T;
}
