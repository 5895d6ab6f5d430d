import type * as RDF from "@rdfjs/types";
import { quadToRdfJs } from "../rdf/rdfjs.ts";
import type { Quad, Term } from "../rdf/terms.ts";

const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const RDFS_SUB_CLASS_OF = "http://www.w3.org/2000/01/rdf-schema#subClassOf";

/** Of the data's own, so that no label is one of the shapes or of the report. */
const BLANK = "data-";

/** The quads that a lookup found, as much of a dataset as the validator asks for. */
type Found = Iterable<RDF.Quad> & { readonly size: number };

/**
 * Triples indexed for what a validator asks: by subject, by object and by property, as far as RDF/JS has it (`match`, `size`, iteration).
 * A dataset that makes a new dataset of each answer takes twice the time.
 */
export class TripleIndex {
  readonly #quads: RDF.Quad[] = [];
  readonly #bySubject = new Map<string, Map<string, RDF.Quad[]>>();
  readonly #byObject = new Map<string, Map<string, RDF.Quad[]>>();
  readonly #byProperty = new Map<string, RDF.Quad[]>();

  /** Each triple counts once, whichever graphs state it. Subclasses are left out: cyclic ones would never end. */
  constructor(quads: Iterable<Quad>) {
    const seen = new Set<string>();
    for (const { subject, predicate, object } of quads) {
      if (predicate.value === RDFS_SUB_CLASS_OF) continue;
      const quad = quadToRdfJs({ subject: apart(subject), predicate, object: apart(object) });
      const key = `${keyOf(quad.subject)} ${predicate.value} ${keyOf(quad.object)}`;
      if (seen.size < seen.add(key).size) this.#add(quad);
    }
  }

  get size(): number {
    return this.#quads.length;
  }

  [Symbol.iterator](): Iterator<RDF.Quad> {
    return this.#quads[Symbol.iterator]();
  }

  instancesOf(class_: RDF.Term): readonly RDF.Quad[] {
    return this.#byObject.get(keyOf(class_))?.get(RDF_TYPE) ?? [];
  }

  match(subject?: RDF.Term | null, predicate?: RDF.Term | null, object?: RDF.Term | null): Found {
    let found: readonly RDF.Quad[];
    if (subject) found = pick(this.#bySubject.get(keyOf(subject)), predicate);
    else if (object) found = pick(this.#byObject.get(keyOf(object)), predicate);
    else found = predicate ? (this.#byProperty.get(predicate.value) ?? []) : this.#quads;
    if (subject && object) found = found.filter((quad) => quad.object.equals(object));
    return { size: found.length, [Symbol.iterator]: () => found[Symbol.iterator]() };
  }

  #add(quad: RDF.Quad): void {
    const { subject, predicate, object } = quad;
    const ofSubject = entry(this.#bySubject, keyOf(subject), () => new Map<string, RDF.Quad[]>());
    entry(ofSubject, predicate.value, () => []).push(quad);
    const ofObject = entry(this.#byObject, keyOf(object), () => new Map<string, RDF.Quad[]>());
    entry(ofObject, predicate.value, () => []).push(quad);
    entry(this.#byProperty, predicate.value, () => []).push(quad);
    this.#quads.push(quad);
  }
}

/** A term as a result tells it. */
export function textOf(term: RDF.Term): string {
  return term.termType === "BlankNode" ? `_:${term.value.slice(BLANK.length)}` : term.value;
}

function apart<T extends Term>(term: T): T {
  return term.kind === "blank" ? { ...term, value: BLANK + term.value } : term;
}

function keyOf(term: RDF.Term): string {
  if (term.termType === "NamedNode") return term.value;
  return term.termType === "Literal" ? `"${term.value}"${term.language}^${term.datatype.value}` : `_:${term.value}`;
}

function pick(quads: Map<string, RDF.Quad[]> | undefined, predicate?: RDF.Term | null): readonly RDF.Quad[] {
  if (quads === undefined) return [];
  return predicate ? (quads.get(predicate.value) ?? []) : [...quads.values()].flat();
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
