import { PREFIXES } from "../model/names.ts";
import type { Iri } from "../model/statement.ts";

/** A term of RDF as plain data, as stores answer with it. */
export type Term = IriTerm | LiteralTerm | BlankTerm;

export interface IriTerm {
  readonly kind: "iri";
  readonly value: Iri;
}
export interface LiteralTerm {
  readonly kind: "literal";
  /** The lexical form. */
  readonly value: string;
  /** The datatype; `rdf:langString` where there is a language. */
  readonly type: Iri;
  /** A language tag in lower case. */
  readonly language?: string;
}
export interface BlankTerm {
  readonly kind: "blank";
  /** The label, without `_:`; it means something in one answer only. */
  readonly value: string;
}

/** A quad as plain data; without `graph` it stands in the default graph. */
export interface Quad {
  readonly subject: IriTerm | BlankTerm;
  readonly predicate: IriTerm;
  readonly object: Term;
  readonly graph?: IriTerm | BlankTerm;
}

const { xsd, rdf } = PREFIXES;
export const XSD_STRING = `${xsd}string`;
export const RDF_LANG_STRING = `${rdf}langString`;

/** A literal term: an xsd:string unless a type or a language is given. */
export function literalTerm(value: string, { type, language }: { type?: Iri; language?: string } = {}): LiteralTerm {
  if (language) return { kind: "literal", value, type: RDF_LANG_STRING, language: language.toLowerCase() };
  return { kind: "literal", value, type: type ?? XSD_STRING };
}

/** A string that two terms share exactly when they are the same. */
export function termKey(term: Term): string {
  return term.kind === "literal" ? `"${term.language ?? ""} ${term.type} ${term.value}` : `${term.kind} ${term.value}`;
}

/**
 * What a term is in plain JavaScript: numbers of every XSD kind as numbers (INF, -INF and NaN included), booleans as
 * booleans, IRIs, times and everything else as their strings. A lexical form that its datatype does not allow, and an
 * integer beyond 2⁵³ that a number cannot hold, stay strings too.
 */
export function plainValue(term: Term): string | number | boolean {
  if (term.kind !== "literal") return term.value;
  const { value, type } = term;
  if (type === `${xsd}boolean`) return BOOLEANS.get(value) ?? value;
  if (FLOATING.has(type)) return FLOAT_WORDS.get(value) ?? (DECIMAL_OR_FLOAT.test(value) ? Number(value) : value);
  if (type === `${xsd}decimal`) return DECIMAL.test(value) ? Number(value) : value;
  if (!INTEGERS.has(type) || !INTEGER.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const BOOLEANS = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);
const FLOATING = new Set([`${xsd}double`, `${xsd}float`]);
const FLOAT_WORDS = new Map([
  ["INF", Number.POSITIVE_INFINITY],
  ["+INF", Number.POSITIVE_INFINITY],
  ["-INF", Number.NEGATIVE_INFINITY],
  ["NaN", Number.NaN],
]);
const INTEGERS = new Set(
  [
    ...["integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"],
    ...["negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"],
  ].map((name) => xsd + name),
);
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const DECIMAL_OR_FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)?$/;
