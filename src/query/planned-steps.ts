import type { PlannedStep } from "../model/plan.ts";
import { compareTimes } from "./facts.ts";
import { findOne } from "./find.ts";
import { compareIds } from "./ids.ts";
import { type FlatStep, readSteps } from "./run.ts";
import type { Source } from "./source.ts";

/**
 * What the steps of an execution or a run did, as a plan declares it: each name once, in the order of the first calls. Of a step that
 * was called several times the names of all calls count; sections such as epochs belong to their step.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function readPlannedSteps(source: Source, name: string): Promise<PlannedStep[]> {
  const id = await findOne(source, name);
  const steps = [...(await readSteps(source, id)).values()].filter(isPlannable);
  const byName = new Map<string, FlatStep[]>();
  for (const step of steps.sort(byStart)) byName.set(step.name, [...(byName.get(step.name) ?? []), step]);
  return Array.from(byName, ([its, calls]) => ({
    name: its,
    kind: calls[0]?.kind as PlannedStep["kind"],
    parameters: namesOf(calls.map(({ parameters }) => Object.keys(parameters))),
    inputs: namesOf(calls.map(({ inputs }) => inputs.map(({ label }) => label))),
    outputs: namesOf(
      calls.map(({ outputs, results }) => [...outputs.map(({ label }) => label), ...Object.keys(results)]),
    ),
    measures: namesOf(calls.map(({ measures }) => Object.keys(measures))),
  }));
}

function isPlannable({ kind, isExecution }: FlatStep): boolean {
  return kind !== "section" && !isExecution;
}

function byStart(a: FlatStep, b: FlatStep): number {
  return compareTimes(a.startedAt, b.startedAt) || compareIds(a.id, b.id);
}

function namesOf(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}
