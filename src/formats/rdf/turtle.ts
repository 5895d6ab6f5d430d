import { Writer } from "n3";
import { ProvenanceError } from "../../model/error.ts";
import { checkIri, PREFIXES, type Prefixes } from "../../model/names.ts";
import { quadToRdfJs } from "../../rdf/rdfjs.ts";
import { type Quad, RDF_LANG_STRING, type Term, XSD_STRING } from "../../rdf/terms.ts";

/**
 * Triples as Turtle for people to read: sorted, grouped by subject, `a` first. Graphs are left out, and a triple of
 * several graphs comes once. The same triples in whatever order give the same text. The fixed prefixes of provml and the
 * given ones are declared where they are used.
 * @throws {ProvenanceError} `bad-iri`, `bad-option` for a prefix that is none, `bad-argument` for a bad blank node.
 */
export function writeTurtle(quads: Iterable<Quad>, prefixes: Prefixes = {}): string {
  const triples = Array.from(quads, ({ subject, predicate, object }): Quad => ({ subject, predicate, object }));
  return write(triples, prefixes, "Turtle");
}

/** As {@link writeTurtle}, with each graph in a block of its own: TriG. The default graph comes first. */
export function writeTrig(quads: Iterable<Quad>, prefixes: Prefixes = {}): string {
  return write(Array.from(quads), prefixes, "TriG");
}

function write(quads: Quad[], given: Prefixes, format: string): string {
  for (const quad of quads) checkQuad(quad);
  const prefixes = usedPrefixes(quads, checkPrefixes(given));
  const writer = new Writer({ format, prefixes });
  let previous: Quad | undefined;
  for (const quad of quads.sort(compareQuads)) {
    if (previous && compareQuads(previous, quad) === 0) continue;
    writer.addQuad(quadToRdfJs(quad));
    previous = quad;
  }
  let text = "";
  writer.end((error, result) => {
    if (error) throw error;
    text = result;
  });
  return text.toWellFormed(); // as any encoder would make it
}

/** n3's writer takes every string for an IRI or a label, so an unchecked one could end its term and add triples. */
function checkQuad(quad: Quad): void {
  checkTerm(quad.subject);
  checkTerm(quad.predicate);
  checkTerm(quad.object);
  if (quad.graph) checkTerm(quad.graph);
}

function checkTerm(term: Term): void {
  if (term.kind === "iri") checkIri(term.value, "a term of a quad");
  else if (term.kind === "literal") {
    checkIri(term.type, "the datatype of a literal");
    if (term.language === undefined || LANGUAGE.test(term.language)) return;
    throw new ProvenanceError("bad-argument", `${JSON.stringify(term.language)} is not a language tag`);
  } else if (!BLANK_LABEL.test(term.value)) {
    throw new ProvenanceError("bad-argument", `${JSON.stringify(term.value)} is not a label of a blank node`);
  }
}

const LANGUAGE = /^[A-Za-z]+(-[A-Za-z0-9]+)*$/;
const BLANK_LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;

function checkPrefixes(given: Prefixes): Prefixes {
  for (const [prefix, namespace] of Object.entries(given)) {
    checkIri(namespace, `the prefix ${JSON.stringify(prefix)}`);
    if (PREFIX.test(prefix)) continue;
    throw new ProvenanceError(
      "bad-option",
      `${JSON.stringify(prefix)} is not a prefix; use ASCII letters, digits and -`,
    );
  }
  return { ...PREFIXES, ...given };
}

const PREFIX = /^([A-Za-z]([\w.-]*[\w-])?)?$/;

function usedPrefixes(quads: readonly Quad[], prefixes: Prefixes): Record<string, string> {
  const unused = new Map(Object.entries(prefixes));
  const use = (iri: string) => {
    for (const [prefix, namespace] of unused) if (iri.startsWith(namespace)) unused.delete(prefix);
  };
  for (const { subject, predicate, object, graph } of quads) {
    if (unused.size === 0) break;
    if (subject.kind === "iri") use(subject.value);
    if (predicate.value !== RDF_TYPE) use(predicate.value); // written as `a`
    if (object.kind === "iri") use(object.value);
    else if (object.kind === "literal" && !UNWRITTEN.has(object.type)) use(object.type);
    if (graph?.kind === "iri") use(graph.value);
  }
  return Object.fromEntries(Object.entries(prefixes).filter(([prefix]) => !unused.has(prefix)));
}

const RDF_TYPE = `${PREFIXES.rdf}type`;
/** Datatypes that Turtle does not spell out. */
const UNWRITTEN = new Set([XSD_STRING, RDF_LANG_STRING]);

function compareQuads(a: Quad, b: Quad): number {
  return (
    compareTerms(a.graph, b.graph) ||
    compareTerms(a.subject, b.subject) ||
    comparePredicates(a.predicate.value, b.predicate.value) ||
    compareTerms(a.object, b.object)
  );
}

function comparePredicates(a: string, b: string): number {
  if (a === b) return 0;
  if (a === RDF_TYPE) return -1;
  return b === RDF_TYPE ? 1 : compareStrings(a, b);
}

function compareTerms(a: Term | undefined, b: Term | undefined): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
  return (
    compareStrings(a.value, b.value) ||
    compareStrings(a.kind, b.kind) ||
    (a.kind === "literal" && b.kind === "literal"
      ? compareStrings(a.type, b.type) || compareStrings(a.language ?? "", b.language ?? "")
      : 0)
  );
}

/** By code unit, so that the order is the same everywhere. */
function compareStrings(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
