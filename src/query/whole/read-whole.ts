import { canonicalDouble } from "../../model/literals.ts";
import type { Lines } from "../../rdf/statement-lines.ts";
import { lineChunks, type Pieces } from "../../store/line-chunks.ts";
import { readLiteral } from "../../store/solution-table.ts";
import { NumberedTriples, pairOf } from "../numbered-triples.ts";

/**
 * The triples of N-Quads, whatever their graphs, each once; or nothing where a line is none that provml writes, with blank nodes for instance: an engine
 * says what is to be said of it.
 */
export async function readWhole(pieces: Pieces<Uint8Array | Lines>): Promise<NumberedTriples | undefined> {
  const reading = new Reading();
  for await (const piece of lineChunks(pieces)) {
    const bytes = piece instanceof Uint8Array ? piece : piece.bytes;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    if (ESCAPED_IRI.test(text) || !reading.addLines(text)) return undefined;
  }
  return reading.triples();
}

/** An engine takes it for the same as without the escape; it may as well stand in a text. */
const ESCAPED_IRI = /<[^>\s"]*\\[uU]/;

class Reading {
  readonly #triples = new NumberedTriples();
  readonly #pairs = new Map<string, number[]>();
  /** The numbers of literals as they are written. */
  readonly #literals = new Map<string, number>();

  triples(): NumberedTriples {
    for (const [property, pairs] of this.#pairs) this.#triples.add(property, Float64Array.from(pairs));
    return this.#triples;
  }

  /** What stands in a line often stands in the next one, too. */
  addLines(text: string): boolean {
    let [subjectText, subject, propertyText] = ["", 0, ""];
    let pairs: number[] = [];
    for (let start = 0, end = 0; start < text.length; start = end + 1) {
      end = text.indexOf("\n", start);
      if (end < 0) end = text.length;
      if (start === end || text[start] === "#") continue;
      const afterSubject = text.indexOf("> <", start);
      const afterProperty = text.indexOf("> ", afterSubject + 3);
      if (text[start] !== "<" || afterSubject < 0 || afterProperty < 0 || afterProperty > end) return false;
      const object = afterProperty + 2;
      const objectEnd = text[object] === '"' ? literalEnd(text, object) : iriEnd(text, object);
      if (objectEnd < 0 || !isEnd(text, objectEnd, end)) return false;
      if (!isSame(text, start + 1, afterSubject, subjectText)) {
        subjectText = text.slice(start + 1, afterSubject);
        subject = this.#triples.iri(subjectText);
      }
      if (!isSame(text, afterSubject + 3, afterProperty, propertyText)) {
        propertyText = text.slice(afterSubject + 3, afterProperty);
        pairs = this.#pairsOf(propertyText);
      }
      const token = text.slice(object, objectEnd);
      if (!this.#literals.has(token) && token[0] === '"' && !isCanonical(token)) return false;
      pairs.push(pairOf(subject, token[0] === "<" ? this.#triples.iri(token.slice(1, -1)) : this.#literal(token)));
    }
    return true;
  }

  #pairsOf(property: string): number[] {
    const known = this.#pairs.get(property);
    if (known) return known;
    const pairs: number[] = [];
    this.#pairs.set(property, pairs);
    return pairs;
  }

  #literal(token: string): number {
    const known = this.#literals.get(token);
    if (known !== undefined) return known;
    const number = this.#triples.number(readLiteral(token));
    this.#literals.set(token, number);
    return number;
  }
}

/** Whether an engine, which keeps values, gives a literal back as it is written. */
function isCanonical(token: string): boolean {
  const type = DATATYPE.exec(token)?.[1];
  if (type === undefined) return true;
  return CANONICAL[type]?.(token.slice(1, token.lastIndexOf('"'))) ?? false;
}
const DATATYPE = /"\^\^<http:\/\/www\.w3\.org\/2001\/XMLSchema#(\w+)>$/;
const CANONICAL: Readonly<Record<string, (lexical: string) => boolean>> = {
  string: () => true,
  anyURI: () => true,
  boolean: (lexical) => lexical === "true" || lexical === "false",
  integer: (lexical) => /^(0|-?[1-9]\d{0,17})$/.test(lexical),
  double: (lexical) => lexical === canonicalDouble(Number(lexical.replace("INF", "Infinity"))),
  dateTime: (lexical) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/.test(lexical),
};

function isSame(text: string, start: number, end: number, before: string): boolean {
  return end - start === before.length && text.startsWith(before, start);
}

/** Behind the IRI that begins here; -1 where none does. */
function iriEnd(text: string, start: number): number {
  return text[start] === "<" ? text.indexOf(">", start) + 1 || -1 : -1;
}

function literalEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote > 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  if (quote < 0) return -1;
  const next = text[quote + 1];
  if (next === "^") return iriEnd(text, quote + 3);
  return next === "@" ? text.indexOf(" ", quote) : quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** Whether nothing follows but a graph and the line's end. */
function isEnd(text: string, objectEnd: number, end: number): boolean {
  if (text[end - 1] !== "." || text[end - 2] !== " " || text[objectEnd] !== " ") return false;
  return objectEnd === end - 2 || (text[objectEnd + 1] === "<" && text.indexOf(">", objectEnd) === end - 3);
}
