import { canonicalDouble } from "../../src/model/literals.ts";
import type { Term } from "../../src/rdf/terms.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";

/** What a term says, however a store spells it: two terms of the same type and value give the same. */
export function byValue(term: Term | undefined): unknown {
  if (term?.kind !== "literal") return term;
  const { type, value } = term;
  const name = type.startsWith(XSD) ? type.slice(XSD.length) : "";
  if (INTEGERS.has(name)) return { type: `${XSD}integer`, value: String(BigInt(value)) };
  const of = VALUES[name];
  return of === undefined ? term : { type, value: of(value) };
}

/** Oxigraph keeps the value of xsd:long and its like, as xsd:integer. */
const INTEGERS = new Set(["integer", "long", "int", "nonNegativeInteger"]);

const VALUES: Readonly<Record<string, (text: string) => string>> = {
  decimal: (text) => String(Number(text)),
  double: numberText,
  float: numberText,
  boolean: (text) => ({ "1": "true", "0": "false" })[text] ?? text,
  dateTime: (text) => text.replace(/(\.\d*[1-9])0+(?=\D|$)|\.0+(?=\D|$)/, "$1"),
};

function numberText(text: string): string {
  const number = { INF: Infinity, "+INF": Infinity, "-INF": -Infinity, NaN: Number.NaN }[text] ?? Number(text);
  return canonicalDouble(number);
}
