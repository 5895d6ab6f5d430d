import { formalAttributes, type Kind } from "../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import { type Described, describe, type Graph, pairsOf } from "./described.ts";
import type { Node, Plain, Relations } from "./nodes.ts";
import { PROV_O, PROV_TYPE, type RelationKind, type RelationMapping } from "./prov-o.ts";

/** A graph that is being read. */
export interface Reader extends Graph {
  readonly statements: Statement[];
  readonly described: Map<Node, Described>;
  /** The qualified nodes whose statements of a kind are there already: several subjects may share one. */
  readonly done: Map<RelationKind, Set<Node>>;
}

export function describedIn(reader: Reader, node: Node): Described {
  let described = reader.described.get(node);
  if (described === undefined) {
    described = describe(node, reader);
    reader.described.set(node, described);
  }
  return described;
}

/**
 * Adds the relations of one kind that a node is the subject of. A triple and a qualified node with the same ends are one statement; so are a
 * qualified node without an object and the only triple that no other node covers (cwltool writes associations with a plan so); so are a
 * relation that is the only one of its subject and a time that stands on the subject.
 */
export function readRelations(owner: Node, kind: RelationKind, relations: Relations, reader: Reader): void {
  const { object } = PROV_O[kind] as RelationMapping;
  const nodes = [...relations.qualified].filter((node) => describedIn(reader, node).kinds.has(kind));
  const values = (node: Node, name: string) => describedIn(reader, node).formal.get(kind)?.get(name);
  let triples = uncovered(relations, nodes, (node) => values(node, object));
  const open = nodes.filter((node) => node.links.length === 1 && !values(node, object));
  const taken = open.length > 0 && triples.length === 1 ? triples[0] : undefined;
  if (taken) triples = [];

  let times = new Set(relations.times);
  for (const node of nodes) for (const time of values(node, "time") ?? []) times.delete(time);
  const isLone = nodes.length + triples.length === 1 && !(nodes[0] && values(nodes[0], "time"));
  const loneTimes = isLone ? times : undefined;
  if (isLone) times = new Set();

  for (const node of nodes) {
    readQualified(node, kind, { times: loneTimes, triple: open.includes(node) ? taken : undefined }, reader);
  }
  for (const triple of triples) readTriple(owner, kind, { times: loneTimes, triple, relations }, reader);
  if (triples.length === 0 && relations.properties.size > 0) readTriple(owner, kind, { relations }, reader);
  for (const time of times) readTriple(owner, kind, { times: [time] }, reader);
}

/** The triples that no qualified node says too, and no triple with a subproperty. */
function uncovered(
  { plain }: Relations,
  nodes: readonly Node[],
  objects: (node: Node) => Iterable<Iri> | undefined,
): Plain[] {
  const covered = new Set<string>();
  for (const node of nodes) {
    const types = [...node.types.map(({ object }) => object.value), ...node.linkTypes, ""];
    for (const object of objects(node) ?? []) for (const type of types) covered.add(`${type} ${object}`);
  }
  for (const { object, type } of plain.values()) if (type) covered.add(` ${object}`);
  return Array.from(plain).flatMap(([key, triple]) => (covered.has(key) ? [] : [triple]));
}

interface Beside {
  readonly times?: Iterable<string> | undefined;
  readonly triple?: Plain | undefined;
  readonly relations?: Relations;
}

function readTriple(owner: Node, kind: RelationKind, { times, triple, relations }: Beside, reader: Reader): void {
  const { subject, object, qualified } = PROV_O[kind] as RelationMapping;
  const values = new Map<string, Iterable<string>>(relations?.properties);
  values.set(subject, [owner.id]);
  if (triple) values.set(object, [triple.object]);
  if (times) values.set("time", times);
  const keys = qualified?.keys ? { [qualified.keys.name]: [] } : {};
  const attributes: Attribute[] = triple?.type ? [[PROV_TYPE, { iri: triple.type }]] : [];
  addStatements({ kind, ...keys }, values, attributes, reader.statements);
}

/** Adds the statements of a qualified node, all of its subjects at once. */
export function readQualified(node: Node, kind: RelationKind, { times, triple }: Beside, reader: Reader): void {
  const done = reader.done.get(kind) ?? new Set();
  if (done.has(node)) return;
  reader.done.set(kind, done.add(node));
  const { subject, object, qualified } = PROV_O[kind] as RelationMapping;
  const { formal, attributes, ...sets } = describedIn(reader, node);
  const values = new Map<string, Iterable<string>>(formal.get(kind));
  values.set(subject, new Set(node.links.flatMap((link) => (link.kind === kind ? [link.owner.id] : []))));
  if (times) values.set("time", times);
  if (triple) values.set(object, [triple.object]);
  const own = node.elements.size === 0 ? [...attributes] : []; // an element of the same name has them
  if (triple?.type) own.push([PROV_TYPE, { iri: triple.type }]);
  const keys = qualified?.keys ? { [qualified.keys.name]: sets[qualified.keys.name] } : {};
  addStatements({ kind, id: node.id, ...keys }, values, own, reader.statements);
}

/** Adds the memberships of a dictionary, each of which leads to a key-entity pair. */
export function readPairs(owner: Node, { plain }: Relations, reader: Reader): void {
  for (const { quad } of plain.values()) {
    for (const { key, entity } of pairsOf(quad, reader)) {
      reader.statements.push({ kind: "hadDictionaryMember", dictionary: owner.id, entity, key });
    }
  }
}

/** What a statement has beside the formal attributes that come as values. */
interface Base {
  readonly kind: Kind;
  readonly id?: Iri;
  readonly keySet?: readonly Value[];
  readonly keyEntitySet?: readonly KeyEntityPair[];
}

/** A node may say so many relations at once. */
const MOST_COMBINATIONS = 256;

/**
 * Adds a statement, or where formal attributes have several values one for each combination: RDF does not tell which belong together. Beyond
 * {@link MOST_COMBINATIONS} every value comes once beside the first of the others, so that the statements are not more than the triples.
 */
export function addStatements(
  base: Base,
  values: ReadonlyMap<string, Iterable<string>>,
  attributes: readonly Attribute[],
  statements: Statement[],
): void {
  const statement: Record<string, unknown> = { ...base };
  const several: [name: string, values: readonly string[]][] = [];
  for (const [name] of formalAttributes(base.kind)) {
    const list = [...(values.get(name) ?? [])];
    if (list.length > 1) several.push([name, list.sort()]); // quads come in any order
    if (list.length > 0) statement[name] = list[0];
  }
  if (attributes.length > 0) statement.attributes = attributes;
  for (const one of several.length === 0 ? [statement] : combinations(statement, several)) {
    statements.push(one as unknown as Statement);
  }
}

function combinations(
  statement: Readonly<Record<string, unknown>>,
  several: readonly [name: string, values: readonly string[]][],
): Readonly<Record<string, unknown>>[] {
  const count = several.reduce((product, [, { length }]) => product * length, 1);
  if (count > MOST_COMBINATIONS) {
    const more = several.flatMap(([name, [, ...others]]) => others.map((value) => ({ ...statement, [name]: value })));
    return [statement, ...more];
  }
  let all = [statement];
  for (const [name, list] of several) all = all.flatMap((one) => list.map((value) => ({ ...one, [name]: value })));
  return all;
}
