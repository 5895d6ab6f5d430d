import { PREFIXES } from "../../model/names.ts";
import { formalAttributes, type Kind, RELATIONS } from "../../model/relations.ts";
import { ANONYMOUS_NAMESPACE } from "../qualified-names.ts";

export const PROV_NAMESPACE = PREFIXES.prov;
export const XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance";
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
/** What XML calls the namespace that everyone else writes with a `#`. */
export const XML_SCHEMA_NAMESPACE = "http://www.w3.org/2001/XMLSchema";
/** To what ProvToolbox binds the prefix `_` of anonymous identifiers. */
export const BLANK_NAMESPACE = ANONYMOUS_NAMESPACE;

/** What an element of PROV-XML states: a statement, and for the short forms (`prov:person`) the prov:type that it implies. */
export interface StatedKind {
  readonly kind: Kind;
  readonly type?: string;
}

const subtype = (kind: Kind, type: string): StatedKind => ({ kind, type: PROV_NAMESPACE + type });

/** The elements that state something, by local name (PROV-XML section 3; prov-core.xsd, prov-dictionary.xsd, prov-links.xsd). */
export const STATEMENT_ELEMENTS: ReadonlyMap<string, StatedKind> = new Map<string, StatedKind>([
  ...(Object.keys(RELATIONS) as Kind[]).map((kind): [string, StatedKind] => [kind, { kind }]),
  ["person", subtype("agent", "Person")],
  ["organization", subtype("agent", "Organization")],
  ["softwareAgent", subtype("agent", "SoftwareAgent")],
  ["plan", subtype("entity", "Plan")],
  ["bundle", subtype("entity", "Bundle")],
  ["collection", subtype("entity", "Collection")],
  ["emptyCollection", subtype("entity", "EmptyCollection")],
  ["dictionary", subtype("entity", "Dictionary")],
  ["emptyDictionary", subtype("entity", "EmptyDictionary")],
  ["wasRevisionOf", subtype("wasDerivedFrom", "Revision")],
  ["wasQuotedFrom", subtype("wasDerivedFrom", "Quotation")],
  ["hadPrimarySource", subtype("wasDerivedFrom", "PrimarySource")],
]);

/**
 * What an element inside a statement gives: one reference (`prov:ref`), several of which each makes a statement of its own, a time, one of a set of keys,
 * one of a set of keys with their entities, or a key with its entity that makes a statement of its own.
 */
export type PartForm = "reference" | "references" | "time" | "keys" | "pairs" | "members";

export interface Part {
  /** The formal attribute that the element gives; of `members`, which give two, the set that they are said to come from. */
  readonly formal: string;
  readonly form: PartForm;
}

/** The elements inside a statement of a kind that give its formal attributes, in the order of the schema. */
export function partElements(kind: Kind): ReadonlyMap<string, Part> {
  return PARTS[kind];
}

/** How drafts of PROV-Dictionary call the element `keyEntityPair`. */
export const OLD_PAIR = "keyValuePair";
export const PAIR = "keyEntityPair";

/** Where PROV-XML calls a formal attribute otherwise. */
const RENAMED: Readonly<Record<string, string>> = { after: "newDictionary", before: "oldDictionary" };

function partsOf(kind: Kind): [string, Part][] {
  if (kind === "hadDictionaryMember") {
    return [
      ["dictionary", { formal: "dictionary", form: "reference" }],
      [PAIR, { formal: "keyEntitySet", form: "members" }],
    ];
  }
  return formalAttributes(kind).map(([formal, of]): [string, Part] => {
    if (of === "keySet") return ["key", { formal, form: "keys" }];
    if (of === "keyEntitySet") return [PAIR, { formal, form: "pairs" }];
    if (of === "time") return [formal, { formal, form: "time" }];
    const several = kind === "hadMember" && formal === "entity";
    return [RENAMED[formal] ?? formal, { formal, form: several ? "references" : "reference" }];
  });
}

const PARTS = Object.fromEntries(
  (Object.keys(RELATIONS) as Kind[]).map((kind) => [kind, new Map(partsOf(kind))]),
) as unknown as Readonly<Record<Kind, ReadonlyMap<string, Part>>>;
