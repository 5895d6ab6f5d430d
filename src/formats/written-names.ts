import { isAnonymous } from "../model/anonymous.ts";
import type { Bundle, Document } from "../model/document.ts";
import { literalOf } from "../model/literals.ts";
import { checkIri, isIri, type Prefixes } from "../model/names.ts";
import { formalAttributes, isNameKind } from "../model/relations.ts";
import type { Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import { KnownNames } from "./known-names.ts";
import { asMeant, checkAnonymous, IMPLIED_PREFIXES, isAbsoluteIri } from "./qualified-names.ts";

/** What a notation allows a qualified name to be. */
export interface NameSyntax {
  /** How the local part of a name is written, escaped where need be; undefined for what cannot be a local part, maybe the empty text. */
  local(text: string): string | undefined;
  /** The same for a name of the default namespace, which stands without prefix; absent where the notation has no default namespace. */
  unprefixed?(text: string): string | undefined;
  isPrefix(text: string): boolean;
  /** Whether a prefix may stand for this namespace; absent where it may for any. */
  isNamespace?(text: string): boolean;
  /** Says that a bundle's own prefixes hold for its id too; absent where the id is one of the document's names. */
  readonly bundleId?: "inside";
  /** How an IRI is written that no declared prefix fits; absent where a prefix is minted for it. */
  unprefixable?(iri: Iri): string;
  /** The IRI that stands for an anonymous id; absent where the notation has anonymous ids. */
  anonymous?(id: Iri): Iri;
}

/** How the names of one document are written. */
export interface WrittenNames {
  /** What to declare at the top: the document's own prefixes as far as the notation has such, and the minted ones. */
  readonly prefixes: Prefixes;
  /** The names within the document or within a bundle of it, and the prefixes that the bundle declares for itself. */
  scope(bundle?: Bundle): WrittenScope;
}

export interface WrittenScope {
  readonly prefixes: Prefixes;
  /** The qualified name of an IRI of the document. Anonymous ids stay as they are, unless the notation has none. */
  name(iri: Iri): string;
}

/**
 * The qualified names of a document: by its own prefixes (a bundle's before the document's, the longest namespace first), and
 * where none fits by minted prefixes `ns1`, `ns2`, …, for which every name of the document is looked at once.
 * @throws {ProvenanceError} `bad-iri` for a name that is no IRI, nor anonymous: what is written must be readable.
 * @throws {Error} for an IRI that the notation cannot make a name of; only one that has no empty local part can have such.
 */
export function writtenNames(document: Document, syntax: NameSyntax): WrittenNames {
  const minted = new Map<string, string>();
  const own = usable(document.prefixes, syntax);
  const taken = new Set([...Object.keys(IMPLIED_PREFIXES), ...Object.keys(document.prefixes)]);
  for (const { prefixes } of document.bundles) for (const prefix of Object.keys(prefixes ?? {})) taken.add(prefix);
  const mint = syntax.unprefixable ?? mintingWith(minted, taken, syntax);
  const top = scopeWriter(new Map([...Object.entries(IMPLIED_PREFIXES), ...own]), undefined, mint, syntax);
  const scope = (bundle?: Bundle): WrittenScope => {
    const inner = bundle?.prefixes ? usable(bundle.prefixes, syntax) : new Map<string, string>();
    if (inner.size === 0) return { prefixes: {}, name: top.name };
    return { prefixes: Object.fromEntries(inner), name: scopeWriter(inner, top, mint, syntax).name };
  };
  for (const statement of document.statements) eachName(statement, top.name);
  for (const bundle of document.bundles) {
    const { name } = scope(bundle);
    if (syntax.bundleId === "inside") name(bundle.id);
    else top.name(bundle.id);
    for (const statement of bundle.statements) eachName(statement, name);
  }
  const prefixes = Object.fromEntries([...own, ...Array.from(minted, ([namespace, prefix]) => [prefix, namespace])]);
  return { prefixes, scope };
}

/** Calls back with each name of a statement: its id, what it refers to, names of attributes, datatypes. */
export function eachName(statement: Statement, found: (iri: Iri) => void): void {
  if (statement.id !== undefined) found(statement.id);
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = values[name];
    if (value === undefined) continue;
    if (isNameKind(kind)) found(value as Iri);
    else if (kind === "key") namesInValue(value as Value, found);
    else if (kind === "keySet") for (const key of value as readonly Value[]) namesInValue(key, found);
    else if (kind === "keyEntitySet") {
      for (const { key, entity } of value as readonly KeyEntityPair[]) {
        namesInValue(key, found);
        found(entity);
      }
    }
  }
  for (const [name, value] of statement.attributes ?? []) {
    found(name);
    namesInValue(value, found);
  }
}

function namesInValue(value: Value, found: (iri: Iri) => void): void {
  if (typeof value === "number" || typeof value === "boolean") found(literalOf(value).type);
  if (typeof value !== "object") return;
  if ("iri" in value) found(value.iri);
  else if ("type" in value) found(value.type);
}

