import { ProvenanceError } from "../model/error.ts";
import type { Literal } from "../model/literals.ts";
import { checkIri, isIri, PREFIXES } from "../model/names.ts";
import type { Iri } from "../model/statement.ts";

const STRING = `${PREFIXES.xsd}string`;
const LANG_STRING = `${PREFIXES.rdf}langString`;

/**
 * An IRI as N-Quads writes it.
 * @throws {ProvenanceError} `bad-iri`: an unchecked one could end the term and start another.
 */
export function iriText(iri: string, place: string, of: string): string {
  return isIri(String(iri)) ? `<${iri}>` : checkIri(String(iri), `${place} of ${of}`);
}

/**
 * A literal in the canonical form of N-Quads (RDF 1.2 N-Triples section 4, which RDFC-1.0 signs): one spelling for one
 * value, so no `^^xsd:string`, language tags in lower case, and a backslash only where the form demands one. Turtle and
 * TriG may write the datatype in another way.
 */
export function literalText(
  { lexical, type, language }: Literal,
  typeText: (type: Iri) => string = datatypeText,
): string {
  const text = quoted(lexical);
  if (language !== undefined) {
    if (LANGUAGE.test(language)) return `${text}@${language.toLowerCase()}`;
    throw new ProvenanceError(
      "bad-argument",
      `${JSON.stringify(language.slice(0, 100))} is not a language tag; give one such as "en" or "pt-BR"`,
    );
  }
  if (type === STRING) return text;
  if (type === LANG_STRING) {
    throw new ProvenanceError("bad-argument", `the text ${text.slice(0, 100)} has type rdf:langString but no language`);
  }
  return `${text}^^${typeText(type)}`;
}

const LANGUAGE = /^[A-Za-z]+(-[A-Za-z0-9]+)*$/;

function quoted(text: string): string {
  return ESCAPED.test(text) ? `"${text.replace(ALL_ESCAPED, escaped)}"` : `"${text}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the canonical form names them
const ESCAPED = /[\u0000-\u001f"\\\u007f\ufffe\uffff]/;
const ALL_ESCAPED = new RegExp(ESCAPED, "g");
const SHORT: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A graph has few datatypes, so each is checked once; bounded, since the strings come from outside. */
const datatypes = new Map<string, string>();
const MOST_DATATYPES = 256;

function datatypeText(type: string): string {
  let text = datatypes.get(type);
  if (text === undefined) {
    text = iriText(type, "the datatype", "a value");
    if (datatypes.size >= MOST_DATATYPES) datatypes.clear();
    datatypes.set(type, text);
  }
  return text;
}
