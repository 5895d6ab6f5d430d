/** Constraints 22-29 and 50-56: a valid document, and the names or times to replace in it so that it violates this constraint. */
export interface Case {
  readonly constraint: number | "unique-mention" | "mandatory-argument" | "time-value";
  readonly valid: string;
  readonly mutation: Readonly<Record<string, string>>;
}

const EARLY = "2012-11-16T16:05:00";
const LATE = "2012-11-16T17:05:00";

export const UNIQUENESS_CASES: readonly Case[] = [
  { constraint: 22, valid: `activity(ex:a, ${EARLY}, -);; activity(ex:b, ${LATE}, -)`, mutation: { "ex:b": "ex:a" } },
  {
    constraint: 22,
    valid: `activity(ex:a, -, ${EARLY}Z);; activity(ex:a, -, ${LATE}+01:00)`,
    mutation: { "+01:00": "+02:00" },
  },
  ...(
    [
      ["wasGeneratedBy(ex:r; ex:e1, ex:a1, -)", "wasGeneratedBy(ex:q; ex:e2, ex:a1, -)"],
      ["used(ex:r; ex:a1, ex:e1, -)", "used(ex:q; ex:a1, ex:e2, -)"],
      ["wasInformedBy(ex:r; ex:a1, ex:a2)", "wasInformedBy(ex:q; ex:a1, ex:a3)"],
      ["wasStartedBy(ex:r; ex:a1, ex:e1, -, -)", "wasStartedBy(ex:q; ex:a1, ex:e2, -, -)"],
      ["wasEndedBy(ex:r; ex:a1, -, ex:a2, -)", "wasEndedBy(ex:q; ex:a1, -, ex:a3, -)"],
      ["wasInvalidatedBy(ex:r; ex:e1, ex:a1, -)", "wasInvalidatedBy(ex:q; ex:e1, ex:a2, -)"],
      ["wasDerivedFrom(ex:r; ex:e2, ex:e1)", "wasDerivedFrom(ex:q; ex:e2, ex:e0)"],
      ["wasDerivedFrom(ex:r; ex:e2, ex:e1, ex:a1, -, -)", "wasDerivedFrom(ex:q; ex:e2, ex:e1)"],
      ["wasAttributedTo(ex:r; ex:e1, ex:ag1)", "wasAttributedTo(ex:q; ex:e1, ex:ag2)"],
      ["wasAssociatedWith(ex:r; ex:a1, ex:ag1, ex:plan)", "wasAssociatedWith(ex:q; ex:a1, ex:ag1, -)"],
      ["actedOnBehalfOf(ex:r; ex:ag1, ex:ag2, ex:a1)", "actedOnBehalfOf(ex:q; ex:ag1, ex:ag2, ex:a2)"],
      ["wasInfluencedBy(ex:r; ex:e1, ex:e2)", "wasInfluencedBy(ex:q; ex:e1, ex:e3)"],
    ] as const
  ).map(([one, other]) => ({ constraint: 23, valid: `${one};; ${other}`, mutation: { "ex:q": "ex:r" } }) as const),
  {
    constraint: 23,
    valid: `used(ex:r; ex:a1, ex:e1, ${EARLY});; used(ex:q; ex:a1, ex:e1, ${LATE})`,
    mutation: { "ex:q": "ex:r" },
  },
  {
    constraint: 23,
    valid: `wasGeneratedBy(ex:e1, ex:a1, ${EARLY});; wasGeneratedBy(ex:r; ex:e1, ex:a2, ${LATE})`,
    mutation: { "ex:a2": "ex:a1" },
  },
  {
    constraint: 24,
    valid: "wasGeneratedBy(ex:r; ex:e1, ex:a1, -);; wasGeneratedBy(ex:q; ex:e1, ex:a2, -)",
    mutation: { "ex:a2": "ex:a1" },
  },
  {
    constraint: 25,
    valid: "wasInvalidatedBy(ex:r; ex:e1, ex:a1, -);; wasInvalidatedBy(ex:q; ex:e2, ex:a1, -)",
    mutation: { "ex:e2": "ex:e1" },
  },
  {
    constraint: 26,
    valid: "wasStartedBy(ex:r; ex:a1, ex:e1, ex:a3, -);; wasStartedBy(ex:q; ex:a1, ex:e1, ex:a2, -)",
    mutation: { "ex:a3": "ex:a2" },
  },
  {
    constraint: 27,
    valid: "wasEndedBy(ex:r; ex:a1, ex:e1, ex:a3, -);; wasEndedBy(ex:q; ex:a1, ex:e1, ex:a2, -)",
    mutation: { "ex:a3": "ex:a2" },
  },
  {
    constraint: 28,
    valid: `activity(ex:a1, ${EARLY}, -);; wasStartedBy(ex:r; ex:a2, -, -, ${LATE})`,
    mutation: { "ex:a2": "ex:a1" },
  },
  {
    constraint: 28,
    valid: `activity(ex:a1, -, -);; wasStartedBy(ex:a1, ex:e1, -, ${EARLY});; wasStartedBy(ex:a2, ex:e2, -, ${LATE})`,
    mutation: { "ex:a2": "ex:a1" },
  },
  {
    constraint: 29,
    valid: `activity(ex:a1, -, ${EARLY});; wasEndedBy(ex:r; ex:a1, -, -, 2012-11-16T16:05:00.000)`,
    mutation: { "16:05:00.000": "16:05:00.001" },
  },
  {
    constraint: "unique-mention",
    valid: "mentionOf(ex:e1, ex:e2, ex:b1);; mentionOf(ex:e0, ex:e2, ex:b2)",
    mutation: { "ex:e0": "ex:e1" },
  },
  { constraint: "mandatory-argument", valid: "wasAttributedTo(ex:e1, ex:ag)", mutation: { "ex:ag": "-" } },
  { constraint: "time-value", valid: `used(ex:a, -, ${EARLY})`, mutation: { [EARLY]: "2012-11-31T16:05:00" } },
];

