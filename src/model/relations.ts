/**
 * The statements of PROV as data: for each PROV-N keyword its formal attributes in the order of the specification
 * (PROV-DM sections 5.1-5.6, PROV-Dictionary section 3). Types, mapping, notations and constraints all loop over this one table.
 *
 * The kind of a formal attribute is what PROV-CONSTRAINTS 50 makes of the thing it names: `entity`, `activity`, `agent`,
 * `element` (any of the three), or a relation (`generation`, `usage`); `bundle` names a bundle, `time` is an xsd:dateTime,
 * `key` is a value, `keySet` and `keyEntitySet` are lists of keys and of key-entity pairs.
 * `required` counts the leading formal attributes that the specification makes mandatory; `identified` says whether the
 * statement may carry an id and attributes of its own (specialization, alternate, membership and mention may not);
 * `extension` marks what PROV-N writes with a prefix (`prov:hadDictionaryMember`), being defined outside PROV-DM.
 */
export const RELATIONS = {
  entity: { formal: {}, required: 0, identified: true },
  activity: { formal: { startTime: "time", endTime: "time" }, required: 0, identified: true },
  agent: { formal: {}, required: 0, identified: true },
  wasGeneratedBy: { formal: { entity: "entity", activity: "activity", time: "time" }, required: 1, identified: true },
  used: { formal: { activity: "activity", entity: "entity", time: "time" }, required: 1, identified: true },
  wasInformedBy: { formal: { informed: "activity", informant: "activity" }, required: 2, identified: true },
  wasStartedBy: {
    formal: { activity: "activity", trigger: "entity", starter: "activity", time: "time" },
    required: 1,
    identified: true,
  },
  wasEndedBy: {
    formal: { activity: "activity", trigger: "entity", ender: "activity", time: "time" },
    required: 1,
    identified: true,
  },
  wasInvalidatedBy: { formal: { entity: "entity", activity: "activity", time: "time" }, required: 1, identified: true },
  wasDerivedFrom: {
    formal: {
      generatedEntity: "entity",
      usedEntity: "entity",
      activity: "activity",
      generation: "generation",
      usage: "usage",
    },
    required: 2,
    identified: true,
  },
  wasAttributedTo: { formal: { entity: "entity", agent: "agent" }, required: 2, identified: true },
  wasAssociatedWith: {
    formal: { activity: "activity", agent: "agent", plan: "entity" },
    required: 1,
    identified: true,
  },
  actedOnBehalfOf: {
    formal: { delegate: "agent", responsible: "agent", activity: "activity" },
    required: 2,
    identified: true,
  },
  wasInfluencedBy: { formal: { influencee: "element", influencer: "element" }, required: 2, identified: true },
  alternateOf: { formal: { alternate1: "entity", alternate2: "entity" }, required: 2, identified: false },
  specializationOf: {
    formal: { specificEntity: "entity", generalEntity: "entity" },
    required: 2,
    identified: false,
  },
  hadMember: { formal: { collection: "entity", entity: "entity" }, required: 2, identified: false },
  mentionOf: {
    formal: { specificEntity: "entity", generalEntity: "entity", bundle: "bundle" },
    required: 3,
    identified: false,
  },
  hadDictionaryMember: {
    formal: { dictionary: "entity", entity: "entity", key: "key" },
    required: 3,
    identified: false,
    extension: true,
  },
  derivedByInsertionFrom: {
    formal: { after: "entity", before: "entity", keyEntitySet: "keyEntitySet" },
    required: 3,
    identified: true,
    extension: true,
  },
  derivedByRemovalFrom: {
    formal: { after: "entity", before: "entity", keySet: "keySet" },
    required: 3,
    identified: true,
    extension: true,
  },
} as const satisfies Record<string, RelationShape>;

/** What a formal attribute holds: the name of an element of a type, of a relation or a bundle, a time, or keys. */
export type FormalKind = NameKind | "time" | "key" | "keySet" | "keyEntitySet";

/** The kinds of formal attributes whose value is an IRI. */
export type NameKind = "entity" | "activity" | "agent" | "element" | "generation" | "usage" | "bundle";

interface RelationShape {
  readonly formal: Readonly<Record<string, FormalKind>>;
  readonly required: number;
  readonly identified: boolean;
  readonly extension?: true;
}

/** The PROV-N keyword of a statement, without the prefix that an extension has. */
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

/** Whether the value of a formal attribute of this kind is the IRI of something. */
export function isNameKind(kind: FormalKind): kind is NameKind {
  return kind !== "time" && kind !== "key" && kind !== "keySet" && kind !== "keyEntitySet";
}
