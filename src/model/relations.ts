/**
 * The statements of PROV-DM as data: for each PROV-N keyword its formal attributes in the order of the
 * specification (PROV-DM sections 5.1-5.6). Types, mapping and notations all loop over this one table.
 *
 * `element` names another element, `relation` names a generation or usage, `time` is an xsd:dateTime.
 * `required` counts the leading formal attributes that PROV-DM makes mandatory; `identified` says whether the statement
 * may carry an id and attributes of its own (specialization, alternate, membership and mention may not).
 */
export const RELATIONS = {
  entity: { formal: {}, required: 0, identified: true },
  activity: { formal: { startTime: "time", endTime: "time" }, required: 0, identified: true },
  agent: { formal: {}, required: 0, identified: true },
  wasGeneratedBy: { formal: { entity: "element", activity: "element", time: "time" }, required: 1, identified: true },
  used: { formal: { activity: "element", entity: "element", time: "time" }, required: 1, identified: true },
  wasInformedBy: { formal: { informed: "element", informant: "element" }, required: 2, identified: true },
  wasStartedBy: {
    formal: { activity: "element", trigger: "element", starter: "element", time: "time" },
    required: 1,
    identified: true,
  },
  wasEndedBy: {
    formal: { activity: "element", trigger: "element", ender: "element", time: "time" },
    required: 1,
    identified: true,
  },
  wasInvalidatedBy: { formal: { entity: "element", activity: "element", time: "time" }, required: 1, identified: true },
  wasDerivedFrom: {
    formal: {
      generatedEntity: "element",
      usedEntity: "element",
      activity: "element",
      generation: "relation",
      usage: "relation",
    },
    required: 2,
    identified: true,
  },
  wasAttributedTo: { formal: { entity: "element", agent: "element" }, required: 2, identified: true },
  wasAssociatedWith: {
    formal: { activity: "element", agent: "element", plan: "element" },
    required: 1,
    identified: true,
  },
  actedOnBehalfOf: {
    formal: { delegate: "element", responsible: "element", activity: "element" },
    required: 2,
    identified: true,
  },
  wasInfluencedBy: { formal: { influencee: "element", influencer: "element" }, required: 2, identified: true },
  alternateOf: { formal: { alternate1: "element", alternate2: "element" }, required: 2, identified: false },
  specializationOf: {
    formal: { specificEntity: "element", generalEntity: "element" },
    required: 2,
    identified: false,
  },
  hadMember: { formal: { collection: "element", entity: "element" }, required: 2, identified: false },
  mentionOf: {
    formal: { specificEntity: "element", generalEntity: "element", bundle: "element" },
    required: 3,
    identified: false,
  },
} as const satisfies Record<string, RelationShape>;

type FormalKind = "element" | "relation" | "time";

interface RelationShape {
  readonly formal: Readonly<Record<string, FormalKind>>;
  readonly required: number;
  readonly identified: boolean;
}

/** The PROV-N keyword of a statement. */
export type Kind = keyof typeof RELATIONS;

export type ElementKind = "entity" | "activity" | "agent";

export function isElementKind(kind: Kind): kind is ElementKind {
  return kind === "entity" || kind === "activity" || kind === "agent";
}

/** The formal attributes of a kind, in PROV-DM's order. */
export function formalAttributes(kind: Kind): readonly (readonly [name: string, kind: FormalKind])[] {
  return FORMAL[kind];
}

const FORMAL = Object.fromEntries(
  Object.entries(RELATIONS).map(([kind, shape]) => [kind, Object.entries(shape.formal)]),
) as unknown as Record<Kind, readonly (readonly [string, FormalKind])[]>;

export function isKind(word: string): word is Kind {
  return Object.hasOwn(RELATIONS, word);
}
