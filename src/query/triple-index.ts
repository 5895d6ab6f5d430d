import type { Term } from "../rdf/terms.ts";
import { termKey } from "../rdf/terms.ts";
import type { Store } from "../store/store.ts";
import { queryText, sparql } from "./sparql.ts";

/**
 * The triples of a store that does not change, as numbers in sorted arrays: what is stated of a thing is found in a microsecond, where a query costs a
 * millisecond however little it asks for. Each property is read whole when a question first needs it, and kept.
 */
export class TripleIndex {
  readonly #store: Store;
  readonly #terms: Term[] = [];
  readonly #iris = new Map<string, number>();
  readonly #literals = new Map<string, number>();
  readonly #columns = new Map<string, Column>();
  #reading: Promise<unknown> = Promise.resolve();
  #size: Promise<number> | undefined;
  #asked = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Itself with these properties, or nothing while queries are cheaper: for a store that is asked little, and for one that is too large. Counts as
   * asking once.
   */
  async holding(properties: readonly string[]): Promise<TripleIndex | undefined> {
    this.#size ??= this.#store.size();
    const size = await this.#size;
    this.#asked++;
    if (size > MOST_TRIPLES || this.#asked < size / TRIPLES_PER_QUERY) return undefined;
    if (properties.some((property) => !this.#columns.has(property))) await this.#read(properties);
    return this;
  }

  /** The objects that a property has of a thing. */
  values(thing: string, property: string): Term[] {
    return this.#others(this.#column(property).bySubject, thing);
  }

  has(thing: string, property: string): boolean {
    const number = this.#iris.get(thing);
    return number !== undefined && isIn(this.#column(property).bySubject, number);
  }

  /** The things of which a property says this one; if given, only those that have another property too. */
  subjects(property: string, object: string, having?: string): Term[] {
    const column = this.#column(property);
    column.byObject ??= column.bySubject.map((pair) => (pair % TERMS) * TERMS + Math.floor(pair / TERMS)).sort();
    return this.#others(column.byObject, object, having === undefined ? undefined : this.#column(having).bySubject);
  }

  #others(pairs: Float64Array, iri: string, among?: Float64Array): Term[] {
    const number = this.#iris.get(iri);
    const found: Term[] = [];
    if (number === undefined) return found;
    const end = (number + 1) * TERMS;
    for (let at = placeOf(pairs, number); at < pairs.length && (pairs[at] as number) < end; at++) {
      const other = (pairs[at] as number) % TERMS;
      if (among === undefined || isIn(among, other)) found.push(this.#terms[other] as Term);
    }
    return found;
  }

  #column(property: string): Column {
    const column = this.#columns.get(property);
    if (column === undefined) throw new TypeError(`a look-up reads ${property} without saying so`);
    return column;
  }

  /** One after the other, so that two questions at a time do not read the same. */
  async #read(properties: readonly string[]): Promise<void> {
    const done = this.#reading.then(async () => {
      for (const property of properties) {
        if (this.#columns.has(property)) continue;
        const query = queryText(sparql`SELECT ?s ?o WHERE { ?s ${{ iri: property }} ?o }`);
        const { rows } = await this.#store.select(query, { timeoutMs: READ_TIMEOUT_MS });
        const pairs = new Float64Array(rows.length);
        for (const [i, { s, o }] of rows.entries())
          pairs[i] = this.#number(s as Term) * TERMS + this.#number(o as Term);
        this.#columns.set(property, { bySubject: pairs.sort() });
      }
    });
    this.#reading = done.catch(() => {});
    await done;
  }

  #number(term: Term): number {
    const numbers = term.kind === "iri" ? this.#iris : this.#literals;
    const key = term.kind === "iri" ? term.value : termKey(term);
    let number = numbers.get(key);
    if (number === undefined) {
      number = this.#terms.push(term) - 1;
      numbers.set(key, number);
    }
    return number;
  }
}

/** Pairs of numbers of terms, each pair as one number, in order. */
interface Column {
  readonly bySubject: Float64Array;
  byObject?: Float64Array;
}

/** More terms than {@link MOST_TRIPLES} can have; its square is a number that a double holds. */
const TERMS = 2 ** 26;
/** A triple of the graph takes about 150 bytes here, once lineage was asked. */
const MOST_TRIPLES = 3_000_000;
/** Reading a triple takes a few microseconds and a query some hundreds at least: who asks little pays for queries only. */
const TRIPLES_PER_QUERY = 10_000;
const READ_TIMEOUT_MS = 600_000;

function isIn(pairs: Float64Array, number: number): boolean {
  const pair = pairs[placeOf(pairs, number)];
  return pair !== undefined && pair < (number + 1) * TERMS;
}

/** Where the pairs of a number begin, or would. */
function placeOf(pairs: Float64Array, number: number): number {
  const from = number * TERMS;
  let [low, high] = [0, pairs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
