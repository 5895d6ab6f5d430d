import type { QualifiedMapping, RelationMapping } from "../../rdf/prov-o.ts";
import { PROV_O, RDF_TYPE, RESERVED_ATTRIBUTES } from "../../rdf/prov-o.ts";
import { PROV_ML_CONTEXT, PROV_ML_CONTEXT_IRI } from "../../vocab/context.ts";
import {
  BUNDLE_TERM,
  CONTEXT_PREFIXES,
  formalKeys,
  type JsonLdKind,
  PROV_JSONLD_CONTEXT_IRIS,
  TYPE_TERMS,
} from "../prov-jsonld/terms.ts";

const { prov, provext, xsd } = CONTEXT_PREFIXES;

/** The JSON-LD contexts that a document may name by their addresses. No other is known, and none is ever fetched. */
export function bundledContext(iri: string): object | undefined {
  if (iri === PROV_ML_CONTEXT_IRI) return PROV_ML_CONTEXT;
  if (!PROV_JSONLD_CONTEXT_IRIS.has(iri)) return undefined;
  provJsonLdContext ??= { "@context": contextOfTables() };
  return provJsonLdContext;
}

export const BUNDLED_CONTEXT_IRIS: readonly string[] = [PROV_ML_CONTEXT_IRI, ...PROV_JSONLD_CONTEXT_IRIS];

let provJsonLdContext: object | undefined;

type Definition = { readonly [keyword: string]: unknown };

/**
 * What PROV-JSONLD's terms mean in PROV-O (section 5 of the submission): a statement is the qualified node, the one it qualifies
 * is reached backwards; alternates, specializations and memberships, which PROV-O does not qualify, have the submission's own terms.
 */
function contextOfTables(): Definition {
  const context: Record<string, unknown> = { "@version": 1.1, ...CONTEXT_PREFIXES };
  for (const key of ["entity", "activity", "agent"]) context[key] = name(prov + key);
  context.type = name(RDF_TYPE);
  context.label = { "@id": RESERVED_ATTRIBUTES[`${prov}label`] };
  context.location = name(RESERVED_ATTRIBUTES[`${prov}location`] as string);
  context.role = name(RESERVED_ATTRIBUTES[`${prov}role`] as string);
  context.Document = { "@id": `${provext}Document` };
  context[BUNDLE_TERM] = { "@id": `${prov}Bundle` };
  for (const [kind, term] of Object.entries(TYPE_TERMS)) context[term] = scoped(kind as JsonLdKind, term);
  return context;
}

function scoped(kind: JsonLdKind, term: string): Definition {
  const id = { "@id": (Object.hasOwn(UNQUALIFIED, kind) ? provext : prov) + term };
  if (kind === "entity") return { ...id, "@context": { value: { "@id": `${prov}value` } } };
  if (kind === "agent") return id;
  if (kind === "activity")
    return { ...id, "@context": { startTime: time("startedAtTime"), endTime: time("endedAtTime") } };
  const mapping: RelationMapping = PROV_O[kind];
  const qualified = mapping.qualified ?? unqualified(kind);
  const terms: Record<string, unknown> = {};
  for (const key of formalKeys(kind).keys()) {
    if (key === mapping.subject) terms[key] = { "@reverse": qualified.property, "@type": "@id" };
    else if (key === mapping.object) terms[key] = name(qualified.target);
    else if (key === "time") terms[key] = time("atTime");
    else terms[key] = name(qualified.further[key] as string);
  }
  return { ...id, "@context": terms };
}

/** The submission's own properties: to the node, and from it to the other end. */
export const UNQUALIFIED: Readonly<Record<string, { readonly property: string; readonly target: string }>> = {
  specializationOf: { property: `${provext}qualifiedSpecialization`, target: `${provext}generalEntity` },
  alternateOf: { property: `${provext}qualifiedAlternate`, target: `${provext}alternate` },
  hadMember: { property: `${provext}qualifiedMembership`, target: `${provext}member` },
};

function unqualified(kind: JsonLdKind): Pick<QualifiedMapping, "property" | "target" | "further"> {
  return { ...(UNQUALIFIED[kind] as { property: string; target: string }), further: {} };
}

function name(iri: string): Definition {
  return { "@id": iri, "@type": "@id" };
}

function time(property: string): Definition {
  return { "@id": prov + property, "@type": `${xsd}dateTime` };
}
