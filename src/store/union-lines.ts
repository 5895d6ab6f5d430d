const LINE_END = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const COMMENT = 35;
const DOT = 46;
const LESS = 60;
const GREATER = 62;
const AT = 64;
const BACKSLASH = 92;
const CARET = 94;
const UNDERSCORE = 95;

/** N-Quads lines without their graphs: what the union of all graphs holds. */
export interface UnionLines {
  /** As many lines as there were, each a triple. A line that is no N-Quads stays as it is, for the parser to name it. */
  readonly triples: Uint8Array<ArrayBuffer>;
  readonly lines: number;
  /** The number of the first line with a blank node; 0 when there is none. */
  readonly blankLine: number;
}

/** Takes whole lines of N-Quads. The triples are made in place, in a copy, which may be longer: a triple is no longer than its quad. */
export function unionLines(nquads: Uint8Array, triples: Uint8Array<ArrayBuffer> = new Uint8Array(nquads)): UnionLines {
  let length = 0;
  let lines = 0;
  let blankLine = 0;
  for (let start = 0; start < nquads.length; ) {
    let end = nquads.indexOf(LINE_END, start);
    if (end < 0) end = nquads.length;
    lines++;
    const object = plainObjectEnd(nquads, start, end) || objectEnd(nquads, start, end);
    if (object === BLANK_NODE) blankLine ||= lines;
    const kept = object > 0 ? object : end;
    triples.copyWithin(length, start, kept);
    length += kept - start;
    if (object > 0) {
      triples[length++] = SPACE;
      triples[length++] = DOT;
    }
    if (length < triples.length) triples[length++] = LINE_END;
    start = end + 1;
  }
  return { triples: triples.subarray(0, length), lines, blankLine };
}

/**
 * As {@link objectEnd}, of a line as provml writes it, with one space between terms: goes from both ends, and byte by byte, since a
 * call of a native search costs more than it saves. `NO_GRAPH` for any other line.
 */
function plainObjectEnd(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] !== DOT || bytes[end - 2] !== SPACE || bytes[end - 3] !== GREATER) return NO_GRAPH;
  let graph = end - 4;
  while (graph > start && bytes[graph] !== LESS) graph--;
  const predicate = iriEnd(bytes, start, graph) + 1;
  const object = iriEnd(bytes, predicate, graph) + 1;
  const objectEnd = bytes[object] === QUOTE ? literalEnd(bytes, object, graph) : iriEnd(bytes, object, graph);
  return objectEnd === graph - 1 && bytes[objectEnd] === SPACE ? objectEnd : NO_GRAPH;
}

/** Behind an IRI; behind `end` where none begins at `start`. */
function iriEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || bytes[start] !== LESS) return end;
  let at = start + 1;
  while (at < end && bytes[at] !== GREATER) at++;
  return at + 1;
}

const NO_GRAPH = 0;
const BLANK_NODE = -1;

/** Where the object of a quad ends; `NO_GRAPH` for a line that is to stay as it is. */
function objectEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let term = 0; term < 3; term++) {
    at = skipSpace(bytes, at, end);
    const first = bytes[at];
    if (first === UNDERSCORE) return BLANK_NODE;
    if (first === LESS) at = after(bytes, GREATER, at, end);
    else if (first === QUOTE && term === 2) at = literalEnd(bytes, at, end);
    else return NO_GRAPH;
    if (at > end) return NO_GRAPH;
  }
  const graph = skipSpace(bytes, at, end);
  if (bytes[graph] === UNDERSCORE) return BLANK_NODE;
  if (bytes[graph] !== LESS) return NO_GRAPH;
  const dot = skipSpace(bytes, after(bytes, GREATER, graph, end), end);
  if (bytes[dot] !== DOT) return NO_GRAPH;
  const rest = skipSpace(bytes, dot + 1, end);
  return rest >= end || bytes[rest] === COMMENT || bytes[rest] === CARRIAGE_RETURN ? at : NO_GRAPH;
}

function literalEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  at++;
  if (bytes[at] === CARET && bytes[at + 1] === CARET) return after(bytes, GREATER, at + 2, end);
  if (bytes[at] === AT) while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB && bytes[at] !== LESS) at++;
  return at;
}

/** The place behind the next such byte; beyond `end` when the line has none. */
function after(bytes: Uint8Array, byte: number, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== byte) at++;
  return at + 1;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}
