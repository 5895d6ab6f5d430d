import type { Term } from "../../rdf/terms.ts";
import { byObject, firstOf, isIn, type NumberedTriples, pairOf, placeOf, secondOf } from "../numbered-triples.ts";
import type { TripleIndex } from "../triple-index.ts";

/** Look-ups in all triples that there are. */
export class WholeIndex implements TripleIndex {
  readonly whole: NumberedTriples;

  constructor(whole: NumberedTriples) {
    this.whole = whole;
  }

  async holding(): Promise<WholeIndex> {
    return this;
  }

  async with(): Promise<WholeIndex> {
    return this;
  }

  values(thing: string, property: string): Term[] {
    return this.#others(this.#bySubject(property), thing);
  }

  visit(thing: string, properties: readonly string[], visit: (property: string, value: Term) => void): void {
    for (const property of properties) for (const value of this.values(thing, property)) visit(property, value);
  }

  has(thing: string, property: string): boolean {
    const number = this.whole.known(thing);
    return number !== undefined && isIn(this.#bySubject(property), number);
  }

  says(thing: string, property: string, object: string): boolean {
    const [number, other] = [this.whole.known(thing), this.whole.known(object)];
    if (number === undefined || other === undefined) return false;
    const pairs = this.#bySubject(property);
    return pairs[placeOf(pairs, number, other)] === pairOf(number, other);
  }

  having(property: string): string[] {
    const things = new Set<number>();
    for (const pair of this.#bySubject(property)) things.add(firstOf(pair));
    return Array.from(things, (number) => this.whole.term(number).value);
  }

  subjects(property: string, object: string, having?: string): Term[] {
    const column = this.whole.column(property);
    if (column === undefined) return [];
    return this.#others(byObject(column), object, having === undefined ? undefined : this.#bySubject(having));
  }

  #others(pairs: Float64Array, iri: string, among?: Float64Array): Term[] {
    const number = this.whole.known(iri);
    const found: Term[] = [];
    if (number === undefined) return found;
    const end = pairOf(number + 1, 0);
    for (let at = placeOf(pairs, number); at < pairs.length && (pairs[at] as number) < end; at++) {
      const other = secondOf(pairs[at] as number);
      if (among === undefined || isIn(among, other)) found.push(this.whole.term(other));
    }
    return found;
  }

  #bySubject(property: string): Float64Array {
    return this.whole.column(property)?.bySubject ?? NONE;
  }
}

const NONE = new Float64Array(0);
