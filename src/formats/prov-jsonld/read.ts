import { withoutIdleIds } from "../../model/anonymous.ts";
import type { Bundle, Document } from "../../model/document.ts";
import { isIri } from "../../model/names.ts";
import { isElementKind } from "../../model/relations.ts";
import type { Attribute, Iri, Statement } from "../../model/statement.ts";
import { jsonPath } from "../json/path.ts";
import { isObject, type JsonObject, jsonValue } from "../json/value.ts";
import { checkDateTime } from "../literal-value.ts";
import type { NameScope } from "../qualified-names.ts";
import { shown, unreadableAt } from "../unreadable.ts";
import { contextScope, type Path } from "./context.ts";
import { ATTRIBUTE_TERMS, BUNDLE_TERM, formalKeys, type JsonLdKind, KIND_OF_TERM, NAME_TERMS } from "./terms.ts";
import { type JsonLdNames, readJsonLdValue } from "./values.ts";

/** Reads a document of PROV-JSONLD. See `provJsonLd`. */
export function readProvJsonLd(text: string): Document {
  return provJsonLdDocument(jsonValue(text));
}

/** The document that a parsed text states. */
export function provJsonLdDocument(root: unknown): Document {
  if (!isObject(root)) throw unreadableAt("$", "expected an object with @context and @graph");
  for (const key of Object.keys(root)) {
    if (key === "@type" && bare(root[key]) === "Document") continue;
    if (key !== "@context" && key !== "@graph")
      throw unreadableAt(jsonPath([key]), "expected @context and @graph alone");
  }
  const scope = contextScope(root["@context"] ?? [], ["@context"]);
  const statements: Statement[] = [];
  const bundles = new Map<Iri, Bundle>();
  for (const [item, path] of graphOf(root, [])) {
    if (bare(item["@type"]) === BUNDLE_TERM) {
      const bundle = bundleOf(item, path, scope);
      if (bundles.has(bundle.id)) throw unreadableAt(jsonPath(path), "the bundle is stated twice");
      bundles.set(bundle.id, bundle);
    } else readStatement(item, { path, scope, statements });
  }
  return withoutIdleIds({ prefixes: scope.declared, statements, bundles: [...bundles.values()] });
}

function* graphOf(container: JsonObject, path: Path): Generator<readonly [JsonObject, Path]> {
  const graph = container["@graph"];
  const at = [...path, "@graph"];
  if (!Array.isArray(graph)) throw unreadableAt(jsonPath(at), "expected a list of statements");
  for (const [n, item] of graph.entries()) {
    if (!isObject(item)) throw unreadableAt(jsonPath([...at, n]), "expected an object that is a statement");
    yield [item, [...at, n]];
  }
}

function bundleOf(item: JsonObject, path: Path, outer: NameScope): Bundle {
  for (const key of Object.keys(item)) {
    if (BUNDLE_KEYS.has(key)) continue;
    throw unreadableAt(jsonPath([...path, key]), "expected @id, @context and @graph alone in a bundle");
  }
  const scope = contextScope(item["@context"] ?? [], [...path, "@context"], outer);
  if (typeof item["@id"] !== "string") throw unreadableAt(jsonPath(path), "expected @id, the name of the bundle");
  const id = namesAt(scope, [...path, "@id"]).reference(item["@id"]);
  const statements: Statement[] = [];
  for (const [one, at] of graphOf(item, path)) {
    if (bare(one["@type"]) === BUNDLE_TERM) throw unreadableAt(jsonPath(at), "a bundle cannot hold bundles");
    readStatement(one, { path: at, scope, statements });
  }
  const prefixes = scope.declared;
  return Object.keys(prefixes).length > 0 ? { id, prefixes, statements } : { id, statements };
}

const BUNDLE_KEYS = new Set(["@type", "@id", "@context", "@graph"]);

