import dataFactory from "@rdfjs/data-model";
import type * as RDF from "@rdfjs/types";
import { ProvenanceError } from "../model/error.ts";
import {
  type BlankTerm,
  type IriTerm,
  literalTerm,
  type Quad,
  RDF_LANG_STRING,
  type Term,
  XSD_STRING,
} from "./terms.ts";

/** The same term in the data model that RDF/JS libraries share (https://rdf.js.org/data-model-spec/). */
export function toRdfJs(term: IriTerm): RDF.NamedNode;
export function toRdfJs(term: IriTerm | BlankTerm): RDF.NamedNode | RDF.BlankNode;
export function toRdfJs(term: Term): RDF.NamedNode | RDF.BlankNode | RDF.Literal;
export function toRdfJs(term: Term): RDF.NamedNode | RDF.BlankNode | RDF.Literal {
  if (term.kind === "iri") return dataFactory.namedNode(term.value);
  if (term.kind === "blank") return dataFactory.blankNode(term.value);
  if (term.language !== undefined) return dataFactory.literal(term.value, term.language);
  return term.type === XSD_STRING
    ? dataFactory.literal(term.value)
    : dataFactory.literal(term.value, dataFactory.namedNode(term.type));
}

export function quadToRdfJs(quad: Quad): RDF.Quad {
  const { subject, predicate, object, graph } = quad;
  const graphTerm = graph ? toRdfJs(graph) : dataFactory.defaultGraph();
  return dataFactory.quad(toRdfJs(subject), toRdfJs(predicate), toRdfJs(object), graphTerm);
}

/**
 * A plain term of an RDF/JS term of any library.
 * @throws {ProvenanceError} `bad-argument` for a variable or a quoted triple, which no statement of PROV holds.
 */
export function fromRdfJs(term: RDF.Term): Term {
  switch (term.termType) {
    case "NamedNode":
      return { kind: "iri", value: term.value };
    case "BlankNode":
      return { kind: "blank", value: term.value };
    case "Literal": {
      const type = term.datatype.value;
      return literalTerm(term.value, type === RDF_LANG_STRING ? { language: term.language } : { type });
    }
    default:
      throw refused(`a ${term.termType}`);
  }
}

/** @throws {ProvenanceError} `bad-argument` for a quad that RDF 1.1 does not allow. */
export function quadFromRdfJs(quad: RDF.BaseQuad): Quad {
  const subject = fromRdfJs(quad.subject);
  const predicate = fromRdfJs(quad.predicate);
  if (subject.kind === "literal") throw refused("a literal as subject");
  if (predicate.kind !== "iri") throw refused("a predicate that is no IRI");
  const triple = { subject, predicate, object: fromRdfJs(quad.object) };
  if (quad.graph.termType === "DefaultGraph") return triple;
  const graph = fromRdfJs(quad.graph);
  if (graph.kind === "literal") throw refused("a literal as graph");
  return { ...triple, graph };
}

function refused(what: string): ProvenanceError {
  return new ProvenanceError(
    "bad-argument",
    `${what} cannot be part of a quad here; give IRIs, blank nodes and literals`,
  );
}
