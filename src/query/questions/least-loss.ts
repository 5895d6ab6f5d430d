import { checkGoal, type Goal, goalFor } from "../compare/goals.ts";
import { badOption } from "../find.ts";
import type { TrainedModel } from "./trained-model.ts";

/** How models are ranked. */
export interface Ranking {
  /** The name of the measure. Default: `loss`. */
  readonly measure?: string;
  /** Whether its least or its greatest value is the best. Default: what its name says, as `loss` and `accuracy` do; other names need it said. */
  readonly goal?: Goal;
}

export interface Ranked {
  readonly measure: string;
  readonly goal: Goal;
  /** How many have a number for the measure. */
  readonly considered: number;
  /** The best; of equals the one that was trained first. Absent where none has the measure. */
  readonly best?: TrainedModel;
}

/** @throws {ProvenanceError} `bad-option` */
export function rank(all: readonly TrainedModel[], { measure = "loss", goal: given }: Ranking): Ranked {
  if (typeof measure !== "string" || measure === "") throw badOption("measure", measure, "the name of a measure");
  const goal = given === undefined ? goalFor(measure) : checkGoal(given);
  const sign = goal === "minimize" ? 1 : -1;
  const numberOf = ({ measures }: TrainedModel) => (Object.hasOwn(measures, measure) ? measures[measure] : undefined);
  const judged = all.filter((one) => !Number.isNaN(numberOf(one) ?? Number.NaN));
  let best: TrainedModel | undefined;
  for (const one of judged) {
    const order = best === undefined ? -1 : sign * ((numberOf(one) as number) - (numberOf(best) as number));
    if (order < 0 || (order === 0 && isBefore(one, best))) best = one;
  }
  return { measure, goal, considered: judged.length, ...(best === undefined ? {} : { best }) };
}

function isBefore(a: TrainedModel, b: TrainedModel | undefined): boolean {
  return timeOf(a) < timeOf(b);
}

/** As text of one length: canonical times have fractions of several. */
function timeOf(one: TrainedModel | undefined): number {
  return Date.parse(one?.run?.startedAt ?? one?.model?.generatedAt ?? "") || Number.POSITIVE_INFINITY;
}
