/**
 * What PROV-CONSTRAINTS calls its definitions (1-4), inferences (5-21) and constraints (22-56). Only constraints can be violated;
 * the others say why an unstated statement counted.
 */
export const RULES: Readonly<Record<number, string>> = {
  1: "optional-identifiers",
  2: "optional-attributes",
  3: "definition-short-forms",
  4: "optional-placeholders",
  5: "communication-generation-use-inference",
  6: "generation-use-communication-inference",
  7: "entity-generation-invalidation-inference",
  8: "activity-start-end-inference",
  9: "wasStartedBy-inference",
  10: "wasEndedBy-inference",
  11: "derivation-generation-use-inference",
  12: "revision-is-alternate-inference",
  13: "attribution-inference",
  14: "delegation-inference",
  15: "influence-inference",
  16: "alternate-reflexive",
  17: "alternate-transitive",
  18: "alternate-symmetric",
  19: "specialization-transitive",
  20: "specialization-alternate-inference",
  21: "specialization-attributes-inference",
  22: "key-object",
  23: "key-properties",
  24: "unique-generation",
  25: "unique-invalidation",
  26: "unique-wasStartedBy",
  27: "unique-wasEndedBy",
  28: "unique-startTime",
  29: "unique-endTime",
  30: "start-precedes-end",
  31: "start-start-ordering",
  32: "end-end-ordering",
  33: "usage-within-activity",
  34: "generation-within-activity",
  35: "wasInformedBy-ordering",
  36: "generation-precedes-invalidation",
  37: "generation-precedes-usage",
  38: "usage-precedes-invalidation",
  39: "generation-generation-ordering",
  40: "invalidation-invalidation-ordering",
  41: "derivation-usage-generation-ordering",
  42: "derivation-generation-generation-ordering",
  43: "wasStartedBy-ordering",
  44: "wasEndedBy-ordering",
  45: "specialization-generation-ordering",
  46: "specialization-invalidation-ordering",
  47: "wasAssociatedWith-ordering",
  48: "wasAttributedTo-ordering",
  49: "actedOnBehalfOf-ordering",
  50: "typing",
  51: "impossible-unspecified-derivation-generation-use",
  52: "impossible-specialization-reflexive",
  53: "impossible-property-overlap",
  54: "impossible-object-property-overlap",
  55: "entity-activity-disjoint",
  56: "membership-empty-collection",
};

/** What a violation is of: a constraint's number, or a rule of another specification that has no number there. */
export type Rule = number | "mandatory-argument" | "time-value" | "unique-mention";

/** The specification and the name of a rule, as people look it up. */
export function ruleName(rule: Rule): string {
  return typeof rule === "number" ? (RULES[rule] ?? String(rule)) : rule;
}

/** `PROV-CONSTRAINTS 42`, or the specification that an unnumbered rule is of. */
export function ruleSource(rule: Rule): string {
  switch (rule) {
    case "mandatory-argument": // sections 5.1-5.6
    case "time-value": // section 5.7.3
      return "PROV-DM";
    case "unique-mention":
      return "PROV-Links";
    default:
      return `PROV-CONSTRAINTS ${rule}`;
  }
}
