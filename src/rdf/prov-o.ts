import { PREFIXES } from "../model/names.ts";
import type { ElementKind, Kind, RELATIONS } from "../model/relations.ts";
import type { Iri } from "../model/statement.ts";

const { prov, rdf, rdfs } = PREFIXES;

/** What PROV-DM calls an element: its class, and the properties of its formal attributes. */
export interface ElementMapping {
  readonly class: Iri;
  readonly properties: Readonly<Record<string, Iri>>;
}

/**
 * A relation of PROV-DM in PROV-O: the triple `<subject> property <object>` between two formal attributes, and the
 * qualified node that says more about it (PROV-O section 3.3).
 */
export interface RelationMapping {
  readonly subject: string;
  readonly property: Iri;
  readonly object: string;
  readonly qualified?: QualifiedMapping;
  /** Further formal attributes that are plain properties of the subject. */
  readonly properties?: Readonly<Record<string, Iri>>;
  /** The property of the subject that stands for the relation's time where nothing else needs a qualified node. */
  readonly timeShortcut?: Iri;
}

export interface QualifiedMapping {
  /** From the subject to the qualified node. */
  readonly property: Iri;
  /** The node's class. */
  readonly influence: Iri;
  /** From the node to the object. */
  readonly target: Iri;
  /** From the node to the other formal attributes, time included. */
  readonly further: Readonly<Record<string, Iri>>;
}

export const ELEMENTS: Readonly<Record<ElementKind, ElementMapping>> = {
  entity: { class: `${prov}Entity`, properties: {} },
  activity: {
    class: `${prov}Activity`,
    properties: { startTime: `${prov}startedAtTime`, endTime: `${prov}endedAtTime` },
  },
  agent: { class: `${prov}Agent`, properties: {} },
};

/** The relations of PROV-DM itself; PROV-Dictionary's are not mapped yet. */
export type RelationKind = Exclude<
  Kind,
  ElementKind | "hadDictionaryMember" | "derivedByInsertionFrom" | "derivedByRemovalFrom"
>;

type Formal<K extends Kind> = keyof (typeof RELATIONS)[K]["formal"];

const time = `${prov}atTime`;
const hadActivity = `${prov}hadActivity`;

/** PROV-O's qualification pattern: property `qualified<Influence>`, class `<Influence>`. */
function qualified(influence: string, target: string, further: Record<string, Iri> = {}): QualifiedMapping {
  return {
    property: `${prov}qualified${influence}`,
    influence: prov + influence,
    target: prov + target,
    further,
  };
}

export const PROV_O = {
  wasGeneratedBy: {
    subject: "entity",
    property: `${prov}wasGeneratedBy`,
    object: "activity",
    qualified: qualified("Generation", "activity", { time }),
    timeShortcut: `${prov}generatedAtTime`,
  },
  used: {
    subject: "activity",
    property: `${prov}used`,
    object: "entity",
    qualified: qualified("Usage", "entity", { time }),
  },
  wasInformedBy: {
    subject: "informed",
    property: `${prov}wasInformedBy`,
    object: "informant",
    qualified: qualified("Communication", "activity"),
  },
  wasStartedBy: {
    subject: "activity",
    property: `${prov}wasStartedBy`,
    object: "trigger",
    qualified: qualified("Start", "entity", { starter: hadActivity, time }),
  },
  wasEndedBy: {
    subject: "activity",
    property: `${prov}wasEndedBy`,
    object: "trigger",
    qualified: qualified("End", "entity", { ender: hadActivity, time }),
  },
  wasInvalidatedBy: {
    subject: "entity",
    property: `${prov}wasInvalidatedBy`,
    object: "activity",
    qualified: qualified("Invalidation", "activity", { time }),
    timeShortcut: `${prov}invalidatedAtTime`,
  },
  wasDerivedFrom: {
    subject: "generatedEntity",
    property: `${prov}wasDerivedFrom`,
    object: "usedEntity",
    qualified: qualified("Derivation", "entity", {
      activity: hadActivity,
      generation: `${prov}hadGeneration`,
      usage: `${prov}hadUsage`,
    }),
  },
  wasAttributedTo: {
    subject: "entity",
    property: `${prov}wasAttributedTo`,
    object: "agent",
    qualified: qualified("Attribution", "agent"),
  },
  wasAssociatedWith: {
    subject: "activity",
    property: `${prov}wasAssociatedWith`,
    object: "agent",
    qualified: qualified("Association", "agent", { plan: `${prov}hadPlan` }),
  },
  actedOnBehalfOf: {
    subject: "delegate",
    property: `${prov}actedOnBehalfOf`,
    object: "responsible",
    qualified: qualified("Delegation", "agent", { activity: hadActivity }),
  },
  wasInfluencedBy: {
    subject: "influencee",
    property: `${prov}wasInfluencedBy`,
    object: "influencer",
    qualified: qualified("Influence", "influencer"),
  },
  alternateOf: { subject: "alternate1", property: `${prov}alternateOf`, object: "alternate2" },
  specializationOf: { subject: "specificEntity", property: `${prov}specializationOf`, object: "generalEntity" },
  hadMember: { subject: "collection", property: `${prov}hadMember`, object: "entity" },
  mentionOf: {
    subject: "specificEntity",
    property: `${prov}mentionOf`,
    object: "generalEntity",
    properties: { bundle: `${prov}asInBundle` },
  },
} as const satisfies { readonly [K in RelationKind]: RelationMapping & { subject: Formal<K>; object: Formal<K> } };

/** The attributes that PROV-DM reserves (section 5.7.4) and that PROV-O spells in another way. */
export const RESERVED_ATTRIBUTES: Readonly<Record<Iri, Iri>> = {
  [`${prov}label`]: `${rdfs}label`,
  [`${prov}location`]: `${prov}atLocation`,
  [`${prov}role`]: `${prov}hadRole`,
};

export const PROV_TYPE = `${prov}type`;
export const RDF_TYPE = `${rdf}type`;
