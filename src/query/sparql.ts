import { ProvenanceError } from "../model/error.ts";
import { dateTime, literalOf } from "../model/literals.ts";
import { checkIri, PREFIXES } from "../model/names.ts";
import type { Value } from "../model/statement.ts";
import { literalText } from "../rdf/nquads.ts";
import type { Term } from "../rdf/terms.ts";

/** A SPARQL query or a part of one, made by {@link sparql}: its values are escaped. */
export interface Sparql {
  readonly text: string;
}

/**
 * What may stand in a query as a value. Strings, numbers, booleans and dates become literals, `{ iri }` an IRI; a list
 * becomes its terms one after the other, as VALUES takes them. Terms of an answer and other queries' parts go in as they are.
 */
export type SparqlValue = Value | bigint | Date | Term | Sparql | readonly SparqlValue[];

/**
 * A query with values in it: `` sparql`SELECT ?model WHERE { ?model rdfs:label ${name} }` ``. Whatever a value holds, it
 * stays one term. The usual prefixes (prov, provml, mls, rdf, rdfs, xsd, dcterms) need no declaration.
 * @throws {ProvenanceError} `bad-argument` for what is no value, `bad-iri`, `bad-query` for a value inside quotes.
 */
export function sparql(parts: TemplateStringsArray, ...values: readonly SparqlValue[]): Sparql {
  checkPlaces(parts);
  let text = parts[0] as string;
  values.forEach((value, i) => {
    text += valueText(value) + parts[i + 1];
  });
  return made({ text });
}

/** A query's text with the prefixes that it uses and does not declare, all in its first line, so that line numbers stay. */
export function queryText(query: string | Sparql): string {
  const text = typeof query === "string" ? query : isSparql(query) ? query.text : refuse(query);
  const declared = new Set(Array.from(text.matchAll(/\bprefix\s+([\w-]*):/gi), ([, prefix]) => prefix));
  const missing = Object.entries(PREFIXES).filter(([prefix]) => text.includes(`${prefix}:`) && !declared.has(prefix));
  return missing.map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}> `).join("") + text;
}

/** Only what `sparql` made goes into another query unescaped: an object from outside that looks like it does not. */
const parts = new WeakSet<object>();

function made(query: Sparql): Sparql {
  parts.add(query);
  return Object.freeze(query);
}

function isSparql(value: object): value is Sparql {
  return parts.has(value);
}

function valueText(value: SparqlValue): string {
  if (typeof value !== "object") return scalarText(value);
  if (value === null) return refuse(value);
  if (Array.isArray(value)) return value.map(valueText).join(" ");
  if (isSparql(value)) return value.text;
  if (value instanceof Date) return dateText(value);
  if ("iri" in value) return `<${checkIri(String(value.iri), "a value of a query")}>`;
  if ("kind" in value) return termText(value);
  if ("type" in value && typeof value.value === "string") return typedText(value.value, value.type);
  if ("language" in value && typeof value.value === "string") return languageText(value.value, value.language);
  return refuse(value);
}

function scalarText(value: string | number | boolean | bigint): string {
  switch (typeof value) {
    case "string":
      return stringText(value);
    case "bigint":
      return typedText(String(value), `${PREFIXES.xsd}integer`);
    case "number":
    case "boolean":
      return literalText(literalOf(value));
    default:
      return refuse(value);
  }
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return refuse(date);
  return typedText(dateTime(date.getTime()), `${PREFIXES.xsd}dateTime`);
}

function termText(term: Term): string {
  if (term.kind === "iri") return `<${checkIri(term.value, "a value of a query")}>`;
  if (term.kind === "blank") return refuse(term);
  return term.language === undefined ? typedText(term.value, term.type) : languageText(term.value, term.language);
}

function typedText(value: string, type: string): string {
  const text = stringText(value);
  return type === `${PREFIXES.xsd}string` ? text : `${text}^^<${checkIri(type, "the datatype of a value")}>`;
}

function languageText(value: string, language: string): string {
  if (!/^[A-Za-z]+(-[A-Za-z0-9]+)*$/.test(language)) return refuse(language);
  return `${stringText(value)}@${language}`;
}

/**
 * A string literal. SPARQL (section 19.2) replaces \u0022 before it looks for the ends of strings, and an engine may do so
 * even behind a backslash: so a `u` behind a backslash is itself written as an escape.
 */
function stringText(text: string): string {
  return `"${text.toWellFormed().replace(ESCAPED, escaped)}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
const ESCAPED = /[\u0000-\u001f"\\\u007f]|(?<=\\)[uU]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const PLACE = "\ue000";
const checked = new WeakSet<TemplateStringsArray>();
/** Strings, IRIs and comments, also those that lack their end. */
const CLOSED_TO_VALUES = new RegExp(
  [
    "#[^\\n\\r]*",
    '<[^\\u0000-\\u0020<>"{}|^`]*>',
    '"""(?:"{0,2}(?:[^"\\\\]|\\\\[^]))*(?:"""|$)',
    "'''(?:'{0,2}(?:[^'\\\\]|\\\\[^]))*(?:'''|$)",
    '"(?:[^"\\\\\\n\\r]|\\\\.)*"?',
    "'(?:[^'\\\\\\n\\r]|\\\\.)*'?",
  ].join("|"),
  "g",
);

/** A value brings its own quotes: inside others its text would stand outside of any. */
function checkPlaces(strings: TemplateStringsArray): void {
  if (checked.has(strings)) return;
  for (const [whole] of strings.join(PLACE).matchAll(CLOSED_TO_VALUES)) {
    if (!whole.includes(PLACE)) continue;
    throw new ProvenanceError(
      "bad-query",
      `a value stands inside ${whole.replaceAll(PLACE, "…")}: leave out the quotes, and give IRIs as { iri }`,
    );
  }
  checked.add(strings);
}

function refuse(value: unknown): never {
  throw new ProvenanceError(
    "bad-argument",
    `a query takes strings, numbers, booleans, dates, { iri }, lists of these and sparql\`…\`, not ${describe(value)}`,
  );
}

function describe(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 100);
  } catch {
    return typeof value;
  }
}
