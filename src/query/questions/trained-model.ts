import { present } from "../facts.ts";
import type { ModelFile, ModelState } from "../models/model-states.ts";
import { modelOf, readSaid } from "../models/models.ts";
import { type Run, readRuns } from "../runs/runs.ts";
import type { Source } from "../source.ts";
import type { PlainValue } from "../values.ts";

/** A model with what it was trained with and what was found of it; or a training that has no model yet. */
export interface TrainedModel {
  /** Absent while the training goes on. */
  readonly model?: {
    readonly id: string;
    readonly label: string;
    readonly generatedAt?: string;
    readonly files: readonly ModelFile[];
    readonly sha256?: string;
  };
  /** Absent for a model that came from outside. */
  readonly run?: Pick<Run, "id" | "name" | "workflow" | "status" | "startedAt" | "study" | "person" | "host">;
  readonly hyperparameters: Readonly<Record<string, PlainValue>>;
  /** The latest of each name; of a training that goes on the last values of its series. */
  readonly measures: Readonly<Record<string, number>>;
}

/** Models with their runs; what `models()` says of them, and measures that their run found which are of none of its models in particular. */
export async function trainedModels(source: Source, states: readonly ModelState[]): Promise<TrainedModel[]> {
  const runs = new Map((await readRuns(source)).map((run) => [run.id, run]));
  const said = await readSaid(source);
  const ofRuns = new Map<Run, Record<string, number>>();
  const foundBy = (run: Run | undefined): Record<string, number> => {
    const found = run && (ofRuns.get(run) ?? commonMeasures(run, said));
    if (run && found) ofRuns.set(run, found);
    return found ?? {};
  };
  return states.map((state) => {
    const run = runs.get(state.run ?? "");
    const { id, label, generatedAt, files, sha256, hyperparameters, measures } = modelOf(state, run, said);
    return {
      model: { id, label, ...present({ generatedAt }), files, ...present({ sha256 }) },
      ...(run === undefined ? {} : { run: runOf(run) }),
      hyperparameters,
      measures: { ...foundBy(run), ...measures },
    };
  });
}

/** Of a run's measures those that no evaluation of one of its models found: these are that model's only. */
function commonMeasures({ models, measures }: Run, { judged }: Awaited<ReturnType<typeof readSaid>>) {
  const own = new Set(models.flatMap(({ id }) => [...(judged.get(id)?.keys() ?? [])]));
  return Object.fromEntries(Object.entries(measures).filter(([name]) => !own.has(name)));
}

/** A training as it stands. */
export function untrained(run: Run): TrainedModel {
  return { run: runOf(run), hyperparameters: run.hyperparameters, measures: run.measures };
}

function runOf({ id, name, workflow, status, startedAt, study, person, host }: Run) {
  return { id, name, workflow, status, ...present({ startedAt, study, person, host }) };
}
