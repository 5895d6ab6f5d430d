import { provml } from "../../vocab/provml.ts";
import { type Facts, oneOf } from "../facts.ts";
import { thingKind } from "../things.ts";
import { recordedValue } from "../values.ts";

/** A loop that was left early: in which section of how many, why, and which section's model is kept. */
export interface Stopped {
  readonly at?: number;
  readonly planned?: number;
  readonly best?: number;
  readonly reason?: string;
}

const PROPERTIES = new Map<keyof Stopped, string>([
  ["at", provml.stoppedAtStep],
  ["planned", provml.plannedCount],
  ["best", provml.bestStep],
  ["reason", provml.reason],
]);

/** What must be known of entities for {@link stoppedOf}. */
export const STOPPED_PROPERTIES: readonly string[] = [...PROPERTIES.values()];

/** The early stoppings among what a step generated. */
export function stoppedOf(generated: readonly Facts[]): { readonly stopped?: readonly Stopped[] } {
  const stopped = generated
    .filter((facts) => thingKind(facts) === "stopping")
    .map((facts): Stopped => {
      const terms = [...PROPERTIES].map(([name, property]) => [name, oneOf(facts, property)] as const);
      return Object.fromEntries(terms.flatMap(([name, term]) => (term ? [[name, recordedValue(term)]] : [])));
    });
  return stopped.length === 0 ? {} : { stopped };
}
