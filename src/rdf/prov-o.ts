import { PREFIXES } from "../model/names.ts";
import type { ElementKind, Kind, RELATIONS } from "../model/relations.ts";
import type { Iri } from "../model/statement.ts";

const { prov, rdf, rdfs, xsd } = PREFIXES;

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
  /** The name that PROV-O reserves for the same triple from object to subject (PROV-O appendix B). It is read, never written. */
  readonly inverse?: Iri;
  readonly qualified?: QualifiedMapping;
  /** Further formal attributes that are plain properties of the subject. */
  readonly properties?: Readonly<Record<string, Iri>>;
  /** The property of the subject that stands for the relation's time where nothing else needs a qualified node. */
  readonly timeShortcut?: Iri;
  /** The formal attribute that stands beside the object in a key-entity pair, to which the property leads then. */
  readonly key?: string;
  /** Subproperties: the same relation with a `prov:type`. They are read, never written. */
  readonly narrower?: readonly NarrowerMapping[];
}

export interface QualifiedMapping {
  /** From the subject to the qualified node. */
  readonly property: Iri;
  readonly inverse?: Iri;
  /** The node's class. */
  readonly influence: Iri;
  /** From the node to the object. */
  readonly target: Iri;
  /** From the node to the other formal attributes, time included. */
  readonly further: Readonly<Record<string, Iri>>;
  /** The formal attribute that is a set of keys or of key-entity pairs, and the property from the node to each. */
  readonly keys?: { readonly name: "keySet" | "keyEntitySet"; readonly property: Iri };
}

export interface NarrowerMapping {
  readonly property: Iri;
  readonly inverse: Iri;
  readonly qualified: Iri;
  readonly qualifiedInverse: Iri;
  /** The class of the qualified node, and the `prov:type` of the statement. */
  readonly influence: Iri;
}

export const ELEMENTS: Readonly<Record<ElementKind, ElementMapping>> = {
  entity: { class: `${prov}Entity`, properties: {} },
  activity: {
    class: `${prov}Activity`,
    properties: { startTime: `${prov}startedAtTime`, endTime: `${prov}endedAtTime` },
  },
  agent: { class: `${prov}Agent`, properties: {} },
};

/** The classes of PROV that are narrower than an element's: what has one of them is such an element, of that `prov:type`. */
export const NARROWER_ELEMENTS: Readonly<Record<Iri, ElementKind>> = {
  [`${prov}Plan`]: "entity",
  [`${prov}Collection`]: "entity",
  [`${prov}EmptyCollection`]: "entity",
  [`${prov}Bundle`]: "entity",
  [`${prov}Dictionary`]: "entity",
  [`${prov}EmptyDictionary`]: "entity",
  [`${prov}Person`]: "agent",
  [`${prov}Organization`]: "agent",
  [`${prov}SoftwareAgent`]: "agent",
};

/** A key of a dictionary with its entity (PROV-Dictionary section 4). */
export const PAIR = { class: `${prov}KeyEntityPair`, key: `${prov}pairKey`, entity: `${prov}pairEntity` } as const;

export type RelationKind = Exclude<Kind, ElementKind>;

type Formal<K extends Kind> = keyof (typeof RELATIONS)[K]["formal"];

const time = `${prov}atTime`;
const hadActivity = `${prov}hadActivity`;

interface QualifiedNames {
  readonly inverse?: string;
  readonly further?: Readonly<Record<string, Iri>>;
  readonly keys?: QualifiedMapping["keys"];
}

/** PROV-O's qualification pattern: property `qualified<Influence>`, class `<Influence>`. */
function qualified(influence: string, target: string, names: QualifiedNames = {}): QualifiedMapping {
  const { inverse = `qualified${influence}Of`, further = {}, keys } = names;
  return {
    property: `${prov}qualified${influence}`,
    ...(!keys && { inverse: prov + inverse }), // PROV-Dictionary names none
    influence: prov + influence,
    target: prov + target,
    further,
    ...(keys && { keys }),
  };
}

function narrower(influence: string, names: Record<"property" | "inverse" | "qualifiedInverse", string>) {
  return {
    property: prov + names.property,
    inverse: prov + names.inverse,
    qualified: `${prov}qualified${influence}`,
    qualifiedInverse: prov + names.qualifiedInverse,
    influence: prov + influence,
  };
}

