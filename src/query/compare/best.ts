import { ProvenanceError } from "../../model/error.ts";
import { badOption } from "../find.ts";
import { whole } from "../listing.ts";
import { type Model, readModels } from "../models/models.ts";
import type { RunFilter } from "../runs/run-filter.ts";
import { listRuns } from "../runs/run-list.ts";
import type { Run } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import type { PlainValue } from "../values.ts";
import { checkGoal, type Goal, goalFor } from "./goals.ts";

export interface BestOptions {
  /** The name of a measure. */
  readonly measure: string;
  /** Whether its least or its greatest value is the best. Default: what its name says, as `loss` and `accuracy` do; other names need it said. */
  readonly goal?: Goal;
  /** Among which; as text as `--where` takes it. Default: all. */
  readonly where?: RunFilter | string;
  /** How many at most, 1 or more. Default: 1. */
  readonly limit?: number;
  /** `models`: each model by its own measures, as where a run made several. Default: `runs`. */
  readonly of?: "runs" | "models";
}

/** One of the best, with what it was made with. */
export interface Best {
  /** 1 for the best; of equal values the older one comes first. */
  readonly rank: number;
  readonly value: number;
  /** Absent for a model that came from outside. */
  readonly run?: Run;
  /** Where models were asked for. */
  readonly model?: Model;
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
}

/**
 * The runs, or models, with the best values of a measure, the best first. What has no value of it, or NaN, is not among them.
 * @throws {ProvenanceError} `bad-argument`, `bad-option`
 */
export async function readBest(source: Source, options: BestOptions): Promise<Best[]> {
  const { measure, where, limit = 1, of = "runs" } = options ?? {};
  if (typeof measure !== "string" || measure === "")
    throw new ProvenanceError("bad-argument", 'best() takes the name of a measure, e.g. best({ measure: "accuracy" })');
  if (of !== "runs" && of !== "models")
    throw new ProvenanceError("bad-option", `of is ${JSON.stringify(of)}; give "runs" or "models"`);
  const goal = options.goal === undefined ? goalFor(measure) : checkGoal(options.goal);
  const most = whole("limit", limit);
  if (most === 0) throw badOption("limit", limit, "a whole number, 1 or more");
  const wanted = where === undefined ? {} : { where };
  const all: Omit<Best, "rank">[] = [];
  const runs = await listRuns(source, of === "runs" ? wanted : {});
  if (of === "runs") for (const run of runs) all.push(...valued(run, measure, { run }));
  else {
    const byId = new Map(runs.map((run) => [run.id, run]));
    for (const model of await readModels(source, wanted)) {
      const run = byId.get(model.run ?? "");
      all.push(...valued(model, measure, run === undefined ? { model } : { model, run }));
    }
  }
  const sign = goal === "minimize" ? 1 : -1;
  all.reverse().sort((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -sign : sign));
  return all.slice(0, most).map((one, i) => ({ rank: i + 1, ...one }));
}

function valued(
  { measures, hyperparameters }: Pick<Run, "measures" | "hyperparameters">,
  measure: string,
  of: Pick<Best, "run" | "model">,
): Omit<Best, "rank">[] {
  const value = Object.hasOwn(measures, measure) ? measures[measure] : undefined;
  return value === undefined || Number.isNaN(value) ? [] : [{ value, ...of, hyperparameters }];
}
