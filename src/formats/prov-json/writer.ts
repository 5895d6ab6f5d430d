import { eachReference, isAnonymous, withoutIdleIds } from "../../model/anonymous.ts";
import type { Document } from "../../model/document.ts";
import { literalOf } from "../../model/literals.ts";
import { isNameKind, type Kind } from "../../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { XSD_STRING } from "../literal-value.ts";
import { inPieces } from "../pieces.ts";
import { anonymousName, IMPLIED_PREFIXES } from "../qualified-names.ts";
import { type NameSyntax, type WrittenScope, writtenNames } from "../written-names.ts";
import { FORMAL_KEYS, MEMBERS_KEY } from "./keys.ts";

/**
 * Writes a document as PROV-JSON, a record a line, statements grouped by kind.
 * @throws {ProvenanceError} `bad-iri` for a name that is no IRI.
 */
export function writeProvJson(document: Document): Iterable<string> {
  return inPieces(jsonLines(withoutIdleIds(document)));
}

/** A colon ends the prefix, no name has a character to escape (no IRI has one), everything after it is the local name; `default` is how the default namespace is declared. */
const JSON_NAMES: NameSyntax = {
  local: (text) => text,
  unprefixed: (text) => (text === "" || text.includes(":") ? undefined : text),
  anonymous: anonymousName,
  isPrefix: (text) => text !== "default" && /^[\p{L}\p{N}_.-]+$/u.test(text),
};

function* jsonLines(document: Document): Generator<string, void, void> {
  const names = writtenNames(document, JSON_NAMES);
  const label = freeLabels(document);
  const top = names.scope();
  yield `{\n  "prefix": ${prefixText({ ...IMPLIED_PREFIXES, ...names.prefixes }, "  ")}`;
  yield* sections(document.statements, top, label, "  ");
  let open = ',\n  "bundle": {\n';
  for (const bundle of document.bundles) {
    const scope = names.scope(bundle);
    yield `${open}    "${top.name(bundle.id)}": {\n      "prefix": ${prefixText(scope.prefixes, "      ")}`;
    yield* sections(bundle.statements, scope, label, "      ");
    yield "\n    }";
    open = ",\n";
  }
  yield document.bundles.length > 0 ? "\n  }\n}\n" : "\n}\n";
}

