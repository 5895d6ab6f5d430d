import type { Document } from "../../model/document.ts";
import { isIri, type Prefixes } from "../../model/names.ts";
import { formalAttributes, isNameKind } from "../../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { positionAt, shown, unreadableAt } from "../unreadable.ts";
import { BLANK_NAMESPACE, PROV_NAMESPACE, XML_NAMESPACE, XML_SCHEMA_NAMESPACE, XSI_NAMESPACE } from "./elements.ts";
import type { ResolvePrefix, XmlElement } from "./xml-events.ts";
import { isEscapedXmlName, unescapePythonName, unescapeXmlName } from "./xml-names.ts";
import { trimXmlSpace } from "./xml-text.ts";

/**
 * The names of a PROV-XML document while it is read. Some writers escape names (`ex:a__b` is a_b) and some do not, and nothing in a document says which;
 * so names in which it matters stay provisional until all have been seen. **The rule:** a document's names are escaped if each of them is one that the
 * escaping writes, and if its XML declaration stands in double quotes or is absent (Python's XML libraries write single quotes, and no Python package
 * escapes so). One name such as `ex:a_b`, `ex:0` or `ex:a/b` proves that none of the document is escaped.
 */
export interface ReadNames {
  /** The IRI of a QName in a value. */
  qualified(qname: string, at: number): Iri;
  /** The IRI of an element's own name. */
  element(element: XmlElement): Iri;
  /** The document with all names final. */
  settled(document: Document): Document;
}

export function readNames(text: string, resolve: ResolvePrefix): ReadNames {
  const known = new Map<string, Map<string, Iri>>();
  let isEscaped = !/^\ufeff?<\?xml\s+version\s*=\s*'/.test(text);
  let isProvisional = false;

  function of(namespace: string, local: string, at: number, ending: string): Iri {
    const key = local + ending;
    const locals = known.get(namespace) ?? new Map<string, Iri>();
    const iri = locals.get(key) ?? made(namespace, local, at, ending);
    if (locals.size === 0) known.set(namespace, locals);
    locals.set(key, iri);
    return iri;
  }

  function made(namespace: string, local: string, at: number, ending: string): Iri {
    if (!isName(namespace, local)) {
      const what = `${shown(namespace + local)} is not an absolute IRI; bind the prefix to one, and escape what no IRI may hold`;
      throw unreadableAt(positionAt(text, at), what);
    }
    if (namespace === PROV_NAMESPACE && local === "QUALIFIED_NAME") return namespace + local; // a datatype, and no writer escapes it
    if (!isEscapedXmlName(local) || !isName(namespace, unescapeXmlName(local))) isEscaped = false;
    if (!local.includes("_")) return namespace + local;
    isProvisional = true;
    return namespace + SEPARATOR + local + ending;
  }

  function final(iri: Iri): Iri {
    const at = iri.indexOf(SEPARATOR);
    if (at < 0) return iri;
    const isElement = iri.endsWith(ELEMENT);
    const local = isElement ? iri.slice(at + 1, -ELEMENT.length) : iri.slice(at + 1);
    if (isEscaped) return iri.slice(0, at) + unescapeXmlName(local);
    return iri.slice(0, at) + (isElement ? unescapePythonName(local) : local);
  }

  return {
    qualified(qname, at) {
      const name = trimXmlSpace(qname);
      const colon = name.indexOf(":");
      const prefix = colon < 0 ? "" : name.slice(0, colon);
      const namespace = resolve(prefix);
      if (prefix === "_" && (namespace === undefined || namespace === BLANK_NAMESPACE)) {
        return of("_:", name.slice(colon + 1), at, "");
      }
      if (namespace) return of(conventional(namespace), name.slice(colon + 1), at, "");
      const what =
        colon < 0 ? "has no prefix, and no default namespace is declared" : "has a prefix that is not declared";
      throw unreadableAt(positionAt(text, at), `the name ${shown(name)} ${what}`);
    },
    element: ({ namespace, local, at }) => of(conventional(namespace), local, at, ELEMENT),
    settled(document) {
      if (!isProvisional) return document;
      const bundles = document.bundles.map((bundle) => ({
        ...bundle,
        id: final(bundle.id),
        statements: bundle.statements.map((one) => renamed(one, final)),
      }));
      return { ...document, statements: document.statements.map((one) => renamed(one, final)), bundles };
    },
  };
}

/** In a provisional name, between namespace and local name; no IRI and no XML name holds it. */
const SEPARATOR = "\n";
/** At the end of a provisional name that is an element's. */
const ELEMENT = "\n";

function isName(namespace: string, local: string): boolean {
  return namespace === "_:" ? local !== "" && isIri(`x:${local}`) : isIri(namespace + local);
}

/** XML Schema's own namespace has no `#`; the IRIs of its types have one. */
function conventional(namespace: string): string {
  return namespace === XML_SCHEMA_NAMESPACE ? `${namespace}#` : namespace;
}

/** The prefixes that an element declares, as PROV means them. */
export function declaredPrefixes(declares: Readonly<Record<string, string>> = {}): Prefixes {
  const given = Object.entries(declares).filter(
    ([prefix, namespace]) =>
      prefix !== "_" && isIri(namespace) && namespace !== XSI_NAMESPACE && namespace !== XML_NAMESPACE,
  );
  return Object.fromEntries(given.map(([prefix, namespace]) => [prefix, conventional(namespace)]));
}

function renamed(statement: Statement, rename: (iri: Iri) => Iri): Statement {
  const of = (value: Value): Value => {
    if (typeof value !== "object") return value;
    if ("iri" in value) return { iri: rename(value.iri) };
    return "type" in value ? { ...value, type: rename(value.type) } : value;
  };
  const now: Record<string, unknown> = { ...statement };
  if (statement.id !== undefined) now.id = rename(statement.id);
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = now[name];
    if (value === undefined) continue;
    if (isNameKind(kind)) now[name] = rename(value as Iri);
    else if (kind === "key") now[name] = of(value as Value);
    else if (kind === "keySet") now[name] = (value as readonly Value[]).map(of);
    else if (kind === "keyEntitySet") {
      now[name] = (value as readonly KeyEntityPair[]).map(({ key, entity }) => ({
        key: of(key),
        entity: rename(entity),
      }));
    }
  }
  if (statement.attributes) {
    now.attributes = statement.attributes.map(([name, value]): Attribute => [rename(name), of(value)]);
  }
  return now as unknown as Statement;
}
