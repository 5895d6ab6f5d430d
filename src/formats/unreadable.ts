import { ProvenanceError } from "../model/error.ts";

/** Where in a text something stands; both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of an offset in a text; a line ends with LF, CR LF or CR. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let start = 0;
  const ends = /\r\n|\n|\r/g;
  for (let end = ends.exec(text); end !== null && ends.lastIndex <= offset; end = ends.exec(text)) {
    line++;
    start = ends.lastIndex;
  }
  return { line, column: offset - start + 1 };
}

/** A document that cannot be read. The message is one line: the place, what was expected, and what was found. */
export function unreadableAt(place: Position | string, what: string, cause?: unknown): ProvenanceError {
  const where = typeof place === "string" ? place : `line ${place.line}, column ${place.column}`;
  const message = `${where}: ${what}`.replace(/[\r\n]+/g, " ");
  return new ProvenanceError("unreadable", message, cause === undefined ? {} : { cause });
}

/** A piece of input as an error message shows it: quoted, on one line, not too long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
