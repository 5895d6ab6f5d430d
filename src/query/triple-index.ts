import type { Term } from "../rdf/terms.ts";
import type { TableStore } from "../store/embedded.ts";
import { readTerm } from "../store/solution-table.ts";
import type { NumberedTriples } from "./numbered-triples.ts";
import { queryText, sparql } from "./sparql.ts";
import { endIn, type Lists, listsOf, startIn, turned } from "./triple-lists.ts";

/** Look-ups in the triples of a store that does not change. */
export interface TripleIndex {
  /** All triples of the store, where they are few: what the questions ask is answered by these. */
  readonly whole?: NumberedTriples;
  /**
   * Itself with these properties, or nothing while queries are cheaper: for a store that is asked little, and for one that is too large. Counts as
   * asking once for each hundred of things.
   */
  holding(properties: readonly string[], things?: number): Promise<TripleIndex | undefined>;
  /** Itself with these properties, however little was asked: where a query would read them whole as well. Nothing of a store that is too large. */
  with(properties: readonly string[]): Promise<TripleIndex | undefined>;
  /** The objects that a property has of a thing. */
  values(thing: string, property: string): Term[];
  /** What several properties say of a thing, one property after the other. */
  visit(thing: string, properties: readonly string[], visit: (property: string, value: Term) => void): void;
  has(thing: string, property: string): boolean;
  /** Whether a property of a thing says this other one. */
  says(thing: string, property: string, object: string): boolean;
  /** Everything that has a property. */
  having(property: string): string[];
  /** The things of which a property says this one; if given, only those that have another property too. */
  subjects(property: string, object: string, having?: string): Term[];
}

/**
 * The triples of a store that does not change, as lists of numbers: what is stated of a thing is found in a tenth of a microsecond, where a query costs a
 * millisecond however little it asks for. Each property is read whole when a question first needs it, and kept.
 */
export class StoreIndex implements TripleIndex {
  readonly #store: TableStore;
  readonly #iris: Term[] = [];
  /** As the store writes them, until somebody asks for the term. */
  readonly #literals: (Term | string)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #literalNumbers = new Map<string, number>();
  readonly #columns = new Map<string, Column>();
  #lastIri = "";
  #lastNumber = -1;
  #reading: Promise<unknown> = Promise.resolve();
  #size: Promise<number> | undefined;
  #asked = 0;

  constructor(store: TableStore) {
    this.#store = store;
  }

  async holding(properties: readonly string[], things = 1): Promise<StoreIndex | undefined> {
    this.#size ??= this.#store.size();
    const size = await this.#size;
    this.#asked += 1 + things / THINGS_PER_QUERY;
    return this.#asked < size / TRIPLES_PER_QUERY ? undefined : await this.with(properties);
  }

