import { eachReference, isAnonymous } from "../../model/anonymous.ts";
import type { Bundle, Document } from "../../model/document.ts";
import { checkIri, PREFIXES, type Prefixes } from "../../model/names.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { type NameSyntax, type WrittenScope, writtenNames } from "../written-names.ts";
import { BLANK_NAMESPACE, PROV_NAMESPACE, XML_NAMESPACE, XML_SCHEMA_NAMESPACE, XSI_NAMESPACE } from "./elements.ts";
import { escapeXmlName, isNcName, NOT_XML } from "./xml-names.ts";
import { escapeXmlText } from "./xml-text.ts";

/** How the names of a document are written, and the declarations that its start tag needs for them. */
export interface XmlNames extends XmlScope {
  /** The same within a bundle. */
  within(bundle: Bundle): XmlScope;
}

export interface XmlScope {
  /** What the start tag declares, as XML attributes. */
  readonly declarations: string;
  /** @throws {ProvenanceError} `bad-iri` for what is no absolute IRI. */
  of(iri: Iri): string;
}

/** The names of a document for PROV-XML, every local part escaped. */
export function xmlNames(document: Document): XmlNames {
  const names = writtenNames(document, SYNTAX);
  const blank: Prefixes = hasAnonymous(document) ? { _: BLANK_NAMESPACE } : {};
  return {
    ...scopeOf({ ...names.scope(), prefixes: { ...ALWAYS, ...blank, ...names.prefixes } }, "    "),
    within: (bundle) => scopeOf(names.scope(bundle), "      "),
  };
}

function scopeOf({ prefixes, name }: WrittenScope, indent: string): XmlScope {
  const declared = Object.entries(prefixes).map(
    ([prefix, namespace]) => `\n${indent}xmlns:${prefix}="${escapeXmlText(namespace, "attribute")}"`,
  );
  return {
    declarations: declared.join(""),
    of(iri) {
      if (isAnonymous(iri)) return `_:${escapeXmlName(iri.slice(2))}`;
      checkIri(iri, "a name in the document");
      for (const [prefix, namespace] of FIXED) {
        if (iri.startsWith(namespace)) return `${prefix}:${escapeXmlName(iri.slice(namespace.length))}`;
      }
      return name(iri);
    },
  };
}

/** Names by which a reader must know its own words, whatever other prefix would fit them. */
const FIXED = [
  ["prov", PROV_NAMESPACE],
  ["xsd", PREFIXES.xsd],
] as const;

const ALWAYS: Prefixes = { prov: PROV_NAMESPACE, xsd: XML_SCHEMA_NAMESPACE, xsi: XSI_NAMESPACE };

function hasAnonymous({ statements, bundles }: Document): boolean {
  let found = false;
  const look = (id: Iri) => {
    if (isAnonymous(id)) found = true;
  };
  const lookIn = (statement: Statement) => {
    if (statement.id !== undefined) look(statement.id);
    eachReference(statement, look);
    return found;
  };
  return statements.some(lookIn) || bundles.some((bundle) => isAnonymous(bundle.id) || bundle.statements.some(lookIn));
}

/** No default namespace is declared: it would change what an rdf:XMLLiteral says. */
const SYNTAX: NameSyntax = {
  local: escapeXmlName,
  bundleId: "inside",
  isPrefix: (prefix) => isNcName(prefix) && !RESERVED_PREFIX.test(prefix),
  isNamespace: (namespace) => !RESERVED_NAMESPACES.has(namespace) && namespace.search(NOT_XML) < 0,
};

/** Bound by the writer itself (`_` for anonymous identifiers), or kept by XML. */
const RESERVED_PREFIX = /^(prov|xsd|xsi|_|xml.*)$/i;
/** Kept by XML, or read as another namespace. */
const RESERVED_NAMESPACES = new Set([XML_NAMESPACE, "http://www.w3.org/2000/xmlns/", XML_SCHEMA_NAMESPACE]);
