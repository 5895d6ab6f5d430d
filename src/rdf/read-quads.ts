import { ProvenanceError } from "../model/error.ts";
import { type BlankTerm, type IriTerm, literalTerm, type Quad, type Term } from "./terms.ts";

/**
 * Reads N-Triples or N-Quads (RDF 1.1): what stores answer to CONSTRUCT, and what `graph/` holds.
 * @throws {ProvenanceError} `unreadable` with the number of the line that is neither.
 */
export function readQuads(text: string): Quad[] {
  const quads: Quad[] = [];
  let number = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    number++;
    const quad = readLine(text.slice(start, end), number);
    if (quad) quads.push(quad);
    start = end + 1;
  }
  return quads;
}

const SPACE = /[ \t]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar names them
const IRI = /<([^\u0000-\u0020<>"{}|^`]*)>/y;
const BLANK = /_:([^\s<>"]*[^\s<>".])/y;
const LANGUAGE = /@([A-Za-z]+(?:-[A-Za-z0-9]+)*)/y;
const END = /\.[ \t]*(?:#.*)?\r?$/sy;
const EMPTY = /^[ \t]*(?:#.*)?\r?$/s;

function readLine(line: string, number: number): Quad | undefined {
  if (EMPTY.test(line)) return undefined;
  const cursor: Cursor = { line, at: 0 };
  const subject = readResource(cursor);
  const predicate = readResource(cursor);
  const object = readResource(cursor) ?? readLiteral(cursor);
  const graph = readResource(cursor);
  if (subject && predicate?.kind === "iri" && object && take(cursor, END)) {
    return graph ? { subject, predicate, object, graph } : { subject, predicate, object };
  }
  throw new ProvenanceError("unreadable", `line ${number} is not N-Quads: ${JSON.stringify(line.slice(0, 200))}`);
}

/** A place in a line; what is read moves it forward. */
interface Cursor {
  readonly line: string;
  at: number;
}

function take(cursor: Cursor, token: RegExp): RegExpExecArray | undefined {
  SPACE.lastIndex = cursor.at;
  SPACE.test(cursor.line);
  token.lastIndex = SPACE.lastIndex;
  const match = token.exec(cursor.line);
  if (match) cursor.at = token.lastIndex;
  return match ?? undefined;
}

function readResource(cursor: Cursor): IriTerm | BlankTerm | undefined {
  const iri = take(cursor, IRI);
  if (iri) return { kind: "iri", value: unescaped(iri[1] as string) };
  const blank = take(cursor, BLANK);
  return blank && { kind: "blank", value: blank[1] as string };
}

const QUOTE = /"/y;

/** Finds the closing quote without a pattern: one that allows for escapes overflows the stack at some megabytes. */
function readLiteral(cursor: Cursor): Term | undefined {
  if (!take(cursor, QUOTE)) return undefined;
  const start = cursor.at;
  let end = cursor.line.indexOf('"', start);
  while (end >= 0 && isEscaped(cursor.line, end)) end = cursor.line.indexOf('"', end + 1);
  if (end < 0) return undefined;
  const value = unescaped(cursor.line.slice(start, end));
  cursor.at = end + 1;
  if (cursor.line.startsWith("^^", cursor.at)) {
    cursor.at += 2;
    const type = take(cursor, IRI);
    return type && literalTerm(value, { type: unescaped(type[1] as string) });
  }
  return literalTerm(value, { language: take(cursor, LANGUAGE)?.[1] });
}

/** Whether an odd number of backslashes stands before this place. */
export function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
const SHORT: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** The text of an IRI or a literal without the escapes of N-Triples and Turtle. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, four?: string, eight?: string, short?: string) => {
    if (short !== undefined) return SHORT[short] ?? short;
    const code = Number.parseInt((four ?? eight) as string, 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    throw new ProvenanceError("unreadable", `\\U${eight} in N-Quads is no character of Unicode`);
  });
}
