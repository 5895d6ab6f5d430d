import type { Document } from "../model/document.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Loss, NotationName } from "./notation.ts";
import { notation } from "./notations.ts";

export interface WriteOptions {
  /** Is told of everything that the notation cannot carry. Without it, losing anything throws. */
  readonly lost?: (loss: Loss) => void;
}

/**
 * Writes a PROV document as one text; see {@link writePieces}, which a large one is better written by.
 * @throws {ProvenanceError} as `writePieces`
 */
export function write(document: Document, name: NotationName, options: WriteOptions = {}): string {
  return [...writePieces(document, name, options)].join("");
}

/**
 * Writes a PROV document in pieces of text. What the notation cannot carry is left out, and told of before the first piece comes.
 * @throws {ProvenanceError} `bad-argument` when something would be lost and nobody listens, `bad-option` for an unknown notation, `bad-iri`.
 */
export function writePieces(document: Document, name: NotationName, options: WriteOptions = {}): Iterable<string> {
  const { lose, write, title } = notation(name);
  const left = lose(document);
  for (const loss of left.losses) {
    if (options.lost === undefined)
      throw new ProvenanceError(
        "bad-argument",
        `${title} would lose something: ${loss.reason}; say what to do about it with the option lost`,
      );
    options.lost(loss);
  }
  return write(left.document);
}
