import type { Document } from "../../model/document.ts";
import { PREFIXES, type Prefixes, shortenName } from "../../model/names.ts";
import { idOf } from "../../rdf/nodes.ts";
import { readStatements } from "../../rdf/read-statements.ts";
import type { Quad, Term } from "../../rdf/terms.ts";
import type { Notation } from "../notation.ts";
import { unreadableAt } from "../unreadable.ts";

/**
 * The document that the quads of a text state, for the notations of RDF. What no statement holds goes to `ignored`.
 * @throws {ProvenanceError} `unreadable` for quads that say nothing in PROV.
 */
export function documentOfQuads(
  quads: readonly Quad[],
  prefixes: Prefixes,
  ignored?: Parameters<Notation["read"]>[1],
): Document {
  const reading = readStatements(quads, prefixes);
  const { statements, bundles } = reading.document;
  if (quads.length > 0 && statements.length === 0 && bundles.length === 0) {
    throw unreadableAt(
      "the whole document",
      `expected terms of ${PREFIXES.prov} that make statements of PROV, found none in ${quads.length} triples`,
    );
  }
  if (ignored) {
    for (const { reason, quad } of reading.ignored) {
      ignored({ reason, example: tripleText(quad, prefixes), ...(quad.graph && { bundle: idOf(quad.graph) }) });
    }
  }
  return reading.document;
}

/** A triple as a warning shows it. */
function tripleText({ subject, predicate, object }: Quad, prefixes: Prefixes): string {
  const text = (term: Term) => {
    if (term.kind === "literal") return JSON.stringify(term.value.slice(0, 60));
    return (
      shortenName(term.value, { ...PREFIXES, ...prefixes }) ?? (term.kind === "iri" ? `<${term.value}>` : idOf(term))
    );
  };
  return `${text(subject)} ${text(predicate)} ${text(object)}`;
}
