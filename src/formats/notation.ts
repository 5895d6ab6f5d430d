import type { Document } from "../model/document.ts";
import type { Iri, Statement } from "../model/statement.ts";

export type NotationName =
  | "prov-n"
  | "prov-json"
  | "prov-xml"
  | "turtle"
  | "trig"
  | "n-triples"
  | "n-quads"
  | "json-ld"
  | "prov-jsonld";

/** A way of writing PROV documents down, as data and three pure functions. */
export interface Notation {
  readonly name: NotationName;
  /** What people call it, e.g. `PROV-N`. */
  readonly title: string;
  /** File name extensions without the dot, the usual one first. */
  readonly extensions: readonly string[];
  readonly mediaType: string;
  /**
   * Reads a whole document. Anonymous ids of relations that nothing refers to are dropped (`withoutIdleIds`). A mandatory formal attribute
   * that is missing is left out, for the validator to report. What the text holds beside PROV, and no statement can (a triple about something that is
   * no element, say), is left out too, and `ignored` is told of each.
   * @throws {ProvenanceError} `unreadable`, the message starting with the place (see `unreadable.ts`), and saying what was expected.
   */
  read(text: string, ignored?: (loss: Loss) => void): Document | Promise<Document>;
  /** The text in pieces. What the notation cannot carry must have been lost before, by `lose`. */
  write(document: Document): Iterable<string>;
  /** The one loss function of the notation: what of a document it carries, and what not. Losing twice is losing once. */
  lose(document: Document): Lossy;
}

/** What is left of a document in some notation, and what is not. */
export interface Lossy {
  readonly document: Document;
  readonly losses: readonly Loss[];
}

export interface Loss {
  /** One sentence, the same for all losses of a kind, e.g. `PROV-O cannot state a membership without its collection`. */
  readonly reason: string;
  readonly statement?: Statement;
  /** What of the text was left out, where it is no statement. */
  readonly example?: string;
  /** The bundle that the statement stands in, or that is lost itself. */
  readonly bundle?: Iri;
}