interface Reading {
  readonly path: Path;
  readonly scope: NameScope;
  readonly statements: Statement[];
}

function readStatement(item: JsonObject, { path, scope, statements }: Reading): void {
  const kind = kindOf(item["@type"], path);
  const formal = formalKeys(kind);
  const statement: Record<string, unknown> = { kind };
  const attributes: Attribute[] = [];
  let several: readonly Iri[] | undefined;
  for (const key of Object.keys(item)) {
    if (key === "@type") continue;
    const at = [...path, key];
    const names = namesAt(scope, at);
    const value = item[key];
    const form = formal.get(bare(key) as string);
    if (key === "@id") {
      if (typeof value !== "string") names.fail("expected the name of what is stated");
      statement.id = names.reference(value as string);
    } else if (form === undefined) {
      readAttribute(key, value, names, attributes);
    } else {
      const name = bare(key) as string;
      const found = listOf(value).map((one) => (form === "time" ? timeOf(one, names) : referenceOf(one, names)));
      if (kind === "hadMember" && name === "entity" && found.length > 1) several = found;
      else if (found.length > 1) names.fail("expected one value, found several");
      else if (statement[name] !== undefined) names.fail("is stated twice");
      else if (found.length === 1) statement[name] = found[0];
    }
  }
  if (isElementKind(kind) && statement.id === undefined)
    throw unreadableAt(jsonPath(path), "expected @id, the name of the element");
  if (attributes.length > 0) statement.attributes = attributes;
  for (const own of several?.map((entity) => ({ entity })) ?? [{}])
    statements.push({ ...statement, ...own } as Statement);
}

function kindOf(type: unknown, path: Path): JsonLdKind {
  const kind = KIND_OF_TERM.get(bare(type) as string);
  if (kind !== undefined) return kind;
  const what = type === undefined ? "nothing" : shown(JSON.stringify(type));
  throw unreadableAt(
    jsonPath([...path, "@type"]),
    `expected a kind of statement such as Entity or Usage, found ${what}`,
  );
}

/** A term without the prefix that the first drafts had; anything else as it is. */
function bare(term: unknown): unknown {
  return typeof term === "string" && term.startsWith("prov:") ? term.slice("prov:".length) : term;
}

function readAttribute(key: string, value: unknown, names: JsonLdNames, attributes: Attribute[]): void {
  const term = bare(key) as string;
  const special = ATTRIBUTE_TERMS.get(term);
  if (special === undefined && key.startsWith("@")) names.fail("expected no other keyword of JSON-LD in a statement");
  const name = special?.iri ?? names.reference(key);
  if (name.startsWith("_:")) names.fail("the name of an attribute cannot be anonymous");
  const isName = special !== undefined && NAME_TERMS.has(term);
  for (const one of listOf(value)) attributes.push([name, readJsonLdValue(one, names, isName)]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function referenceOf(value: unknown, names: JsonLdNames): Iri {
  const name = isObject(value) && Object.keys(value).length === 1 ? value["@id"] : value;
  return typeof name === "string" ? names.reference(name) : names.fail("expected a name");
}

function timeOf(value: unknown, { fail }: JsonLdNames): string {
  const text = isObject(value) ? value["@value"] : value;
  return typeof text === "string" ? checkDateTime(text, fail) : fail("expected a time");
}

/** Names in JSON-LD are qualified names, or absolute IRIs where no prefix is declared that they could start with. */
function namesAt(scope: NameScope, path: Path): JsonLdNames {
  const fail = (what: string): never => {
    throw unreadableAt(jsonPath(path), what);
  };
  const reference = (name: string): Iri => {
    const colon = name.indexOf(":");
    const isWhole =
      colon > 0 && (name.startsWith("//", colon + 1) || scope.namespace(name.slice(0, colon)) === undefined);
    return isWhole && isIri(name) && name[0] !== "_" ? name : scope.expand(name, fail);
  };
  return { reference, fail };
}
