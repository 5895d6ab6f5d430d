import type { AsyncLocalStorage } from "node:async_hooks";
import type { Activity } from "./activity.ts";

/** Shared between copies of the package in one process, so that a step knows the step around it whoever wrapped it. */
const CONTEXT = Symbol.for("provml.context");
const shared = globalThis as { [CONTEXT]?: AsyncLocalStorage<Activity> };

/** The step that the running code belongs to, across `await`; undefined outside steps and in what outlives its execution. */
export function currentStep(): Activity | undefined {
  const step = shared[CONTEXT]?.getStore();
  return step?.execution.isEnded ? undefined : step;
}

/**
 * Calls a function inside a step. The storage is made by the first step: on Node 20 every `await` of the process costs more from then on.
 */
export function runInside<T>(step: Activity, fn: (...args: never[]) => T, self: unknown, args: readonly unknown[]): T {
  if (shared[CONTEXT] === undefined) {
    const async = process.getBuiltinModule("node:async_hooks");
    shared[CONTEXT] = new async.AsyncLocalStorage();
  }
  return shared[CONTEXT].run(step, Reflect.apply<unknown, readonly unknown[], T>, fn as never, self, args as unknown[]);
}
