import { isObject } from "./json-value.ts";
import { BUNDLE_TERM, CONTEXT_TERMS, formalKeys, KIND_OF_TERM, PROV_JSONLD_CONTEXT_IRIS } from "./prov-jsonld-terms.ts";

/**
 * Whether parsed JSON-LD is PROV-JSONLD, by its content: an `@graph` of statements and bundles, an `@context` of prefixes, and the context of PROV-JSONLD
 * named or copied there. ProvToolbox also wrote documents that do not name it; these show in relations whose parts are called
 * as PROV-JSONLD calls them, which would mean nothing otherwise.
 */
export function isProvJsonLd(root: unknown): boolean {
  if (!isObject(root) || !Array.isArray(root["@graph"])) return false;
  const context = listOf(root["@context"]);
  const graph: readonly unknown[] = root["@graph"];
  if (!context.every(isOfPrefixes) || !graph.every(isStatementOrBundle)) return false;
  return context.some(isContextOfProvJsonLd) || (!context.some(isOtherAddress) && graph.some(hasBareParts));
}

function isOfPrefixes(entry: unknown): boolean {
  if (typeof entry === "string") return PROV_JSONLD_CONTEXT_IRIS.has(entry);
  if (!isObject(entry)) return false;
  return Object.entries(entry).every(([key, value]) => {
    if (typeof value === "string") return !key.startsWith("@") || key === "@vocab" || key === "@base";
    return key === "@version" || (isObject(value) && CONTEXT_TERMS.has(key));
  });
}

function isContextOfProvJsonLd(entry: unknown): boolean {
  if (typeof entry === "string") return true;
  return isObject(entry) && isObject(entry.Usage) && isObject(entry.Generation);
}

function isOtherAddress(entry: unknown): boolean {
  return typeof entry === "string";
}

function isStatementOrBundle(item: unknown): boolean {
  if (!isObject(item)) return false;
  const term = termOf(item["@type"]);
  if (term !== BUNDLE_TERM) return KIND_OF_TERM.has(term);
  const graph = item["@graph"];
  return Array.isArray(graph) && graph.every(isStatementOrBundle) && listOf(item["@context"]).every(isOfPrefixes);
}

function hasBareParts(item: unknown): boolean {
  if (!isObject(item)) return false;
  const kind = KIND_OF_TERM.get(termOf(item["@type"]));
  return kind !== undefined && [...formalKeys(kind).keys()].some((key) => Object.hasOwn(item, key));
}

function termOf(type: unknown): string {
  return typeof type === "string" ? type.replace(/^prov:/, "") : "";
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
