import { types } from "node:util";
import type { Name } from "../../model/brief.ts";
import { Activity } from "../activity.ts";
import { now } from "../clock.ts";
import { runInside } from "../context.ts";
import type { Execution } from "../execution.ts";
import type { Settings } from "../settings.ts";
import { followPromise, followThenable } from "../thenable.ts";
import { standingOf } from "./standing.ts";

/** Executions of others that are kept open; each holds the buffer of a spool. */
const MOST_OPEN = 8;
/** Steps of others that are kept, so that what is logged in one again and again is one series. */
const MOST_STEPS = 64;

interface Carried {
  readonly execution: Execution;
  /** Calls that have not come to their end. */
  calls: number;
}

/** The executions of others for which an instance records: those from which something was carried here. */
export class CarriedExecutions {
  readonly #open = new Map<string, Carried>();
  readonly #steps = new WeakMap<Execution, Map<Name, Activity>>();
  readonly #begin: (settings: Settings) => Execution | undefined;
  readonly #end: (execution: Execution) => void;

  constructor(begin: (settings: Settings) => Execution | undefined, end: (execution: Execution) => void) {
    this.#begin = begin;
    this.#end = end;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  has(execution: Execution): boolean {
    return this.#open.get(keyOf(execution.settings.base, execution.uuid))?.execution === execution;
  }

  /** Calls a function in the step that the settings name, of this execution or, where that is not given, of the one that they name. */
  call<T>(settings: Settings, own: Execution | undefined, fn: () => T): T {
    const carried: Carried | undefined = own ? { execution: own, calls: 0 } : this.#opened(settings);
    if (carried === undefined) return fn();
    const step = this.#stepOf(carried.execution, settings);
    carried.calls++;
    const done = () => void carried.calls--;
    let result: T;
    try {
      result = runInside(step, fn, undefined, []);
    } catch (error) {
      done();
      throw error;
    }
    // As a step's result is: a rejection that nobody handles stays unhandled, and a query is not started.
    const followed = types.isPromise(result) ? followPromise(result, done, done) : undefined;
    if (followed) return followed as T;
    if (!followThenable(result, done, done)) done();
    return result;
  }

  endAll(): void {
    for (const { execution } of this.#open.values()) this.#end(execution);
    this.#open.clear();
  }

  executions(): Execution[] {
    return Array.from(this.#open.values(), ({ execution }) => execution);
  }

  #opened(settings: Settings): Carried | undefined {
    const key = keyOf(settings.base, settings.execution as string);
    let carried = this.#open.get(key);
    if (carried === undefined) {
      // Its root serves every step that will be carried here.
      const execution = this.#begin({ ...settings, step: undefined, run: undefined });
      if (execution === undefined) return undefined;
      carried = { execution, calls: 0 };
    }
    this.#open.delete(key);
    this.#open.set(key, carried); // the latest one last
    if (this.#open.size > MOST_OPEN) this.#closeIdle();
    return carried;
  }

  #closeIdle(): void {
    for (const [key, { execution, calls }] of this.#open) {
      if (calls > 0 || execution.openSteps > 0) continue;
      this.#open.delete(key);
      this.#end(execution);
      return;
    }
  }

  #stepOf(execution: Execution, settings: Settings): Activity {
    const { step: name, run } = standingOf({ ...settings, execution: execution.uuid }, {});
    if (name === undefined) return execution.root;
    const steps = this.#steps.get(execution) ?? new Map<Name, Activity>();
    this.#steps.set(execution, steps);
    let step = steps.get(name);
    if (step === undefined) {
      const { standing, root } = execution;
      // That it happened here, on this computer, is said by what this process did of the execution.
      const isElsewhere = standing.kind !== "launcher" && standing.step === undefined && !execution.settings.thread;
      const label = name.slice(name.indexOf(":") + 1);
      const alsoAround = isElsewhere ? root.name : undefined;
      step = new Activity(execution, { name, kind: "activity", label, startTime: now(), runAround: run, alsoAround });
    }
    steps.delete(name);
    steps.set(name, step);
    if (steps.size > MOST_STEPS) steps.delete(steps.keys().next().value as Name);
    return step;
  }
}

function keyOf(base: string, uuid: string): string {
  return `${base} ${uuid}`;
}
