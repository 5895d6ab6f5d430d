import { plainValue } from "../../rdf/terms.ts";
import type { SolutionRow } from "../../store/store.ts";
import { groupBy, timeOf } from "../facts.ts";
import { compareIds } from "../ids.ts";
import { type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** What evaluations found, of which model if that is stated, and in which step. */
export const EVALUATIONS: Sparql = sparql`
SELECT ?evaluation ?model ?step ?name ?value ?time WHERE {
  ?evaluation a provml:ModelEvaluation ; rdfs:label ?name ; mls:hasValue ?value .
  OPTIONAL { ?evaluation provml:evaluates ?model }
  OPTIONAL { ?evaluation prov:wasGeneratedBy ?step }
  OPTIONAL { ?evaluation prov:generatedAtTime ?time }
}`;

/** The evaluations, by the model that they judge and by the step in which they did. */
export async function readEvaluations(source: Source) {
  const rows = await select(source, EVALUATIONS);
  return { byModel: groupBy(rows, "model"), byStep: groupBy(rows, "step") };
}

/** The number that each measure came to, of several the latest; of one millisecond the one that was stated last. */
export function latestMeasures(evaluations: readonly SolutionRow[]): Map<string, number> {
  const found = new Map<string, { value: number; time: number }>();
  const inOrder = [...evaluations].sort((a, b) => compareIds(a.evaluation?.value ?? "", b.evaluation?.value ?? ""));
  for (const { name, value, time } of inOrder) {
    const number = value && plainValue(value);
    if (!name || typeof number !== "number") continue;
    const at = timeOf(time?.value) ?? Number.NEGATIVE_INFINITY;
    const known = found.get(name.value);
    if (known === undefined || at >= known.time) found.set(name.value, { value: number, time: at });
  }
  return new Map(Array.from(found, ([name, { value }]) => [name, value]));
}
