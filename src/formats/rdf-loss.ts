import { isAnonymous, withoutIdleIds } from "../model/anonymous.ts";
import type { Bundle, Document } from "../model/document.ts";
import { isIri, type Prefixes } from "../model/names.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { IMPLIED_PREFIXES } from "../rdf/values.ts";
import type { Loss, Lossy } from "./notation.ts";
import { loseOfStatement } from "./rdf-loss-statement.ts";
import { RDF_LOSSES } from "./rdf-losses.ts";
import { merged } from "./rdf-merged.ts";
import { declaredPrefixes } from "./rdf-prefixes.ts";

/**
 * What PROV-O carries of a document in TriG and N-Quads. Every statement loses what no triple can say; then statements that are about one node, or
 * are one triple, become what comes back from RDF. Bundles of one name become one, and empty bundles none.
 */
export function loseInRdf(document: Document): Lossy {
  const losses: Loss[] = [];
  const { prefixes, statements, bundles } = withoutIdleIds(document);
  const known = { ...IMPLIED_PREFIXES, ...declaredPrefixes(document) };
  const kept: Bundle[] = [];
  for (const bundle of oneOfEachName(bundles, losses)) {
    const { id } = bundle;
    if (!isAnonymous(id) && !isIri(id)) {
      losses.push({ reason: RDF_LOSSES.name, bundle: id });
      continue;
    }
    const statements = loseInGraph(bundle.statements, { ...known, ...bundle.prefixes }, losses, id);
    if (statements.length > 0) kept.push({ ...bundle, statements });
    else losses.push({ reason: RDF_LOSSES.emptyBundle, bundle: id });
  }
  return { document: { prefixes, statements: loseInGraph(statements, known, losses), bundles: kept }, losses };
}

/** What PROV-O carries of a document in Turtle and N-Triples: as {@link loseInRdf}, and no bundle at all. */
export function loseInOneGraph(document: Document): Lossy {
  const losses = document.bundles.map(({ id }): Loss => ({ reason: RDF_LOSSES.bundle, bundle: id }));
  const rest = loseInRdf({ ...document, bundles: [] });
  return { document: rest.document, losses: [...rest.losses, ...losses] };
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
