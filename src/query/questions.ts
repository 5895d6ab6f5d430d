import { LINKS_FROM, LINKS_TO, PARTS } from "./lineage/lineage-queries.ts";
import { DERIVED_MODELS, MODEL_FILES, MODELS, RUNS_OF_MODELS } from "./models/model-states.ts";
import { PARTS_OF_PLAN } from "./plans/plans.ts";
import { CHECKPOINTS } from "./runs/continuations.ts";
import { HYPERPARAMETERS } from "./runs/hyperparameters.ts";
import { EVALUATIONS } from "./runs/measures.ts";
import { STEPS_OF_RUNS } from "./runs/run-steps.ts";
import { RUNS, STUDIES } from "./runs/runs.ts";
import { FLOWS, STEPS_OF } from "./runs/steps.ts";
import { ALL_SERIES, SERIES_OF_RUN } from "./series/series.ts";
import { STATEMENTS_ABOUT, STATEMENTS_OF } from "./show.ts";
import { queryText, type Sparql } from "./sparql.ts";

/** The SPARQL behind each question, to be read, changed and asked of any store; `id` stands where an IRI does. */
export const QUESTIONS: Readonly<
  Record<"runs" | "models" | "run" | "show" | "lineage" | "series" | "plan", (id: string) => string[]>
> = {
  runs: () => texts(RUNS, STEPS_OF_RUNS, HYPERPARAMETERS, EVALUATIONS, ALL_SERIES, STUDIES, CHECKPOINTS),
  models: () => texts(MODELS, RUNS_OF_MODELS, DERIVED_MODELS, MODEL_FILES, EVALUATIONS),
  run: (id) => texts(STEPS_OF(id), FLOWS([id])),
  show: (id) => texts(STATEMENTS_OF(id), STATEMENTS_ABOUT(id)),
  lineage: (id) => texts(LINKS_FROM([id]), LINKS_TO([id]), PARTS([id])),
  series: (id) => texts(SERIES_OF_RUN(id)),
  plan: (id) => texts(PARTS_OF_PLAN(id)),
};

function texts(...queries: readonly Sparql[]): string[] {
  return queries.map(queryText);
}
