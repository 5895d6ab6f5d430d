import { badOption } from "../find.ts";
import type { TrainedModel } from "./trained-model.ts";

/** How models are ranked. */
export interface Ranking {
  /** The name of the measure. Default: `loss`. */
  readonly measure?: string;
  /** Which value of it is the best. Default: `least` of a measure whose name has `loss`, `error`, `mse`, `mae` or `perplexity` in it, else `greatest`. */
  readonly goal?: "least" | "greatest";
}

export interface Ranked {
  readonly measure: string;
  readonly goal: "least" | "greatest";
  /** How many have a number for the measure. */
  readonly considered: number;
  /** The best; of equals the one that was trained first. Absent where none has the measure. */
  readonly best?: TrainedModel;
}

/** @throws {ProvenanceError} `bad-option` */
export function rank(all: readonly TrainedModel[], { measure = "loss", goal = goalOf(measure) }: Ranking): Ranked {
  if (typeof measure !== "string" || measure === "") throw badOption("measure", measure, "the name of a measure");
  if (goal !== "least" && goal !== "greatest") throw badOption("goal", goal, '"least" or "greatest"');
  const sign = goal === "least" ? 1 : -1;
  const valueOf = ({ measures }: TrainedModel) => (Object.hasOwn(measures, measure) ? measures[measure] : undefined);
  const judged = all.filter((one) => !Number.isNaN(valueOf(one) ?? Number.NaN));
  let best: TrainedModel | undefined;
  for (const one of judged) {
    const order = best === undefined ? -1 : sign * ((valueOf(one) as number) - (valueOf(best) as number));
    if (order < 0 || (order === 0 && isBefore(one, best))) best = one;
  }
  return { measure, goal, considered: judged.length, ...(best === undefined ? {} : { best }) };
}

function goalOf(measure: unknown): "least" | "greatest" {
  return /loss|error|mse|mae|perplexity/i.test(String(measure)) ? "least" : "greatest";
}

function isBefore(a: TrainedModel, b: TrainedModel | undefined): boolean {
  return timeOf(a) < timeOf(b);
}

/** As text of one length: canonical times have fractions of several. */
function timeOf(one: TrainedModel | undefined): number {
  return Date.parse(one?.run?.startedAt ?? one?.model?.generatedAt ?? "") || Number.POSITIVE_INFINITY;
}
