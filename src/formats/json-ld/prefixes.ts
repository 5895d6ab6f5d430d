import type { Document } from "../../model/document.ts";
import { isIri, PREFIXES, type Prefixes } from "../../model/names.ts";
import type { Iri } from "../../model/statement.ts";
import { eachName } from "../written-names.ts";

const { prov, rdfs, xsd } = PREFIXES;

/**
 * The prefixes that JSON-LD declares for a document: its own, those of its bundles, `prov`, `rdfs` and `xsd`; of two that share a prefix, the first. Left out are those
 * whose namespace JSON-LD 1.1 takes for none (section 4.3: it must end in a delimiter), and those that are the scheme of some name in the document, which would be
 * taken for a compact IRI.
 */
export function jsonLdPrefixes(document: Document): Prefixes {
  const schemes = schemesIn(document);
  const declared = new Map<string, string>();
  for (const some of [
    document.prefixes,
    ...document.bundles.map(({ prefixes }) => prefixes ?? {}),
    { prov, rdfs, xsd },
  ]) {
    for (const [prefix, namespace] of Object.entries(some)) {
      const isUsable = PREFIX.test(prefix) && !schemes.has(prefix) && isIri(namespace) && NAMESPACE_END.test(namespace);
      if (isUsable && !declared.has(prefix)) declared.set(prefix, namespace);
    }
  }
  return Object.fromEntries(declared);
}

const PREFIX = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const NAMESPACE_END = /[:/?#[\]@]$/;

function schemesIn({ statements, bundles }: Document): ReadonlySet<string> {
  const schemes = new Set<string>();
  const look = (iri: Iri) => {
    const colon = iri.indexOf(":");
    if (iri.charCodeAt(colon + 1) !== SLASH || iri.charCodeAt(colon + 2) !== SLASH) schemes.add(iri.slice(0, colon));
  };
  for (const statement of statements) eachName(statement, look);
  for (const { id, statements } of bundles) {
    look(id);
    for (const statement of statements) eachName(statement, look);
  }
  return schemes;
}
const SLASH = 47;
