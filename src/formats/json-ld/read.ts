import type { JsonLdDocument, Options } from "jsonld";
import type { Document } from "../../model/document.ts";
import type { ProvenanceError } from "../../model/error.ts";
import { isIri, type Prefixes } from "../../model/names.ts";
import type { Quad } from "../../rdf/terms.ts";
import { jsonPath } from "../json/path.ts";
import { isObject, jsonValue } from "../json/value.ts";
import type { Loss } from "../notation.ts";
import { qualifiedPlainly } from "../prov-jsonld/quads.ts";
import { provJsonLdDocument } from "../prov-jsonld/read.ts";
import { isProvJsonLd } from "../prov-jsonld/shape.ts";
import { documentOfQuads } from "../rdf/document.ts";
import { shown, unreadableAt } from "../unreadable.ts";
import { BUNDLED_CONTEXT_IRIS, bundledContext } from "./contexts.ts";
import { quadsOfExpanded } from "./quads.ts";
import { hideSpaces } from "./spaces.ts";

type Ignored = (loss: Loss) => void;

/** Reads JSON-LD, PROV-JSONLD included. See `jsonLd`. */
export async function readJsonLd(text: string, ignored: Ignored = () => {}): Promise<Document> {
  const root = jsonValue(text);
  return isProvJsonLd(root) ? provJsonLdDocument(root) : documentOfJsonLd(root, ignored);
}

/** The document that parsed JSON-LD states in PROV-O, whatever its shape. */
export async function documentOfJsonLd(root: unknown, ignored: Ignored): Promise<Document> {
  if (typeof root !== "object" || root === null) throw unreadableAt("$", "expected an object or a list, as JSON-LD is");
  const reasons = (reason: string) => ignored({ reason });
  const hidden = hideSpaces(root);
  const expanded = await expand(hidden.value as object, reasons);
  const quads: readonly Quad[] = quadsOfExpanded(expanded, {
    refuse: (name, what) => {
      throw unreadableAt(
        placeOf(root, name),
        `${what}, and ${shown(name)} is none; write it out, or say @base or @vocab`,
      );
    },
    ignored: reasons,
    shown: hidden.shown,
  });
  return documentOfQuads(qualifiedPlainly(quads), prefixesOf(root), ignored);
}

async function expand(root: object, ignored: (reason: string) => void): Promise<readonly unknown[]> {
  let unknown: string | undefined;
  const options = {
    base: null, // there is none: names that are not absolute stay as they are, and are refused
    documentLoader: async (url: string) => {
      const document = bundledContext(url);
      if (document !== undefined) return { documentUrl: url, document };
      unknown ??= url;
      throw new Error("nothing is fetched");
    },
    eventHandler: ({ event }: { event: { code: string } }) => {
      const reason = DROPPED[event.code];
      if (reason !== undefined) ignored(reason);
    },
  };
  const { default: jsonld } = await import("jsonld"); // takes as long to load as all the rest
  try {
    return await jsonld.expand(root as JsonLdDocument, options as unknown as Options.Expand);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw unknown === undefined ? noJsonLd(error, root) : unknownContext(unknown, root);
  }
}

/** What JSON-LD drops without a word. A name that is no absolute IRI is not among it: that is refused. */
const DROPPED: Readonly<Record<string, string>> = {
  "invalid property": "a key that the context does not define has no meaning in JSON-LD and is left out",
  "reserved term": "JSON-LD reserves terms that look like its keywords; they are left out",
  "reserved @id value": "JSON-LD reserves names that look like its keywords; they are left out",
  "reserved @reverse value": "JSON-LD reserves names that look like its keywords; they are left out",
  "free-floating scalar": "a value that belongs to no node says nothing in JSON-LD and is left out",
  "object with only @language": "a language without a text says nothing in JSON-LD and is left out",
};

function unknownContext(url: string, root: object): ProvenanceError {
  const known = BUNDLED_CONTEXT_IRIS.slice(0, 2).join(" and ");
  return unreadableAt(
    placeOf(root, url),
    `the context ${shown(url)} is not known here, and nothing is fetched; known are ${known}`,
  );
}

/** The package's error, with the text that it complains of where it says one. */
function noJsonLd(error: unknown, root: object): ProvenanceError {
  const { message, details } = error as Error & { readonly details?: { readonly [detail: string]: unknown } };
  const culprit = ["value", "term", "id", "type", "key"]
    .map((one) => details?.[one])
    .find((one) => typeof one === "string");
  const what = message.replace(/^Invalid JSON-LD syntax[;:]\s*/, "").replace(/\.$/, "");
  if (typeof culprit !== "string") return unreadableAt("$", `this is no JSON-LD: ${what}`, error);
  return unreadableAt(placeOf(root, culprit), `this is no JSON-LD: ${what}, found ${shown(culprit)}`, error);
}

/** Where a text stands as a key or a value, for the first time; the root if it does not stand there as it is. */
function placeOf(root: unknown, text: string): string {
  const steps: (string | number)[] = [];
  const look = (value: unknown): boolean => {
    if (value === text) return true;
    if (typeof value !== "object" || value === null) return false;
    for (const [key, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      steps.push(key);
      if (key === text || look(inner)) return true;
      steps.pop();
    }
    return false;
  };
  return look(root) ? jsonPath(steps) : "$";
}

/** The prefixes that the outermost context declares, for writing names as the document did. */
function prefixesOf(root: object): Prefixes {
  const context = isObject(root) ? root["@context"] : undefined;
  const prefixes: Record<string, string> = {};
  for (const entry of Array.isArray(context) ? context : [context]) {
    const declared = typeof entry === "string" ? (bundledContext(entry) as { "@context": object })["@context"] : entry;
    if (!isObject(declared)) continue;
    for (const [prefix, namespace] of Object.entries(declared)) {
      if (!PREFIX.test(prefix) || typeof namespace !== "string" || !isIri(namespace)) continue;
      if (NAMESPACE_END.test(namespace)) prefixes[prefix] = namespace;
    }
  }
  return prefixes;
}

const PREFIX = /^[A-Za-z][A-Za-z0-9._-]*$/;
/** JSON-LD 1.1 takes a term for a prefix when its IRI ends so (section 4.3). */
const NAMESPACE_END = /[:/?#[\]@]$/;
