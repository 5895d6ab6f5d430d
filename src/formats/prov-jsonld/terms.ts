import { PREFIXES } from "../../model/names.ts";
import { formalAttributes, type Kind } from "../../model/relations.ts";
import type { Iri } from "../../model/statement.ts";

const { prov } = PREFIXES;

/** What PROV-JSONLD calls the statements that it has (member submission prov-jsonld, section 4), the terms of its `@type`. */
export const TYPE_TERMS = {
  entity: "Entity",
  activity: "Activity",
  agent: "Agent",
  wasGeneratedBy: "Generation",
  used: "Usage",
  wasInformedBy: "Communication",
  wasStartedBy: "Start",
  wasEndedBy: "End",
  wasInvalidatedBy: "Invalidation",
  wasDerivedFrom: "Derivation",
  wasAttributedTo: "Attribution",
  wasAssociatedWith: "Association",
  actedOnBehalfOf: "Delegation",
  wasInfluencedBy: "Influence",
  alternateOf: "Alternate",
  specializationOf: "Specialization",
  hadMember: "Membership",
} as const satisfies { readonly [K in Kind]?: string };

/** The kinds of statements that PROV-JSONLD has: no mentions, no dictionaries. */
export type JsonLdKind = keyof typeof TYPE_TERMS;

export const KIND_OF_TERM: ReadonlyMap<string, JsonLdKind> = new Map(
  Object.entries(TYPE_TERMS).map(([kind, term]) => [term, kind as JsonLdKind]),
);
export const BUNDLE_TERM = "Bundle";

/** The attributes of PROV that have terms of their own, and the kinds of statements in which the schema has them; absent: in all. */
export const ATTRIBUTE_TERMS: ReadonlyMap<string, { readonly iri: Iri; readonly kinds?: ReadonlySet<Kind> }> = new Map([
  ["type", { iri: `${prov}type` }],
  ["label", { iri: `${prov}label` }],
  [
    "location",
    {
      iri: `${prov}location`,
      kinds: kinds("entity activity agent wasGeneratedBy used wasInvalidatedBy wasStartedBy wasEndedBy"),
    },
  ],
  [
    "role",
    {
      iri: `${prov}role`,
      kinds: kinds("wasGeneratedBy used wasInvalidatedBy wasStartedBy wasEndedBy wasAssociatedWith"),
    },
  ],
  ["value", { iri: `${prov}value`, kinds: kinds("entity") }],
]);

/** The terms whose values, when they are strings, are names (`"@type": "@id"` in the context). */
export const NAME_TERMS: ReadonlySet<string> = new Set(["type", "location", "role"]);

function kinds(words: string): ReadonlySet<Kind> {
  return new Set(words.split(" ") as Kind[]);
}

/** The keys of the formal attributes of a kind; they are called as in PROV-DM. */
export function formalKeys(kind: JsonLdKind): ReadonlyMap<string, "name" | "time"> {
  return FORMAL_KEYS[kind];
}

const FORMAL_KEYS = Object.fromEntries(
  (Object.keys(TYPE_TERMS) as JsonLdKind[]).map((kind) => [
    kind,
    new Map(formalAttributes(kind).map(([name, of]) => [name, of === "time" ? "time" : "name"])),
  ]),
) as unknown as Readonly<Record<JsonLdKind, ReadonlyMap<string, "name" | "time">>>;

/** Prefixes that the context declares. */
export const CONTEXT_PREFIXES = {
  prov,
  provext: "https://openprovenance.org/ns/provext#",
  xsd: PREFIXES.xsd,
  rdfs: PREFIXES.rdfs,
  rdf: PREFIXES.rdf,
} as const;

/** Where the context is published: the address that we write, then those of its versions and of the drafts. */
export const PROV_JSONLD_CONTEXT_IRI = "https://openprovenance.org/prov-jsonld/context.jsonld";
export const PROV_JSONLD_CONTEXT_IRIS: ReadonlySet<string> = new Set([
  PROV_JSONLD_CONTEXT_IRI,
  "http://openprovenance.org/prov-jsonld/context.jsonld",
  "https://openprovenance.org/prov-jsonld/context.json",
  "https://openprovenance.org/prov-jsonld/context-2024-06-19.json",
  "https://openprovenance.org/prov-jsonld/context-2024-08-25.jsonld",
  "https://openprovenance.org/prov-jsonld/context-2026-09-12.jsonld",
  "https://www.w3.org/submissions/2024/SUBM-prov-jsonld-20240825/context.jsonld",
  "http://openprovenance.org/prov.jsonld",
  "https://openprovenance.org/prov.jsonld",
]);

/** Every term of the context; no prefix may be called so. */
export const CONTEXT_TERMS: ReadonlySet<string> = new Set([
  ...Object.keys(CONTEXT_PREFIXES),
  ...KIND_OF_TERM.keys(),
  BUNDLE_TERM,
  "Document",
  ...ATTRIBUTE_TERMS.keys(),
  ...Object.values(FORMAL_KEYS).flatMap((keys) => [...keys.keys()]),
]);
