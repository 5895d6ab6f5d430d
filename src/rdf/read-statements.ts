import { withoutIdleIds } from "../model/anonymous.ts";
import type { Bundle, Document } from "../model/document.ts";
import type { Prefixes } from "../model/names.ts";
import { type ElementKind, formalAttributes } from "../model/relations.ts";
import type { Attribute, Iri, Statement, Value } from "../model/statement.ts";
import { besidePairs, describedIn, MISFIT, STRAY } from "./described.ts";
import { idOf, type Node, nodesOf } from "./nodes.ts";
import { ELEMENTS, NARROWER_ELEMENTS, PROV_TYPE } from "./prov-o.ts";
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
  const graphs = new Map<Iri | undefined, Quad[]>([[undefined, []]]);
  for (const quad of quads) {
    const name = quad.graph && idOf(quad.graph);
    const graph = graphs.get(name);
    if (graph) graph.push(quad);
    else graphs.set(name, [quad]);
  }
  const ignored: Ignored[] = [];
  const readValue = valueReader(prefixes);
  let statements: readonly Statement[] = [];
  const bundles: Bundle[] = [];
  for (const [id, graph] of graphs) {
    const found = readGraph(graph, readValue, ignored);
    if (id === undefined) statements = found;
    else if (found.length > 0) bundles.push({ id, statements: found });
  }
  return { document: withoutIdleIds({ prefixes, statements, bundles }), ignored };
}

/** The statements of one graph; anonymous ids are kept, whether anything refers to them or not. */
export function readGraph(quads: Iterable<Quad>, readValue: (term: Term) => Value, ignored: Ignored[]): Statement[] {
  const ignore = (quad: Quad, reason: string) => void ignored.push({ quad, reason });
  const nodes = nodesOf(quads, (quad) => ignore(quad, MISFIT));
  const reader: Reader = { nodes, readValue, ignore, pairs: new Set(), statements: [] };
  const unclear: Node[] = [];
  for (const node of nodes.values()) if (!readNode(node, reader)) unclear.push(node);
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
      const stray = reader.pairs.has(node) ? besidePairs(node) : [...node.types, ...node.rest];
      for (const quad of stray) reader.ignore(quad, STRAY);
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
