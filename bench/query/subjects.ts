import type { FileInputs, GraphInputs, PreparationInputs, RunInputs, TrainingInputs } from "../graph/inputs.ts";

/** What questions are asked about: other things each time, from all over the graph. */
export interface Subject {
  readonly run: RunInputs;
  readonly model: FileInputs;
  readonly training: TrainingInputs;
  readonly preparation: PreparationInputs;
  /** A file that somewhere was the first. */
  readonly raw: FileInputs;
  /** A run of the same study. */
  readonly other: RunInputs;
}

export function subjectsOf({ executions }: GraphInputs, count: number): Subject[] {
  const trainings = executions.filter((one): one is TrainingInputs => one.kind === "training");
  const raws = executions.flatMap((one) => (one.kind === "curation" ? [one.raw] : []));
  const all = trainings.flatMap((training) =>
    training.runs.flatMap((run, i) => {
      if (run.outcome.status !== "completed") return [];
      const other = training.runs[(i + 1) % training.runs.length] as RunInputs;
      return [{ run, other, model: run.outcome.model, training, preparation: training.preparation }];
    }),
  );
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => {
    const at = Math.floor(((i + 0.5) * all.length) / count) % all.length;
    const raw = raws[Math.floor(((i + 0.5) * raws.length) / count) % raws.length] as FileInputs;
    return { ...(all[at] as (typeof all)[0]), raw };
  });
}
