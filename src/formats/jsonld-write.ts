import type { Document } from "../model/document.ts";
import { PREFIXES, type Prefixes } from "../model/names.ts";
import type { Iri } from "../model/statement.ts";
import { documentQuads } from "../rdf/document-quads.ts";
import { idOf } from "../rdf/nodes.ts";
import { RDF_TYPE } from "../rdf/prov-o.ts";
import { type Quad, type Term, XSD_STRING } from "../rdf/terms.ts";
import { inPieces } from "./pieces.ts";

/** Writes a document in PROV-O as JSON-LD for people to read: prefixes, then one object a node, and one a bundle. See `jsonLd`. */
export function writeJsonLd(document: Document): Iterable<string> {
  return inPieces(texts(document));
}

/** What is said in a graph: by node, then by property, in order of appearance. */
type Nodes = Map<Iri, Map<Iri, Term[]>>;

function* texts(document: Document): Generator<string, void, void> {
  const quads = documentQuads(document);
  const names = new CompactNames(document, quads);
  const graphs = new Map<Iri, Nodes>([["", new Map()]]);
  for (const quad of quads) put(quad, graphs);
  const blocks: string[] = [];
  for (const [graph, nodes] of graphs) {
    // Written before the context, which declares the prefixes that were used.
    if (graph === "") for (const node of nodes) blocks.push(nodeText(node, names, "    "));
    else blocks.push(graphText(graph, nodes, names));
  }
  const context = Object.entries(names.used()).map(
    ([prefix, iri]) => `\n    ${JSON.stringify(prefix)}: ${JSON.stringify(iri)}`,
  );
  yield `{\n  "@context": {${context.join(",")}\n  },\n  "@graph": [`;
  for (const [n, text] of blocks.entries()) yield `${n > 0 ? "," : ""}\n    ${text}`;
  yield `${blocks.length > 0 ? "\n  " : ""}]\n}\n`;
}

function put({ subject, predicate, object, graph }: Quad, graphs: Map<Iri, Nodes>): void {
  const nodes = entry(graphs, graph ? idOf(graph) : "", (): Nodes => new Map());
  const node = entry(nodes, idOf(subject), () => new Map<Iri, Term[]>());
  entry<Term[]>(node, predicate.value, () => []).push(object);
}

function entry<V>(map: Map<Iri, V>, key: Iri, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function graphText(id: Iri, nodes: Nodes, names: CompactNames): string {
  const inner = Array.from(nodes, (node) => `\n        ${nodeText(node, names, "        ")}`);
  return `{\n      "@id": ${JSON.stringify(names.of(id))},\n      "@graph": [${inner.join(",")}\n      ]\n    }`;
}

function nodeText([id, properties]: [Iri, Map<Iri, Term[]>], names: CompactNames, indent: string): string {
  const members = [`"@id": ${JSON.stringify(names.of(id))}`];
  for (const [property, objects] of properties) {
    const types = property === RDF_TYPE ? objects.flatMap((one) => (one.kind === "literal" ? [] : [idOf(one)])) : [];
    if (types.length > 0) members.push(`"@type": ${listed(types.map((type) => names.of(type)))}`);
    const values = types.length === 0 ? objects : objects.filter(({ kind }) => kind === "literal");
    if (values.length === 0) continue;
    members.push(`${JSON.stringify(names.of(property))}: ${listed(values.map((value) => written(value, names)))}`);
  }
  return `{\n${members.map((member) => `${indent}  ${member}`).join(",\n")}\n${indent}}`;
}

function listed(values: readonly unknown[]): string {
  return JSON.stringify(values.length === 1 ? values[0] : values);
}

function written(term: Term, names: CompactNames): unknown {
  if (term.kind !== "literal") return { "@id": names.of(idOf(term)) };
  const { value, type, language } = term;
  if (language !== undefined) return { "@language": language, "@value": value };
  return type === XSD_STRING ? value : { "@type": names.of(type), "@value": value };
}

/** Compact IRIs as JSON-LD 1.1 expands them: by prefixes whose IRI ends in a delimiter, and which no absolute IRI could be taken for. */
class CompactNames {
  readonly #prefixes: readonly (readonly [prefix: string, namespace: string])[];
  readonly #known = new Map<Iri, string>();
  readonly #used: Record<string, string> = {};

  constructor({ prefixes, bundles }: Document, quads: readonly Quad[]) {
    const schemes = schemesIn(quads);
    const given: Prefixes = Object.assign({}, ...bundles.map((bundle) => bundle.prefixes ?? {}), prefixes, STANDARD);
    this.#prefixes = Object.entries(given)
      .filter(([prefix, namespace]) => PREFIX.test(prefix) && !schemes.has(prefix) && NAMESPACE_END.test(namespace))
      .sort(([, a], [, b]) => b.length - a.length);
  }

  of(iri: Iri): string {
    let name = this.#known.get(iri);
    if (name === undefined) {
      name = this.#anew(iri);
      this.#known.set(iri, name);
    }
    return name;
  }

  used(): Prefixes {
    return this.#used;
  }

  #anew(iri: Iri): string {
    for (const [prefix, namespace] of this.#prefixes) {
      const local = iri.slice(namespace.length);
      if (!iri.startsWith(namespace) || local === "" || local.startsWith("//")) continue;
      this.#used[prefix] = namespace;
      return `${prefix}:${local}`;
    }
    return iri;
  }
}

const { prov, rdf, rdfs, xsd } = PREFIXES;
const STANDARD: Prefixes = { prov, rdf, rdfs, xsd };
const PREFIX = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const NAMESPACE_END = /[:/?#[\]@]$/;

function schemesIn(quads: readonly Quad[]): ReadonlySet<string> {
  const schemes = new Set<string>();
  const look = (iri: Iri) => {
    const colon = iri.indexOf(":");
    if (!iri.startsWith("//", colon + 1)) schemes.add(iri.slice(0, colon));
  };
  for (const { subject, predicate, object, graph } of quads) {
    look(idOf(subject));
    look(predicate.value);
    look(object.kind === "literal" ? object.type : idOf(object));
    if (graph) look(idOf(graph));
  }
  return schemes;
}