export const PROV_O = {
  wasGeneratedBy: {
    subject: "entity",
    property: `${prov}wasGeneratedBy`,
    object: "activity",
    inverse: `${prov}generated`,
    qualified: qualified("Generation", "activity", { further: { time } }),
    timeShortcut: `${prov}generatedAtTime`,
  },
  used: {
    subject: "activity",
    property: `${prov}used`,
    object: "entity",
    inverse: `${prov}wasUsedBy`,
    qualified: qualified("Usage", "entity", { inverse: "qualifiedUsingActivity", further: { time } }),
  },
  wasInformedBy: {
    subject: "informed",
    property: `${prov}wasInformedBy`,
    object: "informant",
    inverse: `${prov}informed`,
    qualified: qualified("Communication", "activity"),
  },
  wasStartedBy: {
    subject: "activity",
    property: `${prov}wasStartedBy`,
    object: "trigger",
    inverse: `${prov}started`,
    qualified: qualified("Start", "entity", { further: { starter: hadActivity, time } }),
  },
  wasEndedBy: {
    subject: "activity",
    property: `${prov}wasEndedBy`,
    object: "trigger",
    inverse: `${prov}ended`,
    qualified: qualified("End", "entity", { further: { ender: hadActivity, time } }),
  },
  wasInvalidatedBy: {
    subject: "entity",
    property: `${prov}wasInvalidatedBy`,
    object: "activity",
    inverse: `${prov}invalidated`,
    qualified: qualified("Invalidation", "activity", { further: { time } }),
    timeShortcut: `${prov}invalidatedAtTime`,
  },
  wasDerivedFrom: {
    subject: "generatedEntity",
    property: `${prov}wasDerivedFrom`,
    object: "usedEntity",
    inverse: `${prov}hadDerivation`,
    qualified: qualified("Derivation", "entity", {
      further: { activity: hadActivity, generation: `${prov}hadGeneration`, usage: `${prov}hadUsage` },
    }),
    narrower: [
      narrower("Revision", { property: "wasRevisionOf", inverse: "hadRevision", qualifiedInverse: "revisedEntity" }),
      narrower("Quotation", {
        property: "wasQuotedFrom",
        inverse: "quotedAs",
        qualifiedInverse: "qualifiedQuotationOf",
      }),
      narrower("PrimarySource", {
        property: "hadPrimarySource",
        inverse: "wasPrimarySourceOf",
        qualifiedInverse: "qualifiedSourceOf",
      }),
    ],
  },
  wasAttributedTo: {
    subject: "entity",
    property: `${prov}wasAttributedTo`,
    object: "agent",
    inverse: `${prov}contributed`,
    qualified: qualified("Attribution", "agent"),
  },
  wasAssociatedWith: {
    subject: "activity",
    property: `${prov}wasAssociatedWith`,
    object: "agent",
    inverse: `${prov}wasAssociateFor`,
    qualified: qualified("Association", "agent", { further: { plan: `${prov}hadPlan` } }),
  },
  actedOnBehalfOf: {
    subject: "delegate",
    property: `${prov}actedOnBehalfOf`,
    object: "responsible",
    inverse: `${prov}hadDelegate`,
    qualified: qualified("Delegation", "agent", { further: { activity: hadActivity } }),
  },
  wasInfluencedBy: {
    subject: "influencee",
    property: `${prov}wasInfluencedBy`,
    object: "influencer",
    inverse: `${prov}influenced`,
    qualified: qualified("Influence", "influencer"),
  },
  alternateOf: { subject: "alternate1", property: `${prov}alternateOf`, object: "alternate2" },
  specializationOf: {
    subject: "specificEntity",
    property: `${prov}specializationOf`,
    object: "generalEntity",
    inverse: `${prov}generalizationOf`,
  },
  hadMember: {
    subject: "collection",
    property: `${prov}hadMember`,
    object: "entity",
    inverse: `${prov}wasMemberOf`,
  },
  mentionOf: {
    subject: "specificEntity",
    property: `${prov}mentionOf`,
    object: "generalEntity",
    properties: { bundle: `${prov}asInBundle` },
  },
  hadDictionaryMember: {
    subject: "dictionary",
    property: `${prov}hadDictionaryMember`,
    object: "entity",
    key: "key",
  },
  derivedByInsertionFrom: {
    subject: "after",
    property: `${prov}derivedByInsertionFrom`,
    object: "before",
    qualified: qualified("Insertion", "dictionary", {
      keys: { name: "keyEntitySet", property: `${prov}insertedKeyEntityPair` },
    }),
  },
  derivedByRemovalFrom: {
    subject: "after",
    property: `${prov}derivedByRemovalFrom`,
    object: "before",
    qualified: qualified("Removal", "dictionary", { keys: { name: "keySet", property: `${prov}removedKey` } }),
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
export const DATE_TIME = `${xsd}dateTime`;
