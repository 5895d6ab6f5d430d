import type { Iri, Statement } from "../model/statement.ts";
import { checkShape, GraphLines, graphEnd } from "./graph-lines.ts";
import { writeTriples } from "./triples.ts";

/**
 * Appends the quads of a statement in PROV-O: canonical N-Quads lines without their line ends, no blank node. Pure: the
 * same statement always gives the same lines. They stand in the statement's own graph, or else in `graph`.
 * @throws {ProvenanceError} `bad-iri` for an IRI that no N-Quads line may hold; `bad-argument` for a statement that
 * PROV-DM does not allow. Nothing is appended then.
 */
export function appendQuads(statement: Statement, graph: Iri, out: string[]): void {
  const length = out.length;
  try {
    const graphIri = statement.graph ?? graph;
    const end = graphEnd(graphIri);
    checkShape(statement);
    writeTriples(statement, new ListedLines(out, graphIri, end));
  } catch (error) {
    out.length = length;
    throw error;
  }
}

class ListedLines extends GraphLines {
  readonly #out: string[];

  constructor(out: string[], graph: Iri, end: string) {
    super(graph, end);
    this.#out = out;
  }

  triple(subject: string, property: string, object: string): void {
    this.#out.push(`${subject} ${property} ${object}${this.end}`);
  }
}
