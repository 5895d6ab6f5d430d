import { withoutIdleIds } from "../../model/anonymous.ts";
import type { Document } from "../../model/document.ts";
import { literalOf } from "../../model/literals.ts";
import type { Prefixes } from "../../model/names.ts";
import {
  type FormalKind,
  formalAttributes,
  isElementKind,
  isNameKind,
  type Kind,
  RELATIONS,
} from "../../model/relations.ts";
import type { Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { XSD_STRING } from "../literal-value.ts";
import { inPieces } from "../pieces.ts";
import { EXTENSION_NAMESPACE } from "../statement-words.ts";
import { writtenNames } from "../written-names.ts";
import { NAMES_FOR_PEOPLE, PROV_N_NAMES } from "./names.ts";

/**
 * Writes a document as PROV-N, a statement a line, in the order of the document.
 * @throws {ProvenanceError} `bad-iri` for a name that is no IRI.
 */
export function writeProvN(document: Document): Iterable<string> {
  return inPieces(provNLines(withoutIdleIds(document)));
}

/**
 * One statement as PROV-N has it, for people to read, not for readers of PROV-N: names shortened by these prefixes, `<IRI>` where none fits,
 * anonymous ids as `_:label`.
 * @throws {ProvenanceError} `bad-iri` for a name that is no IRI.
 */
export function provNText(statement: Statement, prefixes: Prefixes): string {
  const document = { prefixes, statements: [statement], bundles: [] };
  const extension = extensionPrefix(document);
  return statementText(statement, writtenNames(document, NAMES_FOR_PEOPLE).scope().name, extension || "provext");
}

/** Kinds that PROV-N gives neither id nor attributes, but ProvToolbox does, under a keyword of its own. */
const EXTENDED: ReadonlySet<Kind> = new Set<Kind>(["alternateOf", "specializationOf", "hadMember"]);

export function isExtended(kind: Kind): boolean {
  return EXTENDED.has(kind);
}

function needsExtension({ kind, id, attributes }: Statement): boolean {
  return isExtended(kind) && (id !== undefined || (attributes !== undefined && attributes.length > 0));
}

function* provNLines(document: Document): Generator<string, void, void> {
  const extension = extensionPrefix(document);
  const prefixes = extension === "" ? document.prefixes : { ...document.prefixes, [extension]: EXTENSION_NAMESPACE };
  const names = writtenNames({ ...document, prefixes }, PROV_N_NAMES);
  const top = names.scope();
  yield "document\n";
  yield* declarations(names.prefixes, "  ");
  for (const statement of document.statements) yield `  ${statementText(statement, top.name, extension)}\n`;
  for (const bundle of document.bundles) {
    const scope = names.scope(bundle);
    yield `  bundle ${top.name(bundle.id)}\n`;
    yield* declarations(scope.prefixes, "    ");
    for (const statement of bundle.statements) yield `    ${statementText(statement, scope.name, extension)}\n`;
    yield "  endBundle\n";
  }
  yield "endDocument\n";
}

function* declarations(prefixes: Readonly<Record<string, string>>, indent: string): Generator<string, void, void> {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    yield `${indent}${prefix === "" ? "default" : `prefix ${prefix}`} <${namespace}>\n`;
  }
}

/** The prefix of extended keywords, one that the document does not use; empty where none is needed. */
function extensionPrefix(document: Document): string {
  const scopes = [document, ...document.bundles];
  if (!scopes.some(({ statements }) => statements.some(needsExtension))) return "";
  let prefix = "provext";
  while (scopes.some(({ prefixes }) => prefixes && Object.hasOwn(prefixes, prefix))) prefix += "_";
  return prefix;
}

type Name = (iri: Iri) => string;

function statementText(statement: Statement, name: Name, extension: string): string {
  const { kind, id, attributes } = statement;
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  const formal = formalAttributes(kind);
  const { required } = RELATIONS[kind];
  // Optional arguments are written all or none.
  const isShort = formal.every(([formalName], place) => place < required || values[formalName] === undefined);
  const parts = isElementKind(kind) ? [name(id as Iri)] : [];
  for (const [formalName, type] of isShort ? formal.slice(0, required) : formal) {
    const value = values[formalName];
    parts.push(value === undefined ? "-" : argumentText(value, type, name));
  }
  if (attributes && attributes.length > 0) {
    parts.push(`[${attributes.map(([one, value]) => `${name(one)}=${valueText(value, name)}`).join(", ")}]`);
  }
  const before = isElementKind(kind) || id === undefined ? "" : `${name(id)}; `;
  return `${keyword(statement, extension)}(${before}${parts.join(", ")})`;
}

function keyword(statement: Statement, extension: string): string {
  if (needsExtension(statement)) return `${extension}:${statement.kind}`;
  return "extension" in RELATIONS[statement.kind] ? `prov:${statement.kind}` : statement.kind;
}

function argumentText(value: unknown, kind: FormalKind, name: Name): string {
  if (isNameKind(kind)) return name(value as Iri);
  if (kind === "time") return value as string;
  if (kind === "key") return valueText(value as Value, name);
  if (kind === "keySet") return `{${(value as readonly Value[]).map((key) => valueText(key, name)).join(", ")}}`;
  const pairs = value as readonly KeyEntityPair[];
  return `{${pairs.map(({ key, entity }) => `(${valueText(key, name)}, ${name(entity)})`).join(", ")}}`;
}

function valueText(value: Value, name: Name): string {
  if (typeof value === "object" && "iri" in value) return `'${name(value.iri)}'`;
  const { lexical, type, language } = literalOf(value);
  const text = `"${lexical.replace(/["\\\n\r\t\b\f]/g, escaped)}"`;
  if (language !== undefined) return `${text}@${language}`;
  return type === XSD_STRING ? text : `${text} %% ${name(type)}`;
}

function escaped(character: string): string {
  return ESCAPES[character] as string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};
