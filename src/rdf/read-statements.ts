import { withoutIdleIds } from "../model/anonymous.ts";
import type { Bundle, Document } from "../model/document.ts";
import type { Prefixes } from "../model/names.ts";
import { type ElementKind, formalAttributes } from "../model/relations.ts";
import type { Attribute, Iri, Statement, Value } from "../model/statement.ts";
import { describedIn, eachBesidePairs, MISFIT, STRAY } from "./described.ts";
import { eachFact, idOf, type Node, Nodes, termOf } from "./nodes.ts";
import { ELEMENTS, NARROWER_ELEMENTS, PROV_TYPE, RDF_TYPE } from "./prov-o.ts";
import { addStatements, type Reader, readPairs, readQualified, readRelations } from "./read-relations.ts";
import type { Quad, Term } from "./terms.ts";
import { valueReader } from "./values.ts";

/** A document, and the triples that no statement of it holds. */
export interface Reading {
  readonly document: Document;
  readonly ignored: readonly Ignored[];
}

export interface Ignored {
  readonly quad: Quad;
  /** One sentence, the same for all triples of a kind. */
  readonly reason: string;
}

/**
 * The document that quads state in PROV-O, PROV-Links and PROV-Dictionary: the default graph holds its statements, each named graph is a bundle.
 * A triple and a qualified node that say the same relation are one statement; a formal attribute with several values gives a statement for each.
 * What is an element is so by a class of PROV, by the times of an activity, or by standing in a relation and having attributes; what is only
 * referred to is none. Prefixes resolve keys and values of type `prov:QUALIFIED_NAME` and `xsd:QName`.
 */
export function readStatements(quads: Iterable<Quad>, prefixes: Prefixes = {}): Reading {
  const reader = new StatementReader();
  for (const quad of quads) reader.add(quad);
  return reader.end(prefixes);
}

/** As {@link readStatements}, with quads that come one by one: what is kept of them is less than the quads. */
export class StatementReader {
  /** How many quads there were. */
  count = 0;
  readonly #graphs = new Map<Iri | undefined, Nodes>([[undefined, new Nodes()]]);

  add(quad: Quad): void {
    this.count++;
    const name = quad.graph && idOf(quad.graph);
    let nodes = this.#graphs.get(name);
    if (nodes === undefined) {
      nodes = new Nodes();
      this.#graphs.set(name, nodes);
    }
    nodes.add(quad);
  }

  end(prefixes: Prefixes): Reading {
    const ignored: Ignored[] = [];
    const readValue = valueReader(prefixes);
    let statements: readonly Statement[] = [];
    const bundles: Bundle[] = [];
    for (const [id, nodes] of this.#graphs) {
      const found = statementsIn(nodes, id, readValue, ignored);
      if (id === undefined) statements = found;
      else if (found.length > 0) bundles.push({ id, statements: found });
      this.#graphs.delete(id);
    }
    return { document: withoutIdleIds({ prefixes, statements, bundles }), ignored };
  }
}

/** The statements of one graph; anonymous ids are kept, whether anything refers to them or not. */
export function readGraph(quads: Iterable<Quad>, readValue: (term: Term) => Value): Statement[] {
  const nodes = new Nodes();
  for (const quad of quads) nodes.add(quad);
  return statementsIn(nodes, undefined, readValue, []);
}

function statementsIn(
  nodes: Nodes,
  graph: Iri | undefined,
  readValue: (term: Term) => Value,
  ignored: Ignored[],
): Statement[] {
  nodes.classify();
  for (const quad of nodes.misfits) ignored.push({ quad, reason: MISFIT });
  const ignore = (node: Node, property: Iri, object: Term, reason: string) => {
    const triple = { subject: termOf(node.id), predicate: { kind: "iri", value: property }, object } as const;
    ignored.push({ quad: graph === undefined ? triple : { ...triple, graph: termOf(graph) }, reason });
  };
  const reader: Reader = { nodes: nodes.byId, readValue, ignore, pairs: new Set(), statements: [] };
  const unclear: Node[] = [];
  for (const node of nodes.byId.values()) if (!readNode(node, reader)) unclear.push(node);
  readUnclear(unclear, reader);
  return reader.statements;
}

/** Adds the statements of a node and says whether that is all there is to it. */
function readNode(node: Node, reader: Reader): boolean {
  if (node.elements.length > 0) readElements(node, node.elements, reader);
  for (const [kind, relations] of node.relations) {
    if (kind === "hadDictionaryMember") readPairs(node, relations, reader);
    else readRelations(node, kind, relations, reader);
  }
  if (node.links.length > 0) return true;
  if (node.types.length + node.rest.length === 0) return true;
  const { qualifies } = describedIn(reader, node);
  for (const one of qualifies) readQualified(node, one, {}, reader);
  return node.elements.length > 0 || qualifies.length > 0;
}

/** One statement for each kind of element that a node is; the first has the attributes, except types that only another kind can have. */
function readElements(node: Node, elements: readonly ElementKind[], reader: Reader): void {
  const { attributes } = describedIn(reader, node);
  const kinds = elements.length === 1 ? elements : ELEMENT_KINDS.filter((kind) => elements.includes(kind));
  for (const kind of kinds) {
    const own = kinds.length === 1 ? attributes : attributes.filter((one) => homeOf(one, kinds) === kind);
    const given = (name: string) => (kind === "activity" ? node.times.get(name) : undefined);
    addStatements({ kind, id: node.id }, given, own, reader.statements);
  }
}

const ELEMENT_KINDS = Object.keys(ELEMENTS) as ElementKind[];
/** The kind that has an attribute, of several kinds that a node is. */
function homeOf([name, value]: Attribute, kinds: readonly ElementKind[]): ElementKind | undefined {
  const isType = name === PROV_TYPE && typeof value === "object" && "iri" in value;
  const kind = isType && Object.hasOwn(NARROWER_ELEMENTS, value.iri) ? NARROWER_ELEMENTS[value.iri] : undefined;
  return kind !== undefined && kinds.includes(kind) ? kind : kinds[0];
}

/** Nodes with attributes but no class of PROV are what the relations that name them demand: PROV-O's domains and ranges. */
function readUnclear(nodes: readonly Node[], reader: Reader): void {
  const demanded = new Map<Iri, Set<ElementKind>>();
  for (const node of nodes) if (!reader.pairs.has(node)) demanded.set(node.id, new Set());
  if (demanded.size > 0) for (const statement of reader.statements) demand(statement, demanded);
  for (const node of nodes) {
    const [kind] = ELEMENT_KINDS.filter((kind) => demanded.get(node.id)?.has(kind));
    if (kind) readElements(node, [kind], reader);
    else {
      const stray = (property: Iri, object: Term) => reader.ignore(node, property, object, STRAY);
      if (reader.pairs.has(node)) eachBesidePairs(node, stray);
      else {
        for (const type of node.types) stray(RDF_TYPE, type);
        eachFact(node.rest, stray);
      }
    }
  }
}

function demand(statement: Statement, demanded: ReadonlyMap<Iri, Set<ElementKind>>): void {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  for (const [name, kind] of formalAttributes(statement.kind)) {
    if (kind === "entity" || kind === "activity" || kind === "agent") demanded.get(values[name] as Iri)?.add(kind);
  }
  if (statement.kind !== "derivedByInsertionFrom") return;
  for (const { entity } of statement.keyEntitySet ?? []) demanded.get(entity)?.add("entity");
}
