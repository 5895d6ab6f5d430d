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

const IRI = '<([^\\u0000-\\u0020<>"{}|^`]*)>';
const BLANK = '_:([^\\s<>"]*[^\\s<>".])';
const LITERAL = `"([^"\\\\\\r]*(?:\\\\.[^"\\\\\\r]*)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\\^\\^${IRI})?`;
const LINE = new RegExp(
  `^[ \\t]*(?:${IRI}|${BLANK})[ \\t]*${IRI}[ \\t]*(?:${IRI}|${BLANK}|${LITERAL})[ \\t]*(?:${IRI}|${BLANK})?[ \\t]*\\.[ \\t]*(?:#.*)?\\r?$`,
  "s",
);
const EMPTY = /^[ \t]*(?:#.*)?\r?$/s;

function readLine(line: string, number: number): Quad | undefined {
  const match = LINE.exec(line);
  if (!match) {
    if (EMPTY.test(line)) return undefined;
    throw new ProvenanceError("unreadable", `line ${number} is not N-Quads: ${JSON.stringify(line.slice(0, 200))}`);
  }
  const [, subject, subjectBlank, predicate, iri, blank, lexical, language, type, graph, graphBlank] = match;
  const quad = {
    subject: resource(subject, subjectBlank),
    predicate: { kind: "iri", value: unescaped(predicate as string) } as const,
    object: lexical === undefined ? resource(iri, blank) : literal(lexical, language, type),
  };
  if (graph === undefined && graphBlank === undefined) return quad;
  return { ...quad, graph: resource(graph, graphBlank) };
}

function resource(iri: string | undefined, blank: string | undefined): IriTerm | BlankTerm {
  if (iri !== undefined) return { kind: "iri", value: unescaped(iri) };
  return { kind: "blank", value: blank as string };
}

function literal(lexical: string, language: string | undefined, type: string | undefined): Term {
  const value = unescaped(lexical);
  if (language !== undefined) return literalTerm(value, { language });
  return type === undefined ? literalTerm(value) : literalTerm(value, { type: unescaped(type) });
}

const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
const SHORT: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, four?: string, eight?: string, short?: string) => {
    if (short !== undefined) return SHORT[short] ?? short;
    const code = Number.parseInt((four ?? eight) as string, 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    throw new ProvenanceError("unreadable", `\\U${eight} in N-Quads is no character of Unicode`);
  });
}
