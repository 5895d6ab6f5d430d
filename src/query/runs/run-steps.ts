import type { SolutionRow } from "../../store/store.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** The steps of each run, itself included, without windows of inferences and single events. */
export const STEPS_OF_RUNS: Sparql = sparql`
SELECT ?run ?step WHERE {
  ?run a mls:Run . ?step dcterms:isPartOf* ?run .
  FILTER NOT EXISTS { ?step provml:windowNumber ?window }
}`;

/** The runs that each step is of. */
export function runsBySteps(rows: readonly SolutionRow[]): Map<string, string[]> {
  const runs = new Map<string, string[]>();
  for (const { run, step } of rows) {
    if (!run || !step) continue;
    const its = runs.get(step.value);
    if (its) its.push(run.value);
    else runs.set(step.value, [run.value]);
  }
  return runs;
}
