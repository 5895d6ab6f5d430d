import type { SolutionRow } from "../../store/store.ts";
import { compareIds } from "../ids.ts";
import { type Sparql, sparql } from "../sparql.ts";
import { type PlainValue, recordedValue } from "../values.ts";

/** The hyperparameter values that steps used. */
export const HYPERPARAMETERS: Sparql = sparql`
SELECT ?step ?setting ?name ?value WHERE {
  ?setting a provml:LearningHyperparameterValue ; rdfs:label ?name ; mls:hasValue ?value .
  ?step prov:used ?setting
}`;

/**
 * Values by name. What the run itself got counts; of what trainings inside it got, only that on which they agree: a search has no
 * learning rate of its own.
 */
export function settingsOf([own = [], ...inner]: readonly (readonly SolutionRow[])[]): Map<string, PlainValue> {
  const values = firstValues(inOrder(own));
  const all = inner.flatMap((rows) => [...firstValues(inOrder(rows))]);
  for (const [name, value] of all) {
    const isAgreed = all.every(([other, its]) => other !== name || JSON.stringify(its) === JSON.stringify(value));
    if (isAgreed && !values.has(name)) values.set(name, value);
  }
  return values;
}

function firstValues(rows: readonly SolutionRow[]): Map<string, PlainValue> {
  const values = new Map<string, PlainValue>();
  for (const { name, value } of rows) {
    if (name && value && !values.has(name.value)) values.set(name.value, recordedValue(value));
  }
  return values;
}

/** In the order in which the program gave them. */
function inOrder(rows: readonly SolutionRow[]): SolutionRow[] {
  return [...rows].sort((a, b) => compareIds(a.setting?.value ?? "", b.setting?.value ?? ""));
}