const RELATIONS = [
  "used(ID; ex:a1, ex:e1, -)",
  "wasGeneratedBy(ID; ex:e1, ex:a1, -)",
  "wasInvalidatedBy(ID; ex:e1, ex:a1, -)",
  "wasStartedBy(ID; ex:a1, ex:e1, ex:a2, -)",
  "wasEndedBy(ID; ex:a1, ex:e1, ex:a2, -)",
  "wasInformedBy(ID; ex:a1, ex:a2)",
  "wasAttributedTo(ID; ex:e1, ex:ag1)",
  "wasAssociatedWith(ID; ex:a1, ex:ag1, -)",
  "actedOnBehalfOf(ID; ex:ag1, ex:ag2, -)",
];

export const IMPOSSIBLE_CASES: readonly Case[] = [
  // Typing (50) is violated where what it says of a thing makes that an entity and an activity (55).
  ...(
    [
      "used(ex:X, -, -);; wasAttributedTo(ex:e, ex:ag)",
      "wasGeneratedBy(ex:e1, ex:X, -);; used(ex:a, ex:e, -)",
      "wasInformedBy(ex:X, ex:a1);; alternateOf(ex:e, ex:e1)",
      "wasStartedBy(ex:a1, -, ex:X, -);; specializationOf(ex:e1, ex:e)",
      "wasEndedBy(ex:X, -, -, -);; hadMember(ex:e, ex:e1)",
      "wasInvalidatedBy(ex:e1, ex:X, -);; hadMember(ex:e1, ex:e)",
      "wasDerivedFrom(ex:e2, ex:e1, ex:X, -, -);; wasDerivedFrom(ex:e, ex:e1)",
      "wasAssociatedWith(ex:X, ex:ag1, -);; wasAssociatedWith(ex:a1, ex:ag1, ex:e)",
      "actedOnBehalfOf(ex:ag1, ex:ag2, ex:X);; wasStartedBy(ex:a1, ex:e, -, -)",
      "activity(ex:X, -, -);; entity(ex:e)",
    ] as const
  ).flatMap((valid) => [50, 55].map((constraint) => ({ constraint, valid, mutation: { "ex:X": "ex:e" } }))),
  {
    constraint: 51,
    valid: "wasDerivedFrom(ex:d; ex:e2, ex:e1, ex:a, ex:g, -)",
    mutation: { "ex:a,": "-," },
  },
  {
    constraint: 51,
    valid: "wasDerivedFrom(ex:d; ex:e2, ex:e1, ex:a, -, ex:u)",
    mutation: { "ex:a,": "-," },
  },
  {
    constraint: 51,
    valid: "wasDerivedFrom(ex:d; ex:e2, ex:e1, ex:a, ex:g, ex:u)",
    mutation: { "ex:a,": "-," },
  },
  { constraint: 52, valid: "specializationOf(ex:e1, ex:e2)", mutation: { "ex:e2": "ex:e1" } },
  {
    constraint: 52,
    valid: "specializationOf(ex:e1, ex:e2);; specializationOf(ex:e2, ex:e3);; specializationOf(ex:e3, ex:e4)",
    mutation: { "ex:e4": "ex:e1" },
  },
  {
    constraint: 52,
    valid: "mentionOf(ex:e1, ex:e2, ex:b);; specializationOf(ex:e2, ex:e3)",
    mutation: { "ex:e3": "ex:e1" },
  },
  ...RELATIONS.flatMap((one, i) =>
    RELATIONS.slice(i + 1).map((other) => ({
      constraint: 53,
      valid: `${one.replace("ID", "ex:r")};; ${other.replace("ID", "ex:q")}`,
      mutation: { "ex:q": "ex:r" },
    })),
  ),
  ...["entity(ex:q)", "activity(ex:q, -, -)", "agent(ex:q)"].flatMap((element) =>
    [...RELATIONS, "wasDerivedFrom(ID; ex:e2, ex:e1)", "wasInfluencedBy(ID; ex:e2, ex:e1)"].map((relation) => ({
      constraint: 54,
      valid: `${element};; ${relation.replace("ID", "ex:r")}`,
      mutation: { "ex:r": "ex:q" },
    })),
  ),
  {
    constraint: 56,
    valid: "entity(ex:c, [prov:type = 'prov:EmptyCollection']);; hadMember(ex:d, ex:e)",
    mutation: { "ex:d": "ex:c" },
  },
  {
    constraint: 56,
    valid: "entity(ex:c, [prov:type = 'prov:Collection']);; hadMember(ex:c, ex:e)",
    mutation: { "prov:Collection": "prov:EmptyCollection" },
  },
];
