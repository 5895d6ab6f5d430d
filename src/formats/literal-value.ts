import { PREFIXES } from "../model/names.ts";
import type { Iri, Value } from "../model/statement.ts";
import type { Fail } from "./qualified-names.ts";
import { shown } from "./unreadable.ts";

const { prov, rdf, xsd } = PREFIXES;

/**
 * The value that a literal stands for: text in a language, the IRI of a qualified name (`prov:QUALIFIED_NAME` and the older `xsd:QName`), a
 * plain string for xsd:string, else the lexical form as it is with its datatype.
 */
export function literalValue(
  lexical: string,
  type: Iri | undefined,
  language: string | undefined,
  expand: (name: string) => Iri,
  fail: Fail,
): Value {
  if (language !== undefined) {
    if (!LANGUAGE.test(language)) fail(`${shown(language)} is not a language tag`);
    if (type !== undefined && !LANGUAGE_TYPES.has(type)) fail(`a text in a language cannot be of type <${type}> too`);
    return { value: lexical, language };
  }
  if (type === undefined || type === XSD_STRING) return lexical;
  if (NAME_TYPES.has(type)) return { iri: expand(lexical) };
  return { value: lexical, type };
}

/** RFC 5646 as far as every notation has it (PROV-N, LANGTAG). */
const LANGUAGE = /^[A-Za-z]+(?:-[A-Za-z0-9]+)*$/;
export const XSD_STRING = `${xsd}string`;
const NAME_TYPES: ReadonlySet<Iri> = new Set([`${prov}QUALIFIED_NAME`, `${xsd}QName`]);
/** Types that tools write beside a language. */
const LANGUAGE_TYPES: ReadonlySet<Iri> = new Set([`${prov}InternationalizedString`, `${rdf}langString`, XSD_STRING]);

/** Whether a literal of this type is read as the IRI of a qualified name. */
export function isNameType(type: Iri): boolean {
  return NAME_TYPES.has(type);
}

export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text);
}

/** Refuses what is no xsd:dateTime (XML Schema Datatypes 1.1, section 3.3.7), and returns it as it is. */
export function checkDateTime(text: string, fail: Fail): string {
  if (DATE_TIME.test(text)) return text;
  return fail(`expected a time such as 2011-11-16T16:05:00Z, found ${shown(text)}`);
}

/** Also what scans a time in PROV-N, whose DATETIME is narrower in years. */
export const DATE_TIME_PATTERN =
  "-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  "T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?|24:00:00(?:\\.0+)?)" +
  "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?";
const DATE_TIME = new RegExp(`^${DATE_TIME_PATTERN}$`);
