import { isAnonymous } from "../model/anonymous.ts";
import { ProvenanceError } from "../model/error.ts";
import { isIri, PREFIXES, type Prefixes } from "../model/names.ts";
import type { Iri } from "../model/statement.ts";
import { KnownNames } from "./known-names.ts";
import { shown } from "./unreadable.ts";

/** Refuses what is being read: throws, with the place that only the reader of a notation knows. */
export type Fail = (what: string) => never;

/** What qualified names mean within a document, or within a bundle of it. */
export interface NameScope {
  /** The prefixes declared here, without those of the scope around; the empty prefix is the default namespace. */
  readonly declared: Prefixes;
  /**
   * The IRI of a qualified name, `prefix:local` or, in the default namespace, `local`: the namespace and the local name in one (PROV-N 3.7.1, where
   * a backslash escapes a character; tools write such escapes in PROV-JSON too). `_:label` is anonymous, and so is a name of
   * {@link ANONYMOUS_NAMESPACE}.
   */
  expand(name: string, fail: Fail): Iri;
  /** The namespace that a prefix stands for. */
  namespace(prefix: string): string | undefined;
}

/** These need no declaration. PROV-N reserves both; that a document binds `xsd` to something else is let pass. */
export const IMPLIED_PREFIXES: Prefixes = { prov: PREFIXES.prov, xsd: PREFIXES.xsd };

/**
 * Where anonymous identifiers go in notations that have none, or none that other tools read: `_:b0` is written as the name b0 of this namespace,
 * and a name of it is read as anonymous, as RDF 1.1, section 3.5, does with Skolem IRIs. ProvToolbox has bound the prefix `_` to it.
 */
export const ANONYMOUS_NAMESPACE = "https://openprovenance.org/blank#";

/** The IRI that an anonymous identifier is written as. */
export function anonymousName(id: Iri): Iri {
  return ANONYMOUS_NAMESPACE + id.slice("_:".length);
}

function fromAnonymousName(iri: Iri): Iri {
  if (!iri.startsWith(ANONYMOUS_NAMESPACE)) return iri;
  const label = iri.slice(ANONYMOUS_NAMESPACE.length);
  return isAnonymousLabel(label) ? `_:${label}` : iri;
}

/**
 * Takes a declaration into a scope that is being read.
 * Refused are a prefix that is bound twice, `prov` for another namespace, `_`, and a namespace that is no absolute IRI.
 */
export function declarePrefix(declared: Map<string, string>, prefix: string, namespace: string, fail: Fail): void {
  const before = declared.get(prefix);
  const name = prefix === "" ? "the default namespace" : `the prefix ${shown(prefix)}`;
  if (before !== undefined && before !== asMeant(namespace))
    fail(`${name} is declared twice, as <${before}> and otherwise`);
  if (prefix === "prov" && namespace !== PREFIXES.prov) fail(`the prefix "prov" always stands for <${PREFIXES.prov}>`);
  if (prefix === "_" && namespace === ANONYMOUS_NAMESPACE) return;
  if (prefix === "_") fail(`"_" is no prefix: it marks anonymous identifiers`);
  if (!isIri(namespace)) fail(`expected an absolute IRI for ${name}, found ${shown(namespace)}`);
  declared.set(prefix, asMeant(namespace));
}

/** XML Schema's namespace without the `#` that its datatypes have in PROV is what drafts of PROV-N, and documents after them, have for it. */
export function asMeant(namespace: string): string {
  return `${namespace}#` === PREFIXES.xsd ? PREFIXES.xsd : namespace;
}

/** The scope of these declarations: a document's, or that of a bundle, which inherits the document's. */
export function nameScope(declarations: ReadonlyMap<string, string>, outer?: NameScope): NameScope {
  if (outer && declarations.size === 0) return { ...outer, declared: {} };
  const namespace = (prefix: string) =>
    declarations.get(prefix) ?? (outer ? outer.namespace(prefix) : ownProperty(IMPLIED_PREFIXES, prefix));
  const known = new KnownNames();
  const expandAnew = (name: string, fail: Fail): Iri => {
    const colon = prefixEnd(name);
    if (colon === 1 && isAnonymous(name)) return checkLabel(name, fail);
    const prefix = colon < 0 ? "" : name.slice(0, colon);
    const start = namespace(prefix);
    if (start === undefined) fail(undeclared(name, prefix));
    const iri = start + unescaped(name.slice(colon + 1));
    if (!isAbsoluteIri(iri)) fail(`the name ${shown(name)} holds a character that no IRI may`);
    const meant = fromAnonymousName(iri);
    known.set(name, meant);
    return meant;
  };
  return {
    declared: Object.fromEntries(declarations),
    namespace,
    expand: (name, fail) => known.get(name) ?? expandAnew(name, fail),
  };
}

/** The same as `isIri`, and quicker for the IRIs of ASCII, which most are. */
export function isAbsoluteIri(text: string): boolean {
  return PLAIN_IRI.test(text) || isIri(text);
}
const PLAIN_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-[\]_a-z~]*$/;

function prefixEnd(name: string): number {
  let colon = name.indexOf(":");
  while (colon > 0 && name.charCodeAt(colon - 1) === BACKSLASH) colon = name.indexOf(":", colon + 1);
  return colon;
}
const BACKSLASH = 92;

function unescaped(local: string): string {
  return local.includes("\\") ? local.replace(/\\([='(),\-:;[\].])/g, "$1") : local;
}

function checkLabel(name: string, fail: Fail): Iri {
  if (isAnonymousLabel(name.slice(2))) return name;
  return fail(`${shown(name)} is not an anonymous identifier; expected letters and digits after _:`);
}

/** What is a label of a blank node in every RDF syntax (Turtle, BLANK_NODE_LABEL, with fewer letters). */
export function isAnonymousLabel(label: string): boolean {
  return LABEL.test(label);
}
const LABEL = /^[\p{L}\p{Nd}_](?:[\p{L}\p{Nd}_.-]*[\p{L}\p{Nd}_-])?$/u;

/**
 * Returns an anonymous identifier as it is.
 * @throws {ProvenanceError} `bad-iri` when its label is none that can be read back.
 */
export function checkAnonymous(id: Iri): Iri {
  if (isAnonymousLabel(id.slice(2))) return id;
  throw new ProvenanceError("bad-iri", `${shown(id)} is not an anonymous identifier; use letters and digits after _:`);
}

function undeclared(name: string, prefix: string): string {
  if (prefix === "") return `the name ${shown(name)} has no prefix, and no default namespace is declared`;
  return `the prefix ${shown(prefix)} of ${shown(name)} is not declared`;
}

function ownProperty(prefixes: Prefixes, prefix: string): string | undefined {
  return Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
}
