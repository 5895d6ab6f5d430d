import { byObject, type Column, firstOf, type NumberedTriples, placeOf, secondOf } from "../numbered-triples.ts";
import { type Place, type TriplePattern, Untold } from "./pattern.ts";
import type { Bindings } from "./solve.ts";

type Among = ReadonlyMap<number, readonly number[]>;

/** Finds the triples that fit patterns. */
export class Matches {
  readonly #triples: NumberedTriples;
  /** What each path reaches from each term. */
  readonly #reached = new Map<string, readonly number[]>();

  constructor(triples: NumberedTriples) {
    this.#triples = triples;
  }

  /** The solutions of all patterns that go on from these; variables that are `among` some terms are tried for these only. */
  all(patterns: readonly TriplePattern[], from: readonly Bindings[], among: Among): readonly Bindings[] {
    let rows = from;
    for (const pattern of this.#inOrder(patterns, from[0] as Bindings)) {
      const found: Bindings[] = [];
      for (const row of rows) this.#one(pattern, row, among, found);
      rows = found;
      if (rows.length === 0) break;
    }
    return rows;
  }

  /** What finds least first, as far as can be told. */
  #inOrder(patterns: readonly TriplePattern[], first: Bindings): TriplePattern[] {
    const isBound = new Set<Place>();
    const rest = new Set(patterns);
    const ordered: TriplePattern[] = [];
    while (rest.size > 0) {
      let [best, least] = [undefined as TriplePattern | undefined, Number.POSITIVE_INFINITY];
      for (const pattern of rest) {
        const size = this.#size(pattern, first, isBound);
        if (best === undefined || size < least) [best, least] = [pattern, size];
      }
      const pattern = best as TriplePattern;
      for (const place of [pattern.subject, pattern.property, pattern.object]) isBound.add(place);
      rest.delete(pattern);
      ordered.push(pattern);
    }
    return ordered;
  }

  /** About how many triples fit. */
  #size({ subject, property, object, path }: TriplePattern, first: Bindings, isBound: ReadonlySet<Place>): number {
    const known = (place: Place) => (isBound.has(place) ? -1 : numberAt(place, first));
    const [s, p, o] = [known(subject), known(property), known(object)];
    if (path !== undefined) return s === undefined && o === undefined ? Number.POSITIVE_INFINITY : SEVERAL;
    if (p === undefined || p < 0) return s !== undefined ? SEVERAL : o !== undefined ? MANY : Number.MAX_VALUE;
    const column = this.#column(p);
    if (column === undefined) return 0;
    if (s !== undefined) return 1;
    if (o === undefined) return column.bySubject.length;
    return o < 0 ? FEW : rangeLength(byObject(column), o);
  }

  #one(pattern: TriplePattern, row: Bindings, among: Among, found: Bindings[]): void {
    const { subject, property, object, path } = pattern;
    const [s, p, o] = [numberAt(subject, row), numberAt(property, row), numberAt(object, row)];
    const add = (foundS: number, foundP: number, foundO: number) => {
      const more = [...row];
      if (bind(more, subject, foundS) && bind(more, property, foundP) && bind(more, object, foundO)) found.push(more);
    };
    if (path !== undefined) {
      this.#along(s, p as number, o, path, (foundS, foundO) => {
        if (this.#triples.isNode(foundS)) add(foundS, p as number, foundO); // as the engine says: what is nowhere is not reached from itself
      });
      return;
    }
    if (p !== undefined) {
      const column = this.#column(p);
      if (column) pairsIn(column, s, o, (foundS, foundO) => add(foundS, p, foundO));
      return;
    }
    for (const number of among.get(property) ?? this.#properties()) {
      const column = this.#column(number);
      if (column) pairsIn(column, s, o, (foundS, foundO) => add(foundS, number, foundO));
    }
  }

  #along(
    s: number | undefined,
    p: number,
    o: number | undefined,
    path: "*" | "+",
    found: (s: number, o: number) => void,
  ): void {
    if (s !== undefined) {
      for (const end of this.#reach(s, p, path, "up")) if (o === undefined || o === end) found(s, end);
    } else if (o !== undefined) {
      for (const end of this.#reach(o, p, path, "down")) found(end, o);
    } else throw new Untold();
  }

  #reach(from: number, property: number, path: "*" | "+", direction: "up" | "down"): readonly number[] {
    const key = `${from} ${property} ${path} ${direction}`;
    const known = this.#reached.get(key);
    if (known) return known;
    const reached = new Set<number>(path === "*" ? [from] : []);
    const column = this.#column(property);
    const step = (at: number) => {
      if (column === undefined) return;
      if (direction === "up") pairsIn(column, at, undefined, (_, o) => reached.add(o));
      else pairsIn(column, undefined, at, (s) => reached.add(s));
    };
    if (path === "+") step(from);
    for (const at of reached) step(at);
    const all = [...reached];
    this.#reached.set(key, all);
    return all;
  }

  #column(property: number): Column | undefined {
    return this.#triples.column(this.#triples.term(property).value);
  }

  #properties(): readonly number[] {
    return Array.from(this.#triples.columns.keys(), (property) => this.#triples.iri(property));
  }
}

/** Guesses at how many triples have a subject or an object that is known by then. */
const [FEW, SEVERAL, MANY] = [2, 10, 1000];

function numberAt(place: Place, row: Bindings): number | undefined {
  if (place >= 0) return place;
  const bound = row[-1 - place] as number;
  return bound > 0 ? bound - 1 : undefined;
}

function bind(row: number[], place: Place, number: number): boolean {
  if (place >= 0) return place === number;
  const known = row[-1 - place] as number;
  row[-1 - place] = number + 1;
  return known === 0 || known === number + 1;
}

function pairsIn(
  column: Column,
  s: number | undefined,
  o: number | undefined,
  found: (s: number, o: number) => void,
): void {
  const { bySubject } = column;
  if (s !== undefined) {
    const end = placeOf(bySubject, s + 1);
    if (o === undefined)
      for (let at = placeOf(bySubject, s); at < end; at++) found(s, secondOf(bySubject[at] as number));
    else {
      const at = placeOf(bySubject, s, o);
      if (at < end && secondOf(bySubject[at] as number) === o) found(s, o);
    }
  } else if (o !== undefined) {
    const pairs = byObject(column);
    const end = placeOf(pairs, o + 1);
    for (let at = placeOf(pairs, o); at < end; at++) found(secondOf(pairs[at] as number), o);
  } else for (const pair of bySubject) found(firstOf(pair), secondOf(pair));
}

function rangeLength(pairs: Float64Array, first: number): number {
  return placeOf(pairs, first + 1) - placeOf(pairs, first);
}
