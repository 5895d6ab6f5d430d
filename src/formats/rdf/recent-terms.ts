import type { IriTerm } from "../../rdf/terms.ts";

const PLACES = 1 << 15;
/** How much of the end of an IRI is looked at. */
const END = 8;

/**
 * The terms of the IRIs that occurred lately, so that one IRI is one term most of the time. Each has one place, and the latest one there stays: a
 * memory of all IRIs of a text would be as large as the text.
 */
export class RecentTerms {
  readonly #terms = new Array<IriTerm | undefined>(PLACES).fill(undefined);

  get(iri: string): IriTerm | undefined {
    const term = this.#terms[placeOf(iri)];
    return term?.value === iri ? term : undefined;
  }

  set(term: IriTerm): void {
    this.#terms[placeOf(term.value)] = term;
  }
}

function placeOf(iri: string): number {
  let place = iri.length;
  for (let at = Math.max(0, iri.length - END); at < iri.length; at++) {
    place = (Math.imul(place, 31) + iri.charCodeAt(at)) | 0;
  }
  return (place ^ (place >>> 15)) & (PLACES - 1);
}
