import { plainValue, type Term } from "../rdf/terms.ts";
import { provml } from "../vocab/provml.ts";
import { rdf } from "../vocab/rdf.ts";

/** A recorded value in plain JavaScript. `{ omitted }` says what stood there and was not recorded, e.g. `Float32Array(1000)`. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly omitted: string };

/** Numbers, strings and booleans as such, rdf:nil as null, lists as arrays, times and IRIs as strings. */
export function recordedValue(term: Term): PlainValue {
  if (term.kind === "iri" && term.value === rdf.nil) return null;
  if (term.kind !== "literal") return term.value;
  if (term.type === provml.Omitted) return { omitted: term.value };
  return term.type === rdf.JSON ? jsonValue(term.value) : plainValue(term);
}

function jsonValue(text: string): PlainValue {
  try {
    return JSON.parse(text) as PlainValue;
  } catch {
    return text;
  }
}

/** Plain objects by any names, `__proto__` included. */
export function recordOf<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}
