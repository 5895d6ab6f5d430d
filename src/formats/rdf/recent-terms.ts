import type { IriTerm } from "../../rdf/terms.ts";

const FEWEST_PLACES = 1 << 6;
const MOST_PLACES = 1 << 15;
/** How much of the end of an IRI is looked at. */
const END = 8;

/**
 * The terms of the IRIs that occurred lately, so that one IRI is one term most of the time. Each has one place, and the latest one there stays: a
 * memory of all IRIs of a text would be as large as the text. It grows with what it is told, since most texts are short.
 */
export class RecentTerms {
  #terms = new Array<IriTerm | undefined>(FEWEST_PLACES).fill(undefined);
  #told = 0;

  get(iri: string): IriTerm | undefined {
    const term = this.#terms[placeOf(iri, this.#terms.length)];
    return term?.value === iri ? term : undefined;
  }

  set(term: IriTerm): void {
    if (++this.#told > this.#terms.length && this.#terms.length < MOST_PLACES) {
      this.#terms = new Array<IriTerm | undefined>(2 * this.#terms.length).fill(undefined);
      this.#told = 0;
    }
    this.#terms[placeOf(term.value, this.#terms.length)] = term;
  }
}

function placeOf(iri: string, places: number): number {
  let place = iri.length;
  for (let at = Math.max(0, iri.length - END); at < iri.length; at++) {
    place = (Math.imul(place, 31) + iri.charCodeAt(at)) | 0;
  }
  return (place ^ (place >>> 15)) & (places - 1);
}
