import { hash } from "node:crypto";
import { ProvenanceError } from "../model/error.ts";
import type { Literal } from "../model/literals.ts";
import { formalAttributes, RELATIONS } from "../model/relations.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { iriText, literalText } from "./nquads.ts";
import { RDF_TYPE } from "./prov-o.ts";
import { type Triples, writeTriples } from "./triples.ts";

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
    writeTriples(statement, new GraphLines(out, graphIri, end));
  } catch (error) {
    out.length = length;
    throw error;
  }
}

/** PROV-DM's own limits: the leading formal attributes are mandatory, and some relations carry nothing of their own. */
function checkShape(statement: Statement): void {
  const { required, identified } = RELATIONS[statement.kind];
  const names = formalAttributes(statement.kind);
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  for (let i = 0; i < required; i++) {
    const [name] = names[i] as readonly [string, string];
    if (values[name] === undefined) {
      throw new ProvenanceError("bad-argument", `${statement.kind}: ${name} is missing, and PROV-DM demands it`);
    }
  }
  if (!identified && (statement.id !== undefined || statement.attributes?.length)) {
    throw new ProvenanceError(
      "bad-argument",
      `${statement.kind}: PROV-DM gives it neither an id nor attributes; drop them`,
    );
  }
}

/** Lines of one graph, in which a node without a name gets one that its content makes. */
class GraphLines implements Triples {
  readonly a = `<${RDF_TYPE}>`;
  readonly #out: string[];
  readonly #graph: Iri;
  readonly #end: string;

  constructor(out: string[], graph: Iri, end: string) {
    this.#out = out;
    this.#graph = graph;
    this.#end = end;
  }

  term(iri: Iri): string {
    return `<${iri}>`;
  }

  name(id: Iri, place: string, of: string): string {
    return iriText(id, place, of);
  }

  property(name: Iri): string {
    return propertyText(name);
  }

  literal(literal: Literal): string {
    return literalText(literal);
  }

  triple(subject: string, property: string, object: string): void {
    this.#out.push(`${subject} ${property} ${object}${this.#end}`);
  }

  node(about: readonly string[], subject: string, link: string): void {
    const lines = this.#lines(about);
    const node = this.#mint(`${subject} ${link} `, lines);
    this.triple(subject, link, node);
    for (const line of lines) this.#out.push(node + line);
  }

  nested(about: readonly string[]): string {
    const lines = this.#lines(about);
    const node = this.#mint("", lines);
    for (const line of lines) this.#out.push(node + line);
    return node;
  }

  /** What follows a node's name in each of its lines. */
  #lines(about: readonly string[]): string[] {
    const lines: string[] = [];
    for (let i = 0; i < about.length; i += 2) lines.push(` ${about[i]} ${about[i + 1]}${this.#end}`);
    return lines;
  }

  /** Equal relations get equal names in whatever order their attributes come, so stating one twice adds nothing. */
  #mint(link: string, lines: readonly string[]): string {
    const content = [link, ...[...new Set(lines)].sort()].join("\n");
    return `<${this.#graph}-q${hash("sha256", content).slice(0, 32)}>`;
  }
}

/** Attribute names are few, so each is checked once; bounded, since they come from outside. */
const properties = new Map<Iri, string>();
const MOST_PROPERTIES = 1024;

function propertyText(name: Iri): string {
  let text = properties.get(name);
  if (text === undefined) {
    text = iriText(name, "the name", "an attribute");
    if (properties.size >= MOST_PROPERTIES) properties.clear();
    properties.set(name, text);
  }
  return text;
}

let lastGraph: Iri | undefined;
let lastEnd = "";

/** What ends every line of a graph. Statements come graph by graph, so only a change is checked. */
function graphEnd(graph: Iri): string {
  if (graph !== lastGraph) {
    lastEnd = ` ${iriText(graph, "the graph", "a statement")} .`;
    lastGraph = graph;
  }
  return lastEnd;
}
