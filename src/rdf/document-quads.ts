import { isAnonymous } from "../model/anonymous.ts";
import type { Document } from "../model/document.ts";
import type { Literal } from "../model/literals.ts";
import { checkIri } from "../model/names.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { blankText, freshLabel } from "./blank-labels.ts";
import { crowdedIn } from "./manner.ts";
import { literalText } from "./nquads.ts";
import { RDF_TYPE } from "./prov-o.ts";
import { type BlankTerm, type IriTerm, literalTerm, type Quad, type Term } from "./terms.ts";
import { type Triples, writeTriples } from "./triples.ts";

/** How blank nodes are labelled: with `_:`. */
export interface Labels {
  /** The blank node that an anonymous identifier is. */
  of(id: Iri): string;
  /** The n-th blank node that has no identifier. */
  fresh(n: number): string;
}

const LEGAL: Labels = { of: blankText, fresh: freshLabel };

/**
 * A document in PROV-O as quads: its own statements in the default graph, those of a bundle in a graph of its name.
 * @throws {ProvenanceError} `bad-iri`, `bad-argument` for what no quad can hold; the loss function of the notations takes it out before.
 */
export function documentQuads({ statements, bundles }: Document, labels: Labels = LEGAL): Quad[] {
  const collected = new Quads(labels);
  collect(statements, collected);
  for (const { id, statements } of bundles) {
    collected.graph = collected.resource(id, "the id", "a bundle");
    collect(statements, collected);
  }
  return collected.quads;
}

function collect(statements: readonly Statement[], collected: Quads): void {
  const crowded = crowdedIn(statements);
  for (const statement of statements) {
    writeTriples(statement, collected, crowded.has(statement) ? "qualified" : "short");
  }
}

/** Triples whose texts are keys of the terms that they stand for. */
class Quads implements Triples {
  readonly a = `<${RDF_TYPE}>`;
  readonly quads: Quad[] = [];
  graph: IriTerm | BlankTerm | undefined;
  readonly #labels: Labels;
  readonly #terms = new Map<string, Term>([[this.a, { kind: "iri", value: RDF_TYPE }]]);
  #fresh = 0;

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  resource(id: Iri, place: string, of: string): IriTerm | BlankTerm {
    if (isAnonymous(id)) return { kind: "blank", value: this.#labels.of(id).slice(2) };
    return { kind: "iri", value: checkIri(id, `${place} of ${of}`) };
  }

  term(iri: Iri): string {
    return this.name(iri, "a term", "PROV-O");
  }

  name(id: Iri, place: string, of: string): string {
    const key = isAnonymous(id) ? id : `<${id}>`;
    if (!this.#terms.has(key)) this.#terms.set(key, this.resource(id, place, of));
    return key;
  }

  property(name: Iri): string {
    return this.name(name, "the name", "an attribute");
  }

  literal(literal: Literal): string {
    const key = literalText(literal);
    const { lexical, type, language } = literal;
    this.#terms.set(key, literalTerm(lexical, language === undefined ? { type } : { language }));
    return key;
  }

  triple(subject: string, property: string, object: string): void {
    const triple = {
      subject: this.#terms.get(subject) as IriTerm | BlankTerm,
      predicate: this.#terms.get(property) as IriTerm,
      object: this.#terms.get(object) as Term,
    };
    this.quads.push(this.graph ? { ...triple, graph: this.graph } : triple);
  }

  node(about: readonly string[], subject?: string, link?: string): void {
    const node = this.nested(about);
    if (subject !== undefined && link !== undefined) this.triple(subject, link, node);
  }

  nested(about: readonly string[]): string {
    const label = this.#labels.fresh(++this.#fresh).slice(2);
    const node = `[${label}]`; // no identifier is such a key
    this.#terms.set(node, { kind: "blank", value: label });
    for (let i = 0; i < about.length; i += 2) this.triple(node, about[i] as string, about[i + 1] as string);
    return node;
  }
}
