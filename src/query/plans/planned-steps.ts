import type { Plan, PlannedStep } from "../../model/plan.ts";
import { planForm } from "../../model/plan-form.ts";
import { findExecution } from "../check/check.ts";
import { findOne } from "../find.ts";
import type { Found } from "../found.ts";
import { grouped } from "../grouped.ts";
import { type Call, readHappened } from "../runs/calls.ts";
import { isFinished } from "../runs/status.ts";
import type { Source } from "../source.ts";
import { type Entry, matchesOf } from "./matches.ts";

/**
 * What the steps of an execution or a run did, as a plan declares it: each step once, in the order of the first calls. Of a step that
 * was called several times the names of all calls count, and what not all of them had is optional; sections such as epochs belong to their step.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readPlannedSteps(source: Source, name: string): Promise<PlannedStep[]> {
  const { calls } = await readHappened(source, await findOne(source, name));
  return stepsFrom(calls);
}

/**
 * What the execution of a run did, as the plan of its workflow: whoever repeats it unchanged departs nowhere from it.
 * @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-plan` when it did more than a plan can hold.
 */
export async function readAsPlan(source: Source, name: string): Promise<Plan> {
  const { id, workflow } = await findExecution(source, name);
  const { calls } = await readHappened(source, id);
  return planForm({ name: workflow, complete: true, steps: stepsFrom(calls) });
}

/** What calls did, as steps of a complete plan. */
export function stepsFrom(calls: readonly Call[]): PlannedStep[] {
  const steps = grouped(calls, ({ kind, name }) => `${kind} ${name}`);
  const names = new Set(calls.map(({ name }) => name));
  const all = Array.from(steps.values(), (its) => stepFrom(its, names));
  return all.map((step) => (isWithinItself(step, all) ? withoutPlace(step) : step));
}

/** Steps that call each other, or that share their names, have no place that a plan could say. */
function isWithinItself(step: PlannedStep, all: readonly PlannedStep[]): boolean {
  const around = new Set([step.name]);
  for (let at = step.within; at !== undefined; at = all.find(({ name }) => name === at)?.within) {
    if (around.has(at)) return true;
    around.add(at);
  }
  return false;
}

function withoutPlace({ within: _, ...step }: PlannedStep): PlannedStep {
  return step;
}

/** A step that did not come to its end in any call may do so again. */
function stepFrom(calls: readonly Call[], names: ReadonlySet<string>): PlannedStep {
  const [{ name, kind }] = calls as [Call];
  const [within, ...more] = new Set(calls.map((call) => call.within));
  const isWithin = within !== undefined && more.length === 0 && within !== name && names.has(within);
  const finished = calls.filter(({ status }) => isFinished(status));
  const isOptional = finished.length === 0 && !calls.some(({ status }) => status === "endedEarly");
  const list = (aspect: "parameters" | "inputs" | "outputs" | "measures") => entriesFrom(calls, aspect);
  return {
    name,
    kind,
    parameters: list("parameters"),
    inputs: list("inputs"),
    outputs: list("outputs"),
    measures: list("measures"),
    sections: [...new Set(calls.flatMap(({ sections }) => sections.map(({ names: [one = ""] }) => one)))],
    ...(isWithin ? { within } : {}),
    ...(isOptional ? { optional: true } : {}),
  };
}

/** What the calls have is told by the same matching by which later calls are held against it. */
function entriesFrom(
  calls: readonly Call[],
  aspect: "parameters" | "inputs" | "outputs" | "measures",
): (string | Entry)[] {
  const found = grouped(
    calls.flatMap((call) => call[aspect]),
    planName,
  );
  const entries = Array.from(found, ([name, its]): Entry => {
    const [kind, ...kinds] = new Set(its.map((one) => one.kind));
    return kind === "dataset" && kinds.length === 0 ? { name, kind } : { name };
  });
  const matches = calls.map((call) => ({ call, ...matchesOf(entries, call, aspect) }));
  const finished = matches.filter(({ call }) => isFinished(call.status) && !call.isCut);
  return entries.map((entry) => {
    const judged = matches.flatMap(({ judgedBy }) => [...judgedBy].flatMap(([one, by]) => (by === entry ? [one] : [])));
    const [split, ...splits] = new Set(judged.map((one) => one.split));
    const isOptional = finished.some((one) => one.entries.get(entry)?.length === 0);
    const hasSplit = entry.kind === "dataset" && split !== undefined && splits.length === 0;
    const whole = { ...entry, ...(isOptional ? { optional: true } : {}), ...(hasSplit ? { split } : {}) };
    return Object.keys(whole).length === 1 ? entry.name : whole;
  });
}

/** What was made in a section may carry its number, counted from 0 or from 1. */
function planName({ names: [name = ""], section }: Found): string {
  if (section === undefined) return name;
  return name.replace(/\d+/g, (digits) =>
    Number(digits) === section || Number(digits) === section + 1 ? "*" : digits,
  );
}
