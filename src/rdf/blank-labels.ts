import type { Iri } from "../model/statement.ts";

/**
 * The blank node of an anonymous identifier, as every RDF syntax may write it: the label itself where it is one, or else a spelling of it that no
 * other label has. The labels that {@link freshLabel} makes are never among them.
 */
export function blankText(id: Iri): string {
  const label = id.slice(2);
  if (LABEL.test(label) && !OURS.test(label)) return id;
  return `_:x_${label.replace(/[^A-Za-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`)}`;
}

/** The n-th blank node that stands for something without any identifier. */
export function freshLabel(n: number): string {
  return `_:q${n}`;
}

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;
const OURS = /^(q\d+$|x_)/;
