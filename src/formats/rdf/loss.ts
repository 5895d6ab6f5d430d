import { isAnonymous, withoutIdleIds } from "../../model/anonymous.ts";
import { type Bundle, type Document, flattened } from "../../model/document.ts";
import { isIri, type Prefixes } from "../../model/names.ts";
import { isElementKind } from "../../model/relations.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { IMPLIED_PREFIXES } from "../../rdf/values.ts";
import type { Loss, Lossy } from "../notation.ts";
import { loseOfStatement } from "./loss-statement.ts";
import { RDF_LOSSES } from "./losses.ts";
import { merged } from "./merged.ts";
import { declaredPrefixes } from "./prefixes.ts";

/**
 * What PROV-O carries of a document in TriG and N-Quads. Every statement loses what no triple can say; then statements that are about one node, or
 * are one triple, become what comes back from RDF. Bundles of one name become one, and empty bundles none.
 */
export function loseInRdf(document: Document): Lossy {
  const once = loseOnce(withoutIdle(document));
  // What lost all that refers to it has no id any more, and may now be the same as something else.
  const left = withoutIdle(once.document);
  if (left === once.document) return once;
  const more = loseInRdf(left);
  return { document: more.document, losses: [...once.losses, ...more.losses] };
}

/** As `withoutIdleIds`; the same object where nothing is idle. */
function withoutIdle(document: Document): Document {
  const lists = (one: Document) => [one.statements, ...one.bundles.map(({ statements }) => statements)];
  const isNamed = ({ kind, id }: Statement) => id !== undefined && isAnonymous(id) && !isElementKind(kind);
  if (!lists(document).some((statements) => statements.some(isNamed))) return document;
  const stripped = withoutIdleIds(document);
  const before = lists(document);
  const isSame = lists(stripped).every((list, n) => list.every((statement, m) => statement === before[n]?.[m]));
  return isSame ? document : stripped;
}

function loseOnce(document: Document): Lossy {
  const losses: Loss[] = [];
  const { prefixes, statements, bundles } = document;
  const known = { ...IMPLIED_PREFIXES, ...declaredPrefixes(document) };
  const kept: Bundle[] = [];
  for (const bundle of oneOfEachName(bundles, losses)) {
    const { id } = bundle;
    if (!isAnonymous(id) && !isIri(id)) {
      losses.push({ reason: RDF_LOSSES.name, bundle: id });
      continue;
    }
    const own = declaredPrefixes({ prefixes: bundle.prefixes ?? {}, statements: [], bundles: [] });
    const statements = loseInGraph(bundle.statements, { ...known, ...own }, losses, id);
    if (statements.length > 0) kept.push({ ...bundle, statements });
    else losses.push({ reason: RDF_LOSSES.emptyBundle, bundle: id });
  }
  return { document: { prefixes, statements: loseInGraph(statements, known, losses), bundles: kept }, losses };
}

/**
 * What PROV-O carries of a document in Turtle and N-Triples: as {@link loseInRdf}, in one graph. Statements of bundles stand beside the others, so
 * which bundle stated them is lost, and that there was one.
 */
export function loseInOneGraph(document: Document): Lossy {
  if (document.bundles.length === 0) return loseInRdf(document);
  const losses = document.bundles.map(({ id }): Loss => ({ reason: RDF_LOSSES.bundle, bundle: id }));
  const rest = loseInRdf(flattened(document));
  return { document: rest.document, losses: [...losses, ...rest.losses] };
}

function oneOfEachName(bundles: readonly Bundle[], losses: Loss[]): readonly Bundle[] {
  const byName = new Map<Iri, Bundle>();
  for (const bundle of bundles) {
    const same = byName.get(bundle.id);
    if (same === undefined) byName.set(bundle.id, bundle);
    else {
      losses.push({ reason: RDF_LOSSES.sameBundle, bundle: bundle.id });
      const prefixes = { ...bundle.prefixes, ...same.prefixes };
      byName.set(bundle.id, { id: bundle.id, prefixes, statements: [...same.statements, ...bundle.statements] });
    }
  }
  return [...byName.values()];
}

function loseInGraph(
  statements: readonly Statement[],
  prefixes: Prefixes,
  losses: Loss[],
  bundle?: Iri,
): readonly Statement[] {
  const lost = (statement: Statement, reason: string) => {
    losses.push({ reason, statement, ...(bundle !== undefined && { bundle }) });
  };
  const kept: Statement[] = [];
  for (const statement of statements) {
    const left = loseOfStatement(statement, prefixes, (reason) => lost(statement, reason));
    if (left) kept.push(left);
  }
  return merged(kept, prefixes, lost);
}
