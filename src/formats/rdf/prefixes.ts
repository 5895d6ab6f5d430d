import type { Document } from "../../model/document.ts";
import { isIri, PREFIXES, type Prefixes } from "../../model/names.ts";

const { prov, xsd, rdfs } = PREFIXES;
const PREFIX = /^([A-Za-z]([\w.-]*[\w-])?)?$/;

/**
 * The prefixes that Turtle and TriG declare for a document, which they do for the whole text: those of the document, those of its bundles, `prov`,
 * `xsd` and `rdfs`. The first to declare a prefix decides what it means; a namespace is not declared twice for the sake of the last three.
 */
export function declaredPrefixes({ prefixes, bundles }: Document): Prefixes {
  const declared = new Map<string, string>();
  for (const some of [prefixes, ...bundles.map((bundle) => bundle.prefixes ?? {})]) {
    for (const [prefix, namespace] of Object.entries(some)) {
      if (!declared.has(prefix) && PREFIX.test(prefix) && isIri(namespace)) declared.set(prefix, namespace);
    }
  }
  const namespaces = new Set(declared.values());
  for (const [prefix, namespace] of Object.entries({ prov, xsd, rdfs })) {
    if (!declared.has(prefix) && !namespaces.has(namespace)) declared.set(prefix, namespace);
  }
  return Object.fromEntries(declared);
}
