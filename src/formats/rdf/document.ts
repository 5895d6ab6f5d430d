import type { Document } from "../../model/document.ts";
import { PREFIXES, type Prefixes, shortenName } from "../../model/names.ts";
import { idOf } from "../../rdf/nodes.ts";
import { StatementReader } from "../../rdf/read-statements.ts";
import type { Quad, Term } from "../../rdf/terms.ts";
import type { Notation } from "../notation.ts";
import { unreadableAt } from "../unreadable.ts";

/**
 * The document that the quads of a text state, for the notations of RDF. What no statement holds goes to `ignored`.
 * @throws {ProvenanceError} `unreadable` for quads that say nothing in PROV.
 */
export function documentOfQuads(quads: readonly Quad[], prefixes: Prefixes, ignored?: Ignored): Document {
  const reader = new StatementReader();
  for (const quad of quads) reader.add(quad);
  return documentRead(reader, prefixes, ignored);
}

type Ignored = Parameters<Notation["read"]>[1];

/** As {@link documentOfQuads}, of quads that a reader has taken in already. */
export function documentRead(reader: StatementReader, prefixes: Prefixes, ignored?: Ignored): Document {
  const { document, ignored: left } = reader.end(prefixes);
  if (reader.count > 0 && document.statements.length === 0 && document.bundles.length === 0) {
    throw unreadableAt(
      "the whole document",
      `expected terms of ${PREFIXES.prov} that make statements of PROV, found none in ${reader.count} triples`,
    );
  }
  if (ignored) {
    for (const { reason, quad } of left) {
      ignored({ reason, example: tripleText(quad, prefixes), ...(quad.graph && { bundle: idOf(quad.graph) }) });
    }
  }
  return document;
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
