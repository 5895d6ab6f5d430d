import { plainValue, type Term, XSD_STRING } from "../../rdf/terms.ts";
import type { NumberedTriples } from "../numbered-triples.ts";
import { type Condition, type Group, type Place, Untold } from "./pattern.ts";
import type { Bindings } from "./solve.ts";

/** What an expression comes to; nothing where it is an error, as of a variable that is not bound. */
type Value = Term | string | boolean | undefined;

/** Says whether solutions are wanted (SPARQL 1.1, section 17). */
export class Conditions {
  readonly #triples: NumberedTriples;
  readonly #exists: (group: Group, row: Bindings) => boolean;
  readonly #patterns = new Map<string, RegExp>();

  constructor(triples: NumberedTriples, exists: (group: Group, row: Bindings) => boolean) {
    this.#triples = triples;
    this.#exists = exists;
  }

  hold(conditions: readonly Condition[], row: Bindings): boolean {
    return conditions.every((condition) => this.#value(condition, row) === true);
  }

  /** The terms of which these conditions let a variable be one, by variable. */
  listed(conditions: readonly Condition[]): ReadonlyMap<Place, readonly number[]> {
    const listed = new Map<Place, readonly number[]>();
    for (const condition of conditions) {
      if (condition.kind !== "call" || condition.name !== "IN") continue;
      const [of, ...places] = condition.of.map((one) => (one.kind === "place" ? one.place : undefined));
      const terms = places.filter((place) => place !== undefined && place >= 0) as number[];
      if (of !== undefined && of < 0 && terms.length === places.length) listed.set(of, [...new Set(terms)]);
    }
    return listed;
  }

  #value(condition: Condition, row: Bindings): Value {
    switch (condition.kind) {
      case "place":
        return this.#termAt(condition.place, row);
      case "exists":
        return this.#exists(condition.group, row);
      case "call":
        return this.#called(condition.name, condition.of, row);
      default:
        return condition satisfies never;
    }
  }

  #termAt(place: Place, row: Bindings): Term | undefined {
    const number = place >= 0 ? place + 1 : (row[-1 - place] as number);
    return number > 0 ? this.#triples.term(number - 1) : undefined;
  }

  #called(name: string, of: readonly Condition[], row: Bindings): Value {
    const [first, second] = of;
    if (first === undefined) throw new Untold(name);
    switch (name) {
      case "!": {
        const value = truth(this.#value(first, row));
        return value === undefined ? undefined : !value;
      }
      case "||":
        return either(of.map((one) => truth(this.#value(one, row))));
      case "&&": {
        const denied = of
          .map((one) => truth(this.#value(one, row)))
          .map((value) => (value === undefined ? value : !value));
        const value = either(denied);
        return value === undefined ? undefined : !value;
      }
      case "BOUND":
        return this.#value(first, row) !== undefined;
      case "IN": {
        const value = this.#value(first, row);
        return either(of.slice(1).map((one) => isEqual(value, this.#value(one, row))));
      }
      case "STR":
        return text(this.#value(first, row));
      case "ISLITERAL": {
        const value = this.#value(first, row);
        return value === undefined ? undefined : typeof value !== "object" || value.kind === "literal";
      }
    }
    const [a, b] = [this.#value(first, row), second && this.#value(second, row)];
    if (of.length !== 2) throw new Untold(name);
    switch (name) {
      case "=":
        return isEqual(a, b);
      case "!=": {
        const value = isEqual(a, b);
        return value === undefined ? undefined : !value;
      }
      case "<":
      case "<=":
      case ">":
      case ">=":
        return compared(name, a, b);
    }
    const [whole, part] = [simple(a), simple(b)];
    if (whole === undefined || part === undefined) return undefined;
    switch (name) {
      case "STRSTARTS":
        return whole.startsWith(part);
      case "STRENDS":
        return whole.endsWith(part);
      case "CONTAINS":
        return whole.includes(part);
      case "STRAFTER":
        return whole.includes(part) ? whole.slice(whole.indexOf(part) + part.length) : "";
      case "REGEX":
        return this.#regex(part).test(whole);
    }
    throw new Untold(name);
  }

  /** Plain ones mean the same everywhere. */
  #regex(source: string): RegExp {
    const known = this.#patterns.get(source);
    if (known) return known;
    if (!/^[\w/ ()|$^-]*(?:\\\.[\w/ ()|$^-]*)*$/.test(source)) throw new Untold(source);
    const regex = new RegExp(source, "u");
    this.#patterns.set(source, regex);
    return regex;
  }
}

/** True if one is, else an error if one is. */
function either(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

function truth(value: Value): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  const plain = typeof value === "string" ? value : plainOf(value);
  if (typeof plain === "boolean") return plain;
  throw new Untold();
}

function isEqual(a: Value, b: Value): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isIri(a) || isIri(b)) return isIri(a) && isIri(b) && a.value === b.value;
  const [one, other] = [plainOf(a), plainOf(b)];
  if (typeof one !== typeof other) throw new Untold();
  return one === other;
}

function compared(name: string, a: Value, b: Value): boolean | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [one, other] = [plainOf(a), plainOf(b)];
  if (typeof one !== "number" || typeof other !== "number") throw new Untold();
  switch (name) {
    case "<":
      return one < other;
    case "<=":
      return one <= other;
    case ">":
      return one > other;
    default:
      return one >= other;
  }
}

/** What is compared by its value; other literals only an engine compares. */
function plainOf(value: Exclude<Value, undefined>): string | number | boolean {
  if (typeof value !== "object") return value;
  if (value.kind !== "literal") throw new Untold();
  const plain = plainValue(value);
  if (typeof plain === "string" && simple(value) === undefined) throw new Untold();
  return plain;
}

/** The text of a simple literal. */
function simple(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value.kind !== "literal") return undefined;
  if (value.language !== undefined) throw new Untold();
  return value.type === XSD_STRING ? value.value : undefined;
}

function text(value: Value): string | undefined {
  return typeof value === "object" ? value.value : value === undefined ? undefined : String(value);
}

function isIri(value: Value): value is Term & { kind: "iri" } {
  return typeof value === "object" && value.kind === "iri";
}
