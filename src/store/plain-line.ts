const LINE_END = 10;
const SPACE = 32;
const QUOTE = 34;
const DOT = 46;
const LESS = 60;
const GREATER = 62;
const LARGE_U = 85;
const BACKSLASH = 92;
const CARET = 94;
const SMALL_U = 117;

/** Where the terms of a line of N-Quads end that is as provml writes it. One is used again for each line. */
export interface PlainLine {
  /** Behind the object; behind the graph, the same where there is none. */
  objectEnd: number;
  graphEnd: number;
  /** Whether the object is an IRI, or a text without a datatype and without `<`. */
  isSimple: boolean;
}

export function plainLine(): PlainLine {
  return { objectEnd: 0, graphEnd: 0, isSimple: true };
}

export const NOT_PLAIN = -1;

/**
 * Reads a line with one space between its terms and nothing before or behind them, without blank nodes, languages and escapes by
 * number: most lines, in one pass over bytes. What it reads is N-Quads; what it does not may be as well.
 * @returns where the line ends, or `NOT_PLAIN`
 */
export function readPlainLine(bytes: Uint8Array, start: number, line: PlainLine): number {
  line.isSimple = true;
  const subject = iriEnd(bytes, start);
  if (subject < 0 || bytes[subject] !== SPACE) return NOT_PLAIN;
  const predicate = iriEnd(bytes, subject + 1);
  if (predicate < 0 || bytes[predicate] !== SPACE) return NOT_PLAIN;
  const object = predicate + 1;
  const objectEnd = bytes[object] === QUOTE ? literalEnd(bytes, object, line) : iriEnd(bytes, object);
  if (objectEnd < 0 || bytes[objectEnd] !== SPACE) return NOT_PLAIN;
  const graphEnd = bytes[objectEnd + 1] === LESS ? iriEnd(bytes, objectEnd + 1) : objectEnd;
  if (graphEnd < 0 || bytes[graphEnd] !== SPACE || bytes[graphEnd + 1] !== DOT) return NOT_PLAIN;
  const end = graphEnd + 2;
  if (end < bytes.length && bytes[end] !== LINE_END) return NOT_PLAIN;
  line.objectEnd = objectEnd;
  line.graphEnd = graphEnd;
  return end;
}

/** Where the line that begins here ends, whatever it is. */
export function lineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(LINE_END, start);
  return end < 0 ? bytes.length : end;
}

/** Behind an IRI without escapes. */
function iriEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== LESS) return NOT_PLAIN;
  let at = start + 1;
  while (at < bytes.length && STANDS_IN_IRI[bytes[at] as number] === 1) at++;
  return at < bytes.length && bytes[at] === GREATER ? at + 1 : NOT_PLAIN;
}

const STANDS_IN_IRI = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte > SPACE && !'<>"{}|^`\\'.includes(String.fromCharCode(byte))),
);

function literalEnd(bytes: Uint8Array, start: number, line: PlainLine): number {
  let at = start + 1;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) break;
    if (byte === LESS) line.isSimple = false;
    else if (byte === LINE_END) return NOT_PLAIN;
    else if (byte === BACKSLASH) {
      const escaped = bytes[++at];
      if (escaped === SMALL_U || escaped === LARGE_U || escaped === LINE_END) return NOT_PLAIN;
    }
  }
  at++;
  if (at >= bytes.length) return NOT_PLAIN;
  if (bytes[at] !== CARET) return at;
  line.isSimple = false;
  return bytes[at + 1] === CARET ? iriEnd(bytes, at + 2) : NOT_PLAIN;
}
