import type { Activity } from "../activity.ts";
import { failureAttributes } from "../failure.ts";
import { rowOwner } from "../rows.ts";
import { cleanName } from "../secrets.ts";
import { MOST_EVENTS, WINDOW_MS } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";
import { InferenceWindows } from "./windows.ts";

/** The calls of one wrapped function, by its name, in one step. */
export interface InferenceCalls {
  calls: number;
  windows: number;
  /** How many calls a second may fail with an activity of their own. */
  readonly failures: RateLimit;
  /** The windows of each model, for none holds calls of two. */
  readonly byModel: Map<string, InferenceWindows>;
}

const FAILURES_PER_SECOND = 1000;
/** Models whose windows are open at a time; with one more the oldest window closes. */
const MOST_MODELS = 64;

/** The calls of this name in a step so far. */
export function callsOf(step: Activity, label: string): InferenceCalls {
  step.inferences ??= new Map();
  const known = step.inferences.get(label);
  if (known) return known;
  const told = cleanName(label); // the graph has one series of windows for names that only differ in a secret
  const calls = step.inferences.get(told) ?? newCalls();
  step.inferences.set(told, calls);
  step.inferences.set(label, calls);
  return calls;
}

function newCalls(): InferenceCalls {
  return { calls: 0, windows: 0, failures: new RateLimit(FAILURES_PER_SECOND), byModel: new Map() };
}

/** Counts a call that has come to its end. @returns whether, if it failed, it may have an activity of its own. */
export function countCall(call: Activity, time: number, failure: { readonly error: unknown } | undefined): boolean {
  let around = call.parent as Activity;
  while (around.isEnded && around.parent) around = around.parent; // nobody waited for the call
  const owner = rowOwner(around);
  const calls = callsOf(owner, call.label);
  const windows = windowsOf(calls, owner, call, time);
  windows.open(call.startTime);
  if (failure === undefined) {
    windows.processed(undefined, time - call.startTime, undefined);
    return true;
  }
  windows.count("failed", 1);
  windows.countError(failureAttributes(failure.error)[0]?.[1] ?? "Error");
  const isAllowed = calls.failures.allows(time);
  if (!isAllowed) windows.count("droppedRecord", 1);
  windows.look(time);
  return isAllowed;
}

function windowsOf(
  calls: InferenceCalls,
  owner: Activity,
  { label, models = [] }: Activity,
  time: number,
): InferenceWindows {
  const key = models.join(" ");
  const known = calls.byModel.get(key);
  if (known) return known;
  for (const [oldest, its] of calls.byModel) {
    if (calls.byModel.size < MOST_MODELS) break;
    its.close(time);
    calls.byModel.delete(oldest);
  }
  const limits = { ms: WINDOW_MS, events: MOST_EVENTS };
  const windows = new InferenceWindows({ owner, label, limits, models, nextNumber: () => ++calls.windows });
  calls.byModel.set(key, windows);
  return windows;
}
