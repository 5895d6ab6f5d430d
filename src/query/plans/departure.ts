import type { PlannedStep } from "../../model/plan.ts";
import type { Call } from "../runs/calls.ts";

/** The ways in which what happened may differ from a plan. */
export const DEPARTURES = {
  "step-missing": "a planned step never ran",
  "step-unfinished": "a planned step ran, and never came to its end",
  "step-unplanned": "a step ran that the plan does not name",
  "step-kind": "a step ran as another kind of step",
  "step-place": "a step ran outside of the step in which it is planned",
  "step-order": "a step began before one that is planned before it",
  "parameter-missing": "a planned parameter was not given",
  "parameter-unplanned": "a parameter was given that the plan does not name",
  "parameter-value": "a parameter had a value that the plan does not allow",
  "input-missing": "a planned input was not used",
  "input-unplanned": "something was used that the plan does not name",
  "input-split": "a data set was used as another part of the data than planned",
  "output-missing": "a planned output was not made",
  "output-unplanned": "something was made that the plan does not name",
  "output-split": "a data set was made as another part of the data than planned",
  "measure-missing": "a planned measure was not found",
  "measure-unplanned": "a measure was found that the plan does not name",
  "measure-value": "a measure had a value that the plan does not allow",
  "section-missing": "a step had none of its planned sections",
  "section-unplanned": "a step had sections that the plan does not name",
} as const;

export type DepartureKind = keyof typeof DEPARTURES;

/** Where what happened differs from the plan. */
export interface Departure {
  readonly kind: DepartureKind;
  /** The step's name. */
  readonly step: string;
  /** What the step took, used, made or measured, or should have. */
  readonly name?: string;
  /** One sentence. */
  readonly text: string;
  /** The calls that it is about. */
  readonly calls: readonly string[];
}

/** Of several calls it is said how many depart. */
export function about(
  kind: DepartureKind,
  { name }: PlannedStep,
  its: readonly Call[],
  among: readonly unknown[],
  text: string,
): Departure {
  const calls = idsOf(its);
  return {
    kind,
    step: name,
    text: among.length > 1 ? `${text} (${calls.length} of ${among.length} calls)` : text,
    calls,
  };
}

export function idsOf(calls: readonly Call[]): string[] {
  return [...new Set(calls.map(({ id }) => id))];
}
