import { isIri } from "../../model/names.ts";
import { jsonPath } from "../json/path.ts";
import { isObject } from "../json/value.ts";
import { declarePrefix, type NameScope, nameScope } from "../qualified-names.ts";
import { shown, unreadableAt } from "../unreadable.ts";
import { CONTEXT_PREFIXES, CONTEXT_TERMS, PROV_JSONLD_CONTEXT_IRIS } from "./terms.ts";

export type Path = readonly (string | number)[];

/**
 * The scope of names that an `@context` of PROV-JSONLD makes: an object of prefixes and the address of PROV-JSONLD's context, or a list of such (section 4.20). The
 * default namespace is `@vocab`, or else `@base`. The context itself may stand in place of its address.
 * @throws {ProvenanceError} `unreadable` for any other address, and for what JSON-LD may have in a context beyond that.
 */
export function contextScope(context: unknown, path: Path, outer?: NameScope): NameScope {
  const declared = new Map<string, string>(outer ? [] : [["prov", CONTEXT_PREFIXES.prov]]);
  const defaults = new Map<string, string>();
  const entries = Array.isArray(context) ? context : [context];
  for (const [n, entry] of entries.entries()) {
    const at = Array.isArray(context) ? [...path, n] : path;
    if (typeof entry === "string") {
      checkContextIri(entry, at);
      for (const [prefix, namespace] of Object.entries(CONTEXT_PREFIXES)) declared.set(prefix, namespace);
    } else if (isObject(entry)) {
      for (const key of Object.keys(entry)) declare(key, entry[key], { declared, defaults, at: [...at, key] });
    } else {
      throw unreadableAt(jsonPath(at), "expected prefixes or the address of the context of PROV-JSONLD");
    }
  }
  const vocabulary = defaults.get("@vocab") ?? defaults.get("@base");
  if (vocabulary !== undefined) declared.set("", vocabulary);
  return nameScope(declared, outer);
}

function checkContextIri(iri: string, at: Path): void {
  if (PROV_JSONLD_CONTEXT_IRIS.has(iri)) return;
  throw unreadableAt(jsonPath(at), `the context ${shown(iri)} is not known here, and nothing is fetched`);
}

interface Declaring {
  readonly declared: Map<string, string>;
  readonly defaults: Map<string, string>;
  readonly at: Path;
}

function declare(key: string, value: unknown, { declared, defaults, at }: Declaring): void {
  const fail = (what: string): never => {
    throw unreadableAt(jsonPath(at), what);
  };
  if (key === "@version" && value === 1.1) return;
  if (isObject(value) && CONTEXT_TERMS.has(key)) return; // a copy of the context itself
  if (typeof value !== "string")
    fail("expected the namespace of a prefix; read the document as json-ld if it needs more");
  const namespace = value as string;
  if (key === "@vocab" || key === "@base") {
    if (!isIri(namespace)) fail(`expected an absolute IRI, found ${shown(namespace)}`);
    defaults.set(key, namespace);
  } else if (key.startsWith("@") || key === "") {
    fail("expected a prefix, @vocab or @base; read the document as json-ld if it needs more");
  } else {
    declared.delete(key); // of two declarations the later one holds
    declarePrefix(declared, key, namespace, fail);
  }
}
