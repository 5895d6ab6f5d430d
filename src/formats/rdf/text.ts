import { Parser } from "n3";
import { ProvenanceError } from "../../model/error.ts";
import { isIri, type Prefixes } from "../../model/names.ts";
import { type BlankTerm, type IriTerm, type LiteralTerm, literalTerm, type Quad, type Term } from "../../rdf/terms.ts";
import { type Position, shown, unreadableAt } from "../unreadable.ts";
import { RecentTerms } from "./recent-terms.ts";

export type RdfFormat = "Turtle" | "TriG" | "N-Triples" | "N-Quads";

/**
 * Reads a text in a syntax of RDF 1.1 and hands over its quads one by one; returns the prefixes that it declares. Labels of blank nodes are kept; those
 * of `[]` and `()` are `n3-0`, `n3-1`, …
 * @throws {ProvenanceError} `unreadable` for what is none, for relative IRIs without an absolute base, and for the terms that RDF 1.2 adds.
 */
export function readRdf(text: string, format: RdfFormat, take: (quad: Quad) => void): Prefixes {
  const prefixes: Record<string, string> = {};
  let token: Token | undefined;
  let declares = false;
  const refuse = (what: string) => unreadableAt(placeOf(token), `${what}, found ${foundIn(text, token)}`);
  const parser = new Parser({ format, blankNodePrefix: OWN_LABEL, factory: factory(refuse, () => declares) } as never);
  const source = wholeText(text);
  const observers = {
    onToken: (next: Token) => {
      declares = token?.type === "prefix"; // what comes next is its namespace, which may be relative as long as nobody uses it
      token = next;
      if (NOT_IN_RDF_1_1.has(next.type)) throw refuse("expected RDF 1.1, which has no triple terms");
    },
    onPrefix: (prefix: string, namespace: IriTerm) => {
      if (isIri(namespace.value)) prefixes[prefix] = namespace.value;
    },
    onQuad: (error: SyntaxFault | null, quad: Quad | null) => {
      if (error) throw explained(error, text);
      if (quad) take(quad);
    },
  };
  try {
    parser.parse(source.stream as never, observers as never);
    source.flow();
  } catch (error) {
    if (error instanceof ProvenanceError) throw error;
    throw unreadableAt(placeOf(token), `expected ${format}, found ${foundIn(text, token)}`, error);
  }
  return prefixes;
}

/** What n3 tells of a token: lines from 1, columns from 0. */
interface Token {
  readonly type: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly endLine?: number;
}
interface SyntaxFault extends Error {
  readonly context?: { readonly token?: Token; readonly line?: number; readonly previousToken?: Token };
}

/** A stream that gives its one piece when told to, so that n3 parses in one go and whatever is thrown is thrown here. */
function wholeText(text: string) {
  const handlers = new Map<string, (piece: string) => void>();
  const stream = {
    on(event: string, handler: (piece: string) => void) {
      handlers.set(event, handler);
      return stream;
    },
  };
  return {
    stream,
    flow() {
      handlers.get("data")?.(text);
      handlers.get("end")?.("");
    },
  };
}

/** Stands before the labels of the text as n3 hands them over; it stays there where the label could be taken for another. */
const OWN_LABEL = "t_";
const TAKEN_LABEL = /^(n3-\d+$|t_)/;

/** Tokens that begin a triple term, or what is said about one. */
const NOT_IN_RDF_1_1 = new Set(["<<", "<<(", "{|", "~"]);

/** Makes plain terms where n3 would make its own. */
function factory(refuse: (what: string) => ProvenanceError, isDeclared: () => boolean) {
  const recent = new RecentTerms();
  let made = 0;
  return {
    namedNode(value: string): IriTerm {
      const known = recent.get(value);
      if (known) return known;
      const term: IriTerm = { kind: "iri", value };
      if (isDeclared()) return term;
      if (!isIri(value)) throw refuse("expected an absolute IRI, or a base that makes it one");
      recent.set(term);
      return term;
    },
    blankNode(label?: string): BlankTerm {
      if (label === undefined) return { kind: "blank", value: `n3-${made++}` };
      const own = label.slice(OWN_LABEL.length);
      return { kind: "blank", value: TAKEN_LABEL.test(own) ? label : own };
    },
    literal(value: string, about?: string | IriTerm | { readonly language: string }): LiteralTerm {
      if (about === undefined) return literalTerm(value);
      if (typeof about === "string") return literalTerm(value, { language: about });
      if ("kind" in about) return literalTerm(value, { type: about.value });
      throw refuse("expected a literal of RDF 1.1, which has no direction");
    },
    defaultGraph: () => undefined,
    variable() {
      throw refuse("expected a term of RDF");
    },
    quad(subject: IriTerm, predicate: IriTerm, object: Term, graph: IriTerm | undefined): Quad {
      return graph ? { subject, predicate, object, graph } : { subject, predicate, object };
    },
  };
}

function placeOf(token: Token | undefined): Position {
  return token ? { line: token.line, column: token.start + 1 } : { line: 1, column: 1 };
}

/** A fault that n3 found, in our words: it tells the token that it did not expect, or for a faulty token only its line and what came before. */
function explained(fault: SyntaxFault, text: string): ProvenanceError {
  const { token, line = 1, previousToken } = fault.context ?? {};
  if (token) return unreadableAt(placeOf(token), `${expected(fault.message)}, found ${foundIn(text, token)}`, fault);
  const content = lineOf(text, line);
  const after = previousToken && (previousToken.endLine ?? previousToken.line) === line ? previousToken.end : 0;
  const start = after + content.slice(after).search(/\S|$/);
  const found = start < content.length ? shown(content.slice(start).trimEnd()) : "the end of the line";
  return unreadableAt({ line, column: start + 1 }, `expected a term or punctuation, found ${found}`, fault);
}

function expected(message: string): string {
  const prefix = /^Undefined prefix "(.*)"/.exec(message);
  if (prefix) return `expected a prefix that is declared before, but ${prefix[1]} is not`;
  if (message.startsWith("Expected punctuation")) return 'expected "." or other punctuation';
  if (message.startsWith("Expected entity")) return "expected an IRI, a prefixed name or a blank node";
  const known = /^(Expected .*?) but got /.exec(message)?.[1];
  return known ? known.toLowerCase() : `expected something else (${message.replace(/ on line \d+\.$/, "")})`;
}

function foundIn(text: string, token: Token | undefined): string {
  if (token === undefined || token.type === "eof") return "the end of the text";
  const line = lineOf(text, token.line);
  return shown(token.endLine === undefined ? line.slice(token.start, token.end) : line.slice(token.start));
}

/** A line by its number, from 1; it ends with LF, CR LF or CR. */
function lineOf(text: string, number: number): string {
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (let line = 1; line < number && ends.exec(text) !== null; line++) start = ends.lastIndex;
  ends.lastIndex = start;
  return text.slice(start, ends.exec(text)?.index);
}