/** Those prefixes that the notation can declare, and that mean to a reader what they mean here. */
function usable(prefixes: Prefixes, syntax: NameSyntax): Map<string, string> {
  const isUsable = ([prefix, namespace]: readonly [string, string]) =>
    (prefix === "" ? syntax.unprefixed !== undefined : prefix !== "_" && syntax.isPrefix(prefix)) &&
    (!Object.hasOwn(IMPLIED_PREFIXES, prefix) || asMeant(namespace) === IMPLIED_PREFIXES[prefix]) &&
    isIri(namespace) &&
    (syntax.isNamespace?.(namespace) ?? true);
  const pairs = Object.entries(prefixes).filter(isUsable);
  return new Map(pairs.map(([prefix, namespace]) => [prefix, asMeant(namespace)]));
}

interface ScopeWriter {
  name(iri: Iri): string;
  declared(iri: Iri, hidden: ReadonlyMap<string, string>): string | undefined;
}

function scopeWriter(
  declared: ReadonlyMap<string, string>,
  outer: ScopeWriter | undefined,
  mint: (iri: Iri) => string,
  syntax: NameSyntax,
): ScopeWriter {
  const known = new KnownNames();
  const longest = longestNamespaces(declared);
  const byOwn = (iri: Iri, hidden: ReadonlyMap<string, string>): string | undefined => {
    for (let one = longest(iri); one !== undefined; one = one.shorter) {
      const { namespace, prefix } = one;
      if (hidden.has(prefix)) continue;
      const rest = iri.slice(namespace.length);
      const local = prefix === "" ? syntax.unprefixed?.(rest) : syntax.local(rest);
      if (local) return prefix === "" ? local : `${prefix}:${local}`;
    }
    return undefined;
  };
  const nameAnew = (id: Iri): string => {
    if (isAnonymous(id) && !syntax.anonymous) return checkAnonymous(id);
    const iri = isAnonymous(id) && syntax.anonymous ? syntax.anonymous(checkAnonymous(id)) : id;
    if (!isAbsoluteIri(iri)) checkIri(iri, "a name");
    const name = byOwn(iri, NOTHING) ?? outer?.declared(iri, declared) ?? mint(iri);
    known.set(id, name);
    return name;
  };
  return { name: (iri) => known.get(iri) ?? nameAnew(iri), declared: byOwn };
}
const NOTHING: ReadonlyMap<string, string> = new Map();

interface Namespace {
  readonly namespace: string;
  readonly prefix: string;
  /** The longest other one that this one starts with. */
  readonly shorter?: Namespace;
}

/**
 * Finds the longest namespace that an IRI starts with, whatever the number of namespaces: of all that sort before the IRI the last one, or
 * one that this one starts with.
 */
function longestNamespaces(declared: ReadonlyMap<string, string>): (iri: Iri) => Namespace | undefined {
  const byNamespace = new Map<string, string>();
  for (const [prefix, namespace] of declared) if (!byNamespace.get(namespace)) byNamespace.set(namespace, prefix);
  const sorted: Namespace[] = [];
  const startOf = (text: string, last: Namespace | undefined) => {
    let one = last;
    while (one !== undefined && !text.startsWith(one.namespace)) one = one.shorter;
    return one;
  };
  for (const namespace of [...byNamespace.keys()].sort()) {
    const shorter = startOf(namespace, sorted.at(-1));
    const one = { namespace, prefix: byNamespace.get(namespace) as string };
    sorted.push(shorter === undefined ? one : { ...one, shorter });
  }
  return (iri) => {
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((sorted[middle] as Namespace).namespace <= iri) from = middle + 1;
      else to = middle;
    }
    return startOf(iri, sorted[from - 1]);
  };
}

/** Names an IRI by a minted prefix; the same IRI always gets the same name. */
function mintingWith(minted: Map<string, string>, taken: ReadonlySet<string>, syntax: NameSyntax) {
  let count = 0;
  return (iri: Iri): string => {
    const [length, local] = split(iri, syntax);
    const namespace = iri.slice(0, length);
    let prefix = minted.get(namespace);
    if (prefix === undefined) {
      do prefix = `ns${++count}`;
      while (taken.has(prefix));
      minted.set(namespace, prefix);
    }
    return `${prefix}:${local}`;
  };
}

/** Where the namespace of an IRI ends that nobody declared: after a `/`, `#` or `:`, else before its last plain word, else at its end. */
function split(iri: Iri, { local, isNamespace }: NameSyntax): readonly [length: number, local: string] {
  let cut = lastCut(iri, iri.length - 2);
  while (cut > 0 && isNamespace && !isNamespace(iri.slice(0, cut))) cut = lastCut(iri, cut - 2);
  const rest = cut > 0 ? local(iri.slice(cut)) : undefined;
  if (rest) return [cut, rest];
  const word = lastWord(iri);
  const last = local(iri.slice(word));
  if (last !== undefined) return [word, last];
  const whole = local("");
  if (whole !== undefined) return [iri.length, whole];
  throw new Error(`no qualified name can be made of ${iri}`);
}

function lastCut(iri: Iri, before: number): number {
  if (before < 0) return 0;
  return 1 + Math.max(iri.lastIndexOf("/", before), iri.lastIndexOf("#", before), iri.lastIndexOf(":", before));
}

function lastWord(iri: Iri): number {
  let at = iri.length;
  while (at > 0 && /[\w-]/.test(iri.charAt(at - 1))) at--;
  while (at < iri.length && !/[A-Za-z_]/.test(iri.charAt(at))) at++;
  return at;
}
