import { types } from "node:util";
import type { Activity } from "./activity.ts";
import { now } from "./clock.ts";
import { runInside } from "./context.ts";
import { generateResult } from "./generation.ts";
import { followGenerator } from "./generators.ts";
import { stateResult } from "./outputs.ts";
import { followStream } from "./streams.ts";
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
  const settle = (value: unknown) => {
    if (!followStream(value, activity, () => complete(undefined), fail)) return complete(value);
    stateReturned(activity, value as object);
    activity.goOnAlone();
  };
  const promise = types.isPromise(result) ? followPromise(result, settle, fail) : undefined;
  if (promise) return promise;
  if (types.isGeneratorObject(result)) {
    const generator = followGenerator(result as Generator, activity, complete);
    stateReturned(activity, generator);
    return generator;
  }
  if (!followThenable(result, settle, fail)) settle(result);
  return result;
}

/** What goes on to be used while its step still runs, a generator or a stream, is generated when it is returned. */
function stateReturned(activity: Activity, thing: object): void {
  if (activity.isEnded || activity.kind === "inference") return;
  const { label } = activity;
  activity.record((out) => generateResult(activity, thing, { label }, undefined, now(), out));
}
