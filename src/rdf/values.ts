import { isIri, PREFIXES, type Prefixes } from "../model/names.ts";
import type { IriValue, Value } from "../model/statement.ts";
import { idOf } from "./nodes.ts";
import { type Term, XSD_STRING } from "./terms.ts";

/** Reads terms as values; a name in a literal is the IRI that the prefixes make of it. */
export function valueReader(prefixes: Prefixes): (term: Term) => Value {
  const known = { ...IMPLIED_PREFIXES, ...prefixes };
  return (term) => {
    if (term.kind !== "literal") return { iri: idOf(term) };
    const { value, type, language } = term;
    if (language !== undefined) return { value, language };
    if (type === XSD_STRING) return value;
    return nameIn(value, type, known) ?? { value, type };
  };
}

const { prov, xsd, rdf, rdfs } = PREFIXES;

/** The prefixes that names in literals may have without a declaration. */
export const IMPLIED_PREFIXES: Prefixes = { prov, xsd, rdf, rdfs };

const NAME_TYPES = new Set([`${prov}QUALIFIED_NAME`, `${xsd}QName`]);

/** The IRI that a literal of type `prov:QUALIFIED_NAME` or `xsd:QName` names under these prefixes; undefined for any other literal. */
export function nameIn(text: string, type: string, prefixes: Prefixes): IriValue | undefined {
  if (!NAME_TYPES.has(type)) return undefined;
  const colon = text.indexOf(":");
  const prefix = text.slice(0, Math.max(colon, 0));
  if (!Object.hasOwn(prefixes, prefix)) return undefined;
  const iri = prefixes[prefix] + text.slice(colon + 1);
  return isIri(iri) ? { iri } : undefined;
}
