import { type Term, termKey } from "../rdf/terms.ts";

/** Triples as pairs of numbers of their terms, by property. */
export class NumberedTriples {
  readonly #terms: Term[] = [];
  readonly #iris = new Map<string, number>();
  readonly #literals = new Map<string, number>();
  readonly #columns = new Map<string, Column>();
  #nodes = 0;

  column(property: string): Column | undefined {
    return this.#columns.get(property);
  }

  /** The properties with their pairs. */
  get columns(): ReadonlyMap<string, Column> {
    return this.#columns;
  }

  /** Pairs as {@link pairOf} makes them, in any order; what is in them may be sorted. */
  add(property: string, pairs: Float64Array): void {
    this.#nodes = this.#terms.length;
    this.#columns.set(property, { bySubject: distinct(pairs.sort()) });
  }

  /** Whether a triple has this term as its subject or object, once all are added. */
  isNode(number: number): boolean {
    return number < this.#nodes;
  }

  /** The number that a term has, or has from now on. */
  number(term: Term): number {
    if (term.kind === "iri") return this.iri(term.value, term);
    const key = termKey(term);
    const known = this.#literals.get(key);
    if (known !== undefined) return known;
    const number = this.#terms.push(term) - 1;
    this.#literals.set(key, number);
    return number;
  }

  iri(value: string, term?: Term): number {
    const known = this.#iris.get(value);
    if (known !== undefined) return known;
    const number = this.#terms.push(term ?? { kind: "iri", value }) - 1;
    this.#iris.set(value, number);
    return number;
  }

  /** The number of an IRI that has one. */
  known(iri: string): number | undefined {
    return this.#iris.get(iri);
  }

  term(number: number): Term {
    return this.#terms[number] as Term;
  }
}

/** Pairs of numbers of terms, each pair as one number, in order, each once. */
export interface Column {
  readonly bySubject: Float64Array;
  byObject?: Float64Array;
}

/** More terms than an index may have; its square is a number that a double holds. */
const TERMS = 2 ** 26;

export function pairOf(first: number, second: number): number {
  return first * TERMS + second;
}

export function secondOf(pair: number): number {
  return pair % TERMS;
}

export function firstOf(pair: number): number {
  return Math.floor(pair / TERMS);
}

/** The pairs of a column with their objects first. */
export function byObject(column: Column): Float64Array {
  column.byObject ??= column.bySubject.map((pair) => pairOf(secondOf(pair), firstOf(pair))).sort();
  return column.byObject;
}

/** Where the pairs of a number begin, or would. */
export function placeOf(pairs: Float64Array, first: number, second = 0): number {
  const from = pairOf(first, second);
  let [low, high] = [0, pairs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isIn(pairs: Float64Array, first: number): boolean {
  const pair = pairs[placeOf(pairs, first)];
  return pair !== undefined && pair < pairOf(first + 1, 0);
}

function distinct(sorted: Float64Array): Float64Array {
  let length = 0;
  for (const pair of sorted) if (length === 0 || sorted[length - 1] !== pair) sorted[length++] = pair;
  return length === sorted.length ? sorted : sorted.slice(0, length);
}
