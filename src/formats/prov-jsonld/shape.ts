import { isObject, jsonValue } from "../json/value.ts";
import { BUNDLE_TERM, CONTEXT_TERMS, formalKeys, KIND_OF_TERM, PROV_JSONLD_CONTEXT_IRIS } from "./terms.ts";

/**
 * Whether a text that a file's name calls JSON-LD is PROV-JSONLD, and read as such: what the one carries the other may not.
 * @throws {ProvenanceError} `unreadable` for what is no JSON.
 */
export function isProvJsonLdText(text: string): boolean {
  return isProvJsonLd(jsonValue(text));
}

/**
 * Whether parsed JSON-LD is PROV-JSONLD, by its content: an `@graph` of statements and bundles, an `@context` of prefixes, and the context of PROV-JSONLD
 * named or copied there. ProvToolbox also wrote documents that do not name it; these show in relations whose parts are called
 * as PROV-JSONLD calls them, which would mean nothing otherwise.
 */
export function isProvJsonLd(root: unknown): boolean {
  if (!isObject(root) || !Array.isArray(root["@graph"])) return false;
  if (Object.keys(root).some((key) => !ROOT_KEYS.has(key))) return false;
  const context = listOf(root["@context"]);
  const graph: readonly unknown[] = root["@graph"];
  if (!context.every(isOfPrefixes) || !graph.every(isStatementOrBundle)) return false;
  return context.some(isContextOfProvJsonLd) || (!context.some(isOtherAddress) && graph.some(hasBareParts));
}

const ROOT_KEYS = new Set(["@context", "@graph", "@type"]);

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
  if (term !== BUNDLE_TERM) return isStatement(item);
  const graph = item["@graph"];
  return Array.isArray(graph) && graph.every(isStatement) && listOf(item["@context"]).every(isOfPrefixes);
}

/** The shape that the schema gives: parts are names or times, attributes are lists of values. PROV-O in JSON-LD has nodes there. */
function isStatement(item: unknown): boolean {
  if (!isObject(item)) return false;
  const kind = KIND_OF_TERM.get(termOf(item["@type"]));
  if (kind === undefined) return false;
  const parts = formalKeys(kind);
  return Object.entries(item).every(([key, value]) => {
    if (key === "@type" || key === "@id") return typeof value === "string";
    if (parts.has(termOf(key))) return listOf(value).every((one) => typeof one === "string");
    return Array.isArray(value) && value.every((one) => typeof one === "string" || (isObject(one) && "@value" in one));
  });
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
