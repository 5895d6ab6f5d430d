import { PREFIXES } from "../model/names.ts";
import { isKind, type Kind } from "../model/relations.ts";
import type { Attribute, Iri } from "../model/statement.ts";

const { prov } = PREFIXES;

/** What a keyword of PROV-N, or a section of PROV-JSON, makes of the statements after it. */
export interface StatementWord {
  readonly kind: Kind;
  /** An attribute that the word itself says. */
  readonly implies?: Attribute;
}

/** Namespaces in which ProvToolbox writes alternateOf, specializationOf and hadMember when they have an id or attributes. */
export const EXTENSION_NAMESPACE = "https://openprovenance.org/ns/provext#";
const NAMESPACES = [prov, EXTENSION_NAMESPACE, "http://openprovenance.org/prov/extension#"];

/** Subtypes of derivation that had keywords of their own in drafts of PROV-N, and in tools still have. */
const SUBTYPES: Readonly<Record<string, string>> = {
  wasRevisionOf: "Revision",
  wasQuotedFrom: "Quotation",
  hadPrimarySource: "PrimarySource",
};

/** The meaning of a word without prefix. */
export function statementWord(word: string): StatementWord | undefined {
  if (isKind(word)) return { kind: word };
  if (!Object.hasOwn(SUBTYPES, word)) return undefined;
  return { kind: "wasDerivedFrom", implies: [`${prov}type`, { iri: `${prov}${SUBTYPES[word]}` }] };
}

/** The meaning of a qualified keyword, by its IRI. */
export function qualifiedWord(iri: Iri): StatementWord | undefined {
  const namespace = NAMESPACES.find((one) => iri.startsWith(one));
  return namespace === undefined ? undefined : statementWord(iri.slice(namespace.length));
}
