import { types } from "node:util";
import type { Activity } from "./activity.ts";
import { runInside } from "./context.ts";
import { followGenerator } from "./generators.ts";
import { stateResult } from "./outputs.ts";
import { followPromise, followThenable } from "./thenable.ts";

export type AnyFunction = (...args: never[]) => unknown;

/** Calls a function inside an activity that has begun, and ends the activity when the call has come to its end. */
export function callInside(activity: Activity, fn: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  let result: unknown;
  try {
    result = runInside(activity, fn, self, args);
  } catch (error) {
    activity.end("provml:Failed", error);
    throw error;
  }
  const complete = (value: unknown) =>
    activity.end("provml:Completed", undefined, (out, time) => stateResult(activity, value, time, out));
  const fail = (error: unknown) => activity.end("provml:Failed", error);
  const promise = types.isPromise(result) ? followPromise(result, complete, fail) : undefined;
  if (promise) return promise;
  if (types.isGeneratorObject(result)) return followGenerator(result as Generator, activity, complete);
  if (!followThenable(result, complete, fail)) complete(result);
  return result;
}
