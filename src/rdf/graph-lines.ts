import { hash } from "node:crypto";
import { ProvenanceError } from "../model/error.ts";
import type { Literal } from "../model/literals.ts";
import { formalAttributes, RELATIONS } from "../model/relations.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { iriText, literalText } from "./nquads.ts";
import { RDF_TYPE } from "./prov-o.ts";
import type { Triples } from "./triples.ts";

/** Lines of one graph, in which a node without a name gets one that its content makes. */
export abstract class GraphLines implements Triples {
  readonly a = `<${RDF_TYPE}>`;
  protected readonly end: string;
  readonly #graph: Iri;

  /** `end`: what {@link graphEnd} says of the graph. */
  constructor(graph: Iri, end: string) {
    this.#graph = graph;
    this.end = end;
  }

  abstract triple(subject: string, property: string, object: string): void;

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

  node(about: readonly string[], subject: string, link: string): void {
    const node = this.#mint(`${subject} ${link} `, about);
    this.triple(subject, link, node);
    this.#say(node, about);
  }

  nested(about: readonly string[]): string {
    const node = this.#mint("", about);
    this.#say(node, about);
    return node;
  }

  #say(node: string, about: readonly string[]): void {
    for (let i = 0; i < about.length; i += 2) this.triple(node, about[i] as string, about[i + 1] as string);
  }

  /** Equal relations get equal names in whatever order their attributes come, so stating one twice adds nothing. */
  #mint(link: string, about: readonly string[]): string {
    const lines = new Set<string>();
    for (let i = 0; i < about.length; i += 2) lines.add(` ${about[i]} ${about[i + 1]}${this.end}`);
    const content = [link, ...[...lines].sort()].join("\n");
    return `<${this.#graph}-q${hash("sha256", content).slice(0, 32)}>`;
  }
}

/** PROV-DM's own limits: the leading formal attributes are mandatory, and some relations carry nothing of their own. */
export function checkShape(statement: Statement): void {
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
export function graphEnd(graph: Iri): string {
  if (graph !== lastGraph) {
    lastEnd = ` ${iriText(graph, "the graph", "a statement")} .`;
    lastGraph = graph;
  }
  return lastEnd;
}
