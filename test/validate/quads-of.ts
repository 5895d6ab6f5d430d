import { Parser } from "n3";
import { type Brief, expand } from "../../src/model/brief.ts";
import { EXECUTION_GRAPH, expandName, type Prefixes } from "../../src/model/names.ts";
import { appendQuads } from "../../src/rdf/quads.ts";
import { quadFromRdfJs } from "../../src/rdf/rdfjs.ts";
import type { Quad } from "../../src/rdf/terms.ts";

/** The quads of Turtle, TriG or N-Quads; blank nodes keep their labels. */
export function parseQuads(text: string): Quad[] {
  return new Parser({ blankNodePrefix: "_:" }).parse(text).map(quadFromRdfJs);
}

/** The quads that statements as written stand for. */
export function quadsOf(briefs: readonly Brief[], prefixes: Prefixes): Quad[] {
  const graph = expandName(EXECUTION_GRAPH, prefixes);
  const lines: string[] = [];
  for (const brief of briefs) for (const statement of expand(brief, prefixes)) appendQuads(statement, graph, lines);
  return parseQuads(lines.join(""));
}
