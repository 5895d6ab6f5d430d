import { Parser } from "n3";
import { quadFromRdfJs } from "../../src/rdf/rdfjs.ts";
import type { Quad } from "../../src/rdf/terms.ts";

export const NAMESPACES = {
  prov: "http://www.w3.org/ns/prov#",
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  ex: "http://example.org/",
};

const PREFIXES = Object.entries(NAMESPACES).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>\n`);

/** The quads of a piece of TriG in which the usual prefixes are known. Labels of blank nodes are kept. */
export function trig(text: string): Quad[] {
  const parser = new Parser({ format: "TriG", blankNodePrefix: "" });
  return parser.parse(PREFIXES.join("") + text).map(quadFromRdfJs);
}

/** Any data with the IRIs of the usual namespaces shortened. */
export function short<T>(data: T): T {
  let text = JSON.stringify(data);
  for (const [prefix, iri] of Object.entries(NAMESPACES)) text = text.replaceAll(iri, `${prefix}:`);
  return JSON.parse(text);
}