function prefixText(prefixes: Readonly<Record<string, string>>, indent: string): string {
  const lines = Object.entries(prefixes).map(
    ([prefix, namespace]) =>
      `${indent}  ${JSON.stringify(prefix === "" ? "default" : prefix)}: ${JSON.stringify(namespace)}`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${indent}}`;
}

function* sections(
  statements: readonly Statement[],
  { name }: WrittenScope,
  label: () => string,
  indent: string,
): Generator<string, void, void> {
  const byKind = new Map<Kind, Statement[]>();
  for (const statement of statements) {
    const same = byKind.get(statement.kind);
    if (same) same.push(statement);
    else byKind.set(statement.kind, [statement]);
  }
  for (const [kind, all] of byKind) {
    const repeated = repeatedIds(all);
    let open = `,\n${indent}"${kind}": {\n${indent}  `;
    for (const statement of all) {
      const { id } = statement;
      const same = id === undefined ? undefined : repeated.get(id);
      if (same && same[0] !== statement) continue;
      const records = same ? `[${same.map((one) => recordText(one, name)).join(", ")}]` : recordText(statement, name);
      yield `${open}"${id === undefined ? label() : name(id)}": ${records}`;
      open = `,\n${indent}  `;
    }
    yield `\n${indent}}`;
  }
}

/** The statements that share an id with another one, by that id. */
function repeatedIds(statements: readonly Statement[]): ReadonlyMap<Iri, Statement[]> {
  const seen = new Set<Iri>();
  const repeated = new Map<Iri, Statement[]>();
  for (const { id } of statements) {
    if (id === undefined) continue;
    if (seen.has(id)) repeated.set(id, []);
    else seen.add(id);
  }
  if (repeated.size > 0) {
    for (const statement of statements) if (statement.id !== undefined) repeated.get(statement.id)?.push(statement);
  }
  return repeated;
}

type Name = (iri: Iri) => string;

function recordText(statement: Statement, name: Name): string {
  const { attributes } = statement;
  const formal = statement.kind === "hadDictionaryMember" ? memberText(statement, name) : formalText(statement, name);
  const text = attributes ? formal + attributesText(attributes, name) : formal;
  return `{${text.slice(SEPARATOR.length)}}`;
}
const SEPARATOR = ", ";

/** The formal attributes as members of the record, each after a separator. */
function formalText(statement: Statement, name: Name): string {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  let text = "";
  for (const { key, name: formal, kind } of FORMAL_KEYS[statement.kind]) {
    const value = values[formal];
    if (value === undefined) continue;
    if (isNameKind(kind)) text += `${SEPARATOR}"${key}": "${name(value as Iri)}"`;
    else if (kind === "time") text += `${SEPARATOR}"${key}": ${JSON.stringify(value)}`;
    else if ((value as readonly unknown[]).length > 0) text += `${SEPARATOR}"${key}": ${setText(value, name)}`;
  }
  return text;
}

function memberText(statement: Extract<Statement, { kind: "hadDictionaryMember" }>, name: Name): string {
  const { dictionary, key, entity } = statement;
  const text = dictionary === undefined ? "" : `${SEPARATOR}"prov:dictionary": "${name(dictionary)}"`;
  if (key === undefined && entity === undefined) return text;
  return `${text}${SEPARATOR}"${MEMBERS_KEY.key}": [${pairText({ key, entity }, name)}]`;
}

function setText(value: unknown, name: Name): string {
  const set = value as readonly (Value | KeyEntityPair)[];
  const isPair = (one: Value | KeyEntityPair): one is KeyEntityPair => typeof one === "object" && "key" in one;
  return `[${set.map((one) => (isPair(one) ? pairText(one, name) : valueText(one, name))).join(SEPARATOR)}]`;
}

function pairText({ key, entity }: Partial<KeyEntityPair>, name: Name): string {
  const parts: string[] = [];
  if (key !== undefined) parts.push(`"key": ${valueText(key, name)}`);
  if (entity !== undefined) parts.push(`"$": "${name(entity)}"`);
  return `{${parts.join(SEPARATOR)}}`;
}

/** The attributes as members of the record, each after a separator; the values of one name are a list. */
function attributesText(attributes: readonly Attribute[], name: Name): string {
  if (attributes.length === 1) {
    const [[attribute, value]] = attributes as [Attribute];
    return `${SEPARATOR}"${name(attribute)}": ${valueText(value, name)}`;
  }
  const values = new Map<Iri, string>();
  const several = new Set<Iri>();
  for (const [attribute, value] of attributes) {
    const before = values.get(attribute);
    if (before !== undefined) several.add(attribute);
    const text = valueText(value, name);
    values.set(attribute, before === undefined ? text : before + SEPARATOR + text);
  }
  let text = "";
  for (const [attribute, value] of values) {
    text += `${SEPARATOR}"${name(attribute)}": ${several.has(attribute) ? `[${value}]` : value}`;
  }
  return text;
}

function valueText(value: Value, name: Name): string {
  if (typeof value === "object" && "iri" in value) {
    return `{"$": "${name(value.iri)}", "type": "prov:QUALIFIED_NAME"}`;
  }
  const { lexical, type, language } = literalOf(value);
  const text = JSON.stringify(lexical);
  if (language !== undefined) return `{"$": ${text}, "lang": ${JSON.stringify(language)}}`;
  return type === XSD_STRING ? text : `{"$": ${text}, "type": "${name(type)}"}`;
}

/** Labels `_:r1`, `_:r2`, … that no anonymous id of the document has. */
function freeLabels(document: Document): () => string {
  let taken = 0;
  const look = (id: Iri) => {
    const [, number] = isAnonymous(id) ? (/^_:r([0-9]{1,15})$/.exec(id) ?? []) : [];
    if (number !== undefined) taken = Math.max(taken, Number(number));
  };
  for (const { statements } of [document, ...document.bundles]) {
    for (const statement of statements) {
      if (statement.id !== undefined) look(statement.id);
      eachReference(statement, look);
    }
  }
  for (const { id } of document.bundles) look(id);
  return () => `_:r${++taken}`;
}
