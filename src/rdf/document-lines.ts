import { isAnonymous } from "../model/anonymous.ts";
import type { Document } from "../model/document.ts";
import type { Literal } from "../model/literals.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { blankText, freshLabel } from "./blank-labels.ts";
import { crowdedIn } from "./manner.ts";
import { iriText, literalText } from "./nquads.ts";
import { RDF_TYPE } from "./prov-o.ts";
import { type Triples, writeTriples } from "./triples.ts";

/**
 * A document in PROV-O as lines of N-Quads, without their line ends, statement by statement: its own statements in the default graph, those of a
 * bundle in a graph of its name, anonymous identifiers and relations without one as blank nodes.
 * @throws {ProvenanceError} `bad-iri`, `bad-argument` for what no line can hold; the loss function of the notations takes it out before.
 */
export function* documentLines({ statements, bundles }: Document): Generator<string[], void, void> {
  const lines = new BlankLines();
  yield* graphLines(statements, lines, " .");
  for (const { id, statements } of bundles)
    yield* graphLines(statements, lines, ` ${nameText(id, "the id", "a bundle")} .`);
}

function* graphLines(
  statements: readonly Statement[],
  lines: BlankLines,
  end: string,
): Generator<string[], void, void> {
  const crowded = crowdedIn(statements);
  lines.end = end;
  for (const statement of statements) {
    writeTriples(statement, lines, crowded.has(statement) ? "qualified" : "short");
    yield lines.taken();
  }
}

export function nameText(id: Iri, place: string, of: string): string {
  return isAnonymous(id) ? blankText(id) : iriText(id, place, of);
}

/** Lines in which nodes without a name are blank. */
class BlankLines implements Triples {
  readonly a = `<${RDF_TYPE}>`;
  end = "";
  #lines: string[] = [];
  #fresh = 0;

  taken(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  term(iri: Iri): string {
    return `<${iri}>`;
  }

  name(id: Iri, place: string, of: string): string {
    return nameText(id, place, of);
  }

  property(name: Iri): string {
    return iriText(name, "the name", "an attribute");
  }

  literal(literal: Literal): string {
    return literalText(literal);
  }

  triple(subject: string, property: string, object: string): void {
    this.#lines.push(`${subject} ${property} ${object}${this.end}`);
  }

  node(about: readonly string[], subject?: string, link?: string): void {
    const node = this.nested(about);
    if (subject !== undefined && link !== undefined) this.triple(subject, link, node);
  }

  nested(about: readonly string[]): string {
    const node = freshLabel(++this.#fresh);
    for (let i = 0; i < about.length; i += 2) this.triple(node, about[i] as string, about[i + 1] as string);
    return node;
  }
}
