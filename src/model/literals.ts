import { PREFIXES } from "./names.ts";
import type { Value } from "./statement.ts";

const { xsd, rdf } = PREFIXES;

/** A literal as RDF sees it: lexical form with datatype, or with language. */
export interface Literal {
  readonly lexical: string;
  readonly type: string;
  readonly language?: string;
}

/**
 * The RDF literal of a value, in XSD canonical form (XML Schema Datatypes 1.1, section 2.3.1): the same value is always
 * the same bytes. Lone surrogates, which no RDF syntax can hold, become U+FFFD.
 */
export function literalOf(value: Exclude<Value, { iri: string }>): Literal {
  switch (typeof value) {
    case "string":
      return { lexical: value.toWellFormed(), type: `${xsd}string` };
    case "boolean":
      return { lexical: value ? "true" : "false", type: `${xsd}boolean` };
    case "number":
      return isInteger(value)
        ? { lexical: String(value), type: `${xsd}integer` }
        : { lexical: canonicalDouble(value), type: `${xsd}double` };
    default:
      return "language" in value
        ? { lexical: value.value.toWellFormed(), type: `${rdf}langString`, language: value.language }
        : { lexical: value.value.toWellFormed(), type: value.type };
  }
}

function isInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** XSD canonical double: one digit before the point, an exponent without sign padding; NaN, INF and -INF as words. */
export function canonicalDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "INF";
  if (value === Number.NEGATIVE_INFINITY) return "-INF";
  if (value === 0) return Object.is(value, -0) ? "-0.0E0" : "0.0E0";
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** A double, whatever its value: measures are xsd:double even where they are whole numbers. */
export function doubleValue(value: number): Value {
  return { value: canonicalDouble(value), type: `${xsd}double` };
}

/**
 * xsd:dateTime in UTC, in canonical form (no trailing zeros, Z), to the millisecond, from milliseconds since 1970.
 */
export function dateTime(milliseconds: number): string {
  if (milliseconds !== lastTime) {
    lastText = dateTimeText(milliseconds);
    lastTime = milliseconds;
  }
  return lastText;
}
/** What a step returned and its end have one time. */
let lastTime = Number.NaN;
let lastText = "";

function dateTimeText(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  if (iso.length === PLAIN_LENGTH)
    return iso.endsWith(".000Z") ? `${iso.slice(0, -5)}Z` : iso.endsWith("0Z") ? trimmed(iso) : iso;
  return trimmed(iso);
}

/** Of the years 0 to 9999: 1970-01-01T00:00:00.000Z. */
const PLAIN_LENGTH = 24;

function trimmed(iso: string): string {
  return iso
    .replace(/^\+0*(?=\d{5})/, "")
    .replace(/^-0*(?=\d{4,}-)/, "-")
    .replace(/\.?0*Z$/, "Z");
}
