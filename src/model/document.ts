import type { Prefixes } from "./names.ts";
import type { Iri, Statement } from "./statement.ts";
import { statementKey } from "./statement-key.ts";

/**
 * A PROV document (PROV-DM 5.4.1, PROV-N 3.1): statements, and bundles of statements. Statements in it carry no `graph`: where they stand
 * says it. Their order and the prefixes carry no meaning; anonymous identifiers (`_:label`) are shared by all its bundles.
 */
export interface Document {
  /** Prefixes that the document declared, for writing names as it did; the empty prefix is the default namespace. */
  readonly prefixes: Prefixes;
  readonly statements: readonly Statement[];
  readonly bundles: readonly Bundle[];
}

/** A named set of statements; it may be empty. */
export interface Bundle {
  readonly id: Iri;
  /** Prefixes of the bundle's own, beside and before the document's. */
  readonly prefixes?: Prefixes;
  readonly statements: readonly Statement[];
}

/** The statements of a document in one list, those of a bundle with its id as their graph. */
export function* statementsOf({ statements, bundles }: Document): Generator<Statement, void, void> {
  yield* statements;
  for (const { id, statements } of bundles) for (const statement of statements) yield { ...statement, graph: id };
}

/** The document that these statements make: one bundle for each graph, in order of appearance. */
export function documentOf(statements: Iterable<Statement>, prefixes: Prefixes = {}): Document {
  const top: Statement[] = [];
  const bundles = new Map<Iri, Statement[]>();
  for (const { graph, ...statement } of statements) {
    if (graph === undefined) top.push(statement as Statement);
    else if (bundles.has(graph)) bundles.get(graph)?.push(statement as Statement);
    else bundles.set(graph, [statement as Statement]);
  }
  return { prefixes, statements: top, bundles: Array.from(bundles, ([id, statements]) => ({ id, statements })) };
}

/** The document with the statements of all its bundles on the top level, each once: what a notation without bundles can carry. */
export function flattened(document: Document): Document {
  const seen = new Set<string>();
  const statements: Statement[] = [];
  for (const { graph, ...statement } of statementsOf(document)) {
    const key = statementKey(statement as Statement);
    if (seen.has(key)) continue;
    seen.add(key);
    statements.push(statement as Statement);
  }
  const prefixes = Object.assign({}, ...document.bundles.map(({ prefixes }) => prefixes), document.prefixes);
  return { prefixes, statements, bundles: [] };
}