  async with(properties: readonly string[]): Promise<StoreIndex | undefined> {
    this.#size ??= this.#store.size();
    if ((await this.#size) > MOST_TRIPLES) return undefined;
    if (properties.some((property) => !this.#columns.has(property))) await this.#read(properties);
    return this;
  }

  values(thing: string, property: string): Term[] {
    return this.#others(this.#column(property).bySubject, thing);
  }

  visit(thing: string, properties: readonly string[], visit: (property: string, value: Term) => void): void {
    const number = this.#numberOf(thing);
    if (number < 0) return;
    for (const property of properties) {
      const { bySubject } = this.#column(property);
      const end = endIn(bySubject, number);
      for (let at = startIn(bySubject, number); at < end; at++) visit(property, this.#term(bySubject.others[at]!));
    }
  }

  has(thing: string, property: string): boolean {
    const { bySubject } = this.#column(property);
    if (bySubject.others.length === 0) return false;
    const number = this.#numberOf(thing);
    return startIn(bySubject, number) < endIn(bySubject, number);
  }

  says(thing: string, property: string, object: string): boolean {
    const { bySubject } = this.#column(property);
    const [number, other] = [this.#numberOf(thing), this.#numberOf(object)];
    const end = endIn(bySubject, number);
    for (let at = startIn(bySubject, number); at < end; at++) if (bySubject.others[at] === other) return other >= 0;
    return false;
  }

  having(property: string): string[] {
    const { start } = this.#column(property).bySubject;
    const things: string[] = [];
    for (let number = 0; number + 1 < start.length; number++)
      if (start[number]! < start[number + 1]!) things.push(this.#term(number).value);
    return things;
  }

  subjects(property: string, object: string, having?: string): Term[] {
    const column = this.#column(property);
    column.byObject ??= turned(column.bySubject);
    return this.#others(column.byObject, object, having === undefined ? undefined : this.#column(having).bySubject);
  }

  #others(lists: Lists, iri: string, among?: Lists): Term[] {
    const found: Term[] = [];
    if (lists.others.length === 0) return found;
    const number = this.#numberOf(iri);
    const end = endIn(lists, number);
    for (let at = startIn(lists, number); at < end; at++) {
      const other = lists.others[at]!;
      if (among === undefined || startIn(among, other) < endIn(among, other)) found.push(this.#term(other));
    }
    return found;
  }

  #term(number: number): Term {
    if (number >= 0) return this.#iris[number] as Term;
    const literal = this.#literals[-1 - number] as Term | string;
    if (typeof literal !== "string") return literal;
    const term = readTerm(literal);
    this.#literals[-1 - number] = term;
    return term;
  }

  /** Look-ups about one thing come together. */
  #numberOf(iri: string): number {
    if (iri !== this.#lastIri) {
      this.#lastNumber = this.#numbers.get(iri) ?? -1;
      this.#lastIri = iri;
    }
    return this.#lastNumber;
  }

  #column(property: string): Column {
    const column = this.#columns.get(property);
    if (column === undefined) throw new TypeError(`a look-up reads ${property} without saying so`);
    return column;
  }

  /** One after the other, so that two questions at a time do not read the same. */
  async #read(properties: readonly string[]): Promise<void> {
    const done = this.#reading.then(async () => {
      const missing = properties.filter((property) => !this.#columns.has(property));
      let ahead: Promise<string> | undefined;
      for (const [i, property] of missing.entries()) {
        const table = await (ahead ?? this.#table(property));
        const next = missing[i + 1];
        ahead = next === undefined ? undefined : this.#table(next); // the store's thread works while this one reads
        ahead?.catch(() => {}); // awaited in the next turn
        this.#columns.set(property, { bySubject: this.#listsIn(table) });
      }
    });
    this.#reading = done.catch(() => {});
    await done;
  }

  #table(property: string): Promise<string> {
    const query = queryText(sparql`SELECT ?s ?o WHERE { ?s ${{ iri: property }} ?o }`);
    return this.#store.table(query, { timeoutMs: READ_TIMEOUT_MS });
  }

  /** Of a table of two columns. What stands in a line often stands in the next one, too. */
  #listsIn(table: string): Lists {
    const begin = table.indexOf("\n") + 1;
    let count = 0;
    for (let at = begin; at < table.length; at = table.indexOf("\n", at) + 1) count++;
    const [subjects, objects] = [new Int32Array(count), new Int32Array(count)];
    let [subject, object] = ["", ""];
    for (let i = 0, at = begin; i < count; i++) {
      const tab = table.indexOf("\t", at);
      const end = table.indexOf("\n", tab);
      if (i > 0 && tab - at === subject.length && table.startsWith(subject, at)) subjects[i] = subjects[i - 1]!;
      else {
        subject = table.slice(at, tab);
        subjects[i] = this.#number(subject);
      }
      if (i > 0 && end - tab - 1 === object.length && table.startsWith(object, tab + 1)) objects[i] = objects[i - 1]!;
      else {
        object = table.slice(tab + 1, end);
        objects[i] = this.#number(object);
      }
      at = end + 1;
    }
    [this.#lastIri, this.#lastNumber] = ["", -1]; // it may have got a number
    return listsOf(subjects, objects);
  }

  /** Of IRIs 0 and more, of literals less: literals are no subjects. */
  #number(token: string): number {
    if (token.charCodeAt(0) === LESS) {
      const known = this.#numbers.get(token.slice(1, -1));
      if (known !== undefined) return known;
      const iri = ownText(token.slice(1, -1));
      this.#numbers.set(iri, this.#iris.length);
      return this.#iris.push({ kind: "iri", value: iri }) - 1;
    }
    const known = this.#literalNumbers.get(token);
    if (known !== undefined) return known;
    const literal = ownText(token);
    const number = -1 - this.#literals.length;
    this.#literals.push(literal);
    this.#literalNumbers.set(literal, number);
    return number;
  }
}

/** The objects of each subject, and once they were asked for the subjects of each object. */
interface Column {
  readonly bySubject: Lists;
  byObject?: Lists;
}

/** A triple of the graph takes about 100 bytes here, once lineage was asked. */
const MOST_TRIPLES = 3_000_000;
/** Reading a triple takes two or three microseconds and a query some hundreds at least: who asks little pays for queries only. */
const TRIPLES_PER_QUERY = 10_000;
/** A query takes about twice as long where it is about so many more things. */
const THINGS_PER_QUERY = 100;
const READ_TIMEOUT_MS = 600_000;

const LESS = 60;

/** A part of a text keeps all of it in memory. */
function ownText(part: string): string {
  return Buffer.from(part).toString();
}
