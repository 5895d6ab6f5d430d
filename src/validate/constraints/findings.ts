import type { Iri, Statement } from "../../model/statement.ts";
import type { Instance } from "./instance.ts";
import { type Rule, ruleName, ruleSource } from "./rules.ts";

/** Something in a document that no consistent history of things and events can hold. */
export interface Violation {
  /** The constraint of PROV-CONSTRAINTS by its number (22-56), or a rule that another specification gives without one. */
  readonly constraint: Rule;
  /** Its name in the specification, e.g. `start-precedes-end`. */
  readonly name: string;
  /** The specification and number, e.g. `PROV-CONSTRAINTS 30`. */
  readonly source: string;
  /**
   * Every definition, inference and constraint that plays a part, by number in ascending order, `constraint` among them: an order of events
   * is contradicted by several constraints at once, and a unification fails because of what was unified before.
   */
  readonly involved: readonly number[];
  /** The bundle that states it; absent for what stands outside bundles. */
  readonly bundle?: Iri;
  /** The statements of the document that it follows from, none twice; of many the first {@link STATEMENTS_SHOWN}. */
  readonly statements: readonly Statement[];
  /** One sentence, with names shortened by the document's prefixes. */
  readonly sentence: string;
}

/** How many statements a violation shows at most: a contradiction can run through a whole document. */
export const STATEMENTS_SHOWN = 100;

/** A violation of one instance, before it is put into words. */
export interface Finding {
  readonly constraint: Rule;
  readonly involved?: readonly number[];
  /** Indexes of the instance's statements; repetitions are dropped. */
  readonly sources: Iterable<number>;
  readonly sentence: string;
}

/** Collects violations: counts all, and makes words and objects of the first ones only. */
export interface Findings {
  /** The rest of a finding is only asked for when it will be shown. */
  add(instance: Instance, finding: () => Finding): void;
  readonly shown: readonly Violation[];
  readonly total: number;
}

export function createFindings(limit: number): Findings {
  const shown: Violation[] = [];
  let total = 0;
  return {
    add(instance, finding) {
      if (++total <= limit) shown.push(violationOf(instance, finding()));
    },
    shown,
    get total() {
      return total;
    },
  };
}

function violationOf(
  { bundle, statements }: Instance,
  { constraint, involved = [], sources, sentence }: Finding,
): Violation {
  const numbers = typeof constraint === "number" ? [constraint, ...involved] : involved;
  const distinct = new Set<number>();
  for (const source of sources) if (distinct.size < STATEMENTS_SHOWN) distinct.add(source);
  return {
    constraint,
    name: ruleName(constraint),
    source: ruleSource(constraint),
    involved: [...new Set(numbers)].sort((a, b) => a - b),
    ...(bundle === undefined ? {} : { bundle }),
    statements: Array.from(distinct, (index) => statements[index] as Statement),
    sentence,
  };
}
