/**
 * Constraints 30-49: a valid document, and the names to replace in it so that this constraint contradicts others.
 *
 * Only constraint 42 is strict, and nothing must come after an end or an invalidation but other ends and invalidations. So by
 * themselves only 34 (start before generation), 42, 43 (generation of the trigger before the start), 45 and 48 can make a
 * document invalid, and 31, 33, 37, 39 and 41 only where one of those does so too. The others take part where one id stands for two events, which
 * 53 forbids as well: most mutants here give an event the id `ex:x`, which is that of the generation of `ex:y`.
 */
export interface OrderCase {
  readonly constraint: number;
  readonly what: string;
  readonly valid: string;
  readonly mutation: Readonly<Record<string, string>>;
  /** Whether the mutant violates nothing but the order of events. */
  readonly isPure?: true;
}

/** `ex:z` comes after `ex:x`, the generation of `ex:y`. */
const LATER = "wasGeneratedBy(ex:x; ex:y, -, -);; wasDerivedFrom(ex:z, ex:y)";

export const ORDER_CASES: readonly OrderCase[] = [
  {
    constraint: 30,
    what: "an activity starts before it ends",
    valid: `wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasEndedBy(ex:end; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 31,
    what: "starts of an activity are at once",
    valid: `wasStartedBy(ex:s1; ex:a, ex:z, -, -);; wasStartedBy(ex:s2; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:s2": "ex:x" },
  },
  {
    constraint: 32,
    what: "ends of an activity are at once",
    valid: `wasEndedBy(ex:end1; ex:a, ex:z, -, -);; wasEndedBy(ex:end2; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end2": "ex:x" },
  },
  {
    constraint: 33,
    what: "an activity uses nothing before its start",
    valid: `wasStartedBy(ex:s; ex:a, ex:z, -, -);; used(ex:u; ex:a, ex:e, -);; ${LATER}`,
    mutation: { "ex:u": "ex:x" },
  },
  {
    constraint: 33,
    what: "an activity uses nothing after its end",
    valid: `entity(ex:z);; used(ex:u; ex:a, ex:z, -);; wasEndedBy(ex:end; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 34,
    what: "an activity generates nothing before its start",
    valid: "wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasGeneratedBy(ex:g; ex:y, ex:a, -);; wasDerivedFrom(ex:z, ex:w)",
    mutation: { "ex:w": "ex:y" },
    isPure: true,
  },
  {
    constraint: 34,
    what: "an activity generates nothing after its end",
    valid: `wasGeneratedBy(ex:gz; ex:z, ex:a, -);; wasEndedBy(ex:end; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 35,
    what: "an activity that informs another starts before that one ends",
    valid: `wasInformedBy(ex:b, ex:a);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasEndedBy(ex:end; ex:b, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 36,
    what: "an entity is generated before it is invalidated",
    valid: `entity(ex:z);; wasInvalidatedBy(ex:inv; ex:z, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 37,
    what: "an entity is generated before it is used",
    valid: `entity(ex:z);; used(ex:u; ex:a, ex:z, -);; ${LATER}`,
    mutation: { "ex:u": "ex:x" },
  },
  {
    constraint: 38,
    what: "an entity is used before it is invalidated",
    valid: `used(ex:u; ex:a, ex:e, -);; wasInvalidatedBy(ex:inv; ex:e, -, -);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 39,
    what: "generations of an entity are at once",
    valid:
      "wasGeneratedBy(ex:g1; ex:e, ex:a1, -);; wasGeneratedBy(ex:g2; ex:e, ex:a2, -);; wasStartedBy(ex:s2; ex:a2, ex:z, -, -);; " +
      "wasStartedBy(ex:s3; ex:a3, -, -, -);; wasGeneratedBy(ex:gy; ex:y, ex:a3, -);; wasDerivedFrom(ex:z, ex:y)",
    mutation: { "ex:s3": "ex:g1" },
  },
  {
    constraint: 40,
    what: "invalidations of an entity are at once",
    valid: `wasInvalidatedBy(ex:inv1; ex:e, ex:a1, -);; wasInvalidatedBy(ex:inv2; ex:e, ex:a2, -);; wasGeneratedBy(ex:gz; ex:z, -, -);; ${LATER}`,
    mutation: { "ex:inv1": "ex:gz", "ex:inv2": "ex:x" },
  },
  {
    constraint: 41,
    what: "a derivation's usage comes before its generation",
    valid:
      "used(ex:u; ex:a, ex:e1, -);; wasDerivedFrom(ex:d; ex:e2, ex:e1, ex:a, ex:g, ex:u);; wasGeneratedBy(ex:x; ex:y, -, -);; wasDerivedFrom(ex:y, ex:e2)",
    mutation: { "ex:u": "ex:x" },
  },
  {
    constraint: 42,
    what: "what an entity was derived from was generated before it",
    valid:
      "wasGeneratedBy(ex:e1, -, -);; wasGeneratedBy(ex:e2, -, -);; wasDerivedFrom(ex:e2, ex:e1);; wasDerivedFrom(ex:e1, ex:e0)",
    mutation: { "ex:e0": "ex:e2" },
    isPure: true,
  },
  {
    constraint: 42,
    what: "no entity is derived from itself",
    valid: "entity(ex:e1);; wasDerivedFrom(ex:e1, ex:e0)",
    mutation: { "ex:e0": "ex:e1" },
    isPure: true,
  },
  {
    constraint: 43,
    what: "a trigger is generated before it starts an activity",
    valid: "wasStartedBy(ex:s; ex:a, ex:w, -, -);; wasGeneratedBy(ex:g; ex:y, ex:a, -);; wasDerivedFrom(ex:z, ex:y)",
    mutation: { "ex:w": "ex:z" },
    isPure: true,
  },
  {
    constraint: 43,
    what: "a trigger starts no activity after its invalidation",
    valid: `wasStartedBy(ex:s1; ex:a, ex:e, -, -);; wasStartedBy(ex:s2; ex:a, ex:z, -, -);; wasInvalidatedBy(ex:inv; ex:e, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 44,
    what: "a trigger is generated before it ends an activity",
    valid: `wasEndedBy(ex:end; ex:a, ex:z, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 44,
    what: "a trigger ends no activity after its invalidation",
    valid: `wasEndedBy(ex:end; ex:a, ex:e, -, -);; wasInvalidatedBy(ex:inv; ex:e, -, -);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 45,
    what: "a specialization is not generated before the general entity",
    valid: "entity(ex:e1);; entity(ex:e2);; specializationOf(ex:e2, ex:e1);; wasDerivedFrom(ex:e1, ex:e0)",
    mutation: { "ex:e0": "ex:e2" },
    isPure: true,
  },
  {
    constraint: 46,
    what: "a specialization is not invalidated after the general entity",
    valid: `specializationOf(ex:z, ex:e);; wasInvalidatedBy(ex:i1; ex:z, -, -);; wasInvalidatedBy(ex:i2; ex:e, -, -);; entity(ex:z);; ${LATER}`,
    mutation: { "ex:i2": "ex:x" },
  },
  {
    constraint: 47,
    what: "an agent is not invalidated before its activity starts",
    valid: `wasAssociatedWith(ex:a, ex:ag, -);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasInvalidatedBy(ex:inv; ex:ag, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 47,
    what: "an agent is not generated after its activity ends",
    valid: `wasAssociatedWith(ex:a, ex:z, -);; wasGeneratedBy(ex:gz; ex:z, -, -);; wasEndedBy(ex:end; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 47,
    what: "an agent that is an activity does not end before its activity starts",
    valid: `wasAssociatedWith(ex:a, ex:ag, -);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasEndedBy(ex:end; ex:ag, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 47,
    what: "an agent that is an activity does not start after its activity ends",
    valid: `wasAssociatedWith(ex:a, ex:ag, -);; wasStartedBy(ex:s; ex:ag, ex:z, -, -);; wasEndedBy(ex:end; ex:a, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
  {
    constraint: 48,
    what: "an agent is generated before what is attributed to it",
    valid: "wasAttributedTo(ex:e, ex:ag);; wasGeneratedBy(ex:g; ex:ag, -, -);; wasDerivedFrom(ex:ag, ex:e0)",
    mutation: { "ex:e0": "ex:e" },
    isPure: true,
  },
  {
    constraint: 48,
    what: "an agent that is an activity starts before what is attributed to it is generated",
    valid: "wasAttributedTo(ex:e, ex:ag);; wasStartedBy(ex:s; ex:ag, ex:z, -, -);; wasDerivedFrom(ex:z, ex:e0)",
    mutation: { "ex:e0": "ex:e" },
    isPure: true,
  },
  {
    constraint: 49,
    what: "who is responsible is generated before the delegate is invalidated",
    valid: `actedOnBehalfOf(ex:ag, ex:z, -);; wasGeneratedBy(ex:gz; ex:z, -, -);; wasInvalidatedBy(ex:inv; ex:ag, -, -);; ${LATER}`,
    mutation: { "ex:inv": "ex:x" },
  },
  {
    constraint: 49,
    what: "who is responsible, being an activity, starts before the delegate ends",
    valid: `actedOnBehalfOf(ex:b, ex:a, -);; wasStartedBy(ex:s; ex:a, ex:z, -, -);; wasEndedBy(ex:end; ex:b, -, -, -);; ${LATER}`,
    mutation: { "ex:end": "ex:x" },
  },
];
