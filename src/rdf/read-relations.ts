import { formalAttributes, type Kind } from "../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import { describedIn, type Graph, hasType, pairsOf, type Qualified, qualifiedIn } from "./described.ts";
import { countOf, eachOf, type Few, hasOne } from "./few.ts";
import { type Node, type Plain, type Relations, termOf, type Values } from "./nodes.ts";
import { PROV_O, PROV_TYPE, type RelationKind, type RelationMapping } from "./prov-o.ts";

/** A graph that is being read. */
export interface Reader extends Graph {
  readonly statements: Statement[];
}

/**
 * Adds the relations of one kind that a node is the subject of. A triple and a qualified node with the same ends are one statement; so are a
 * qualified node without an object and the only triple that no other node covers (cwltool writes associations with a plan so); so are a
 * relation that is the only one of its subject and a time that stands on the subject.
 */
export function readRelations(owner: Node, kind: RelationKind, relations: Relations, reader: Reader): void {
  const { subject, object }: RelationMapping = PROV_O[kind];
  const nodes = qualifiedNodes(relations, kind, reader);
  let triples = uncovered(relations, nodes, object);
  const isOpen = ({ values }: Qualified) => values.get(object) === undefined && countOf(values.get(subject)) === 1;
  const taken = triples.length === 1 && nodes.some(({ qualified }) => isOpen(qualified)) ? triples[0] : undefined;
  if (taken) triples = [];

  let times = timesBeside(relations, nodes);
  const isLone = nodes.length + triples.length === 1 && nodes[0]?.qualified.values.get("time") === undefined;
  const loneTimes = isLone && countOf(times) > 0 ? times : undefined;
  if (loneTimes) times = undefined;

  for (const { node, qualified } of nodes) {
    readQualified(
      node,
      qualified,
      { times: loneTimes, triple: taken && isOpen(qualified) ? taken : undefined },
      reader,
    );
  }
  const { properties } = relations;
  for (const triple of triples) readTriple(owner, kind, { times: loneTimes, triple, properties }, reader);
  if (triples.length === 0 && properties.size > 0) readTriple(owner, kind, { properties }, reader);
  for (const time of eachOf(times)) readTriple(owner, kind, { times: time }, reader);
}

interface Found {
  readonly node: Node;
  readonly qualified: Qualified;
}

function qualifiedNodes({ qualified: nodes }: Relations, kind: RelationKind, reader: Reader): Found[] {
  const found: Found[] = [];
  for (const node of nodes.length > 1 ? new Set(nodes) : nodes) {
    const qualified = qualifiedIn(reader, node, kind);
    if (qualified) found.push({ node, qualified });
  }
  return found;
}

/** The triples that no qualified node says too, and no triple with a subproperty. */
function uncovered({ plain }: Relations, nodes: readonly Found[], object: string): readonly Plain[] {
  if (plain.length === 0 || (plain.length === 1 && nodes.length === 0)) return plain;
  const left = new Map(plain.map((triple) => [plainKey(triple.object, triple.type), triple]));
  const types = new Set(plain.map(({ type }) => type));
  if (types.size > 1) for (const { object, type } of plain) if (type !== undefined) left.delete(plainKey(object));
  for (const { node, qualified } of nodes) {
    const objects = qualified.values.get(object);
    if (left.size === 0 || objects === undefined) continue;
    const said = [...types].filter((type) => type === undefined || hasType(node, type));
    // Either may be long: a subject with many triples, or a node with many objects and subjects.
    if (countOf(objects) <= left.size) {
      for (const object of eachOf(objects)) for (const type of said) left.delete(plainKey(object, type));
    } else {
      for (const [key, { object, type }] of left) if (hasOne(objects, object) && said.includes(type)) left.delete(key);
    }
  }
  return [...left.values()];
}

/** What tells a triple from the others of one subject and kind. */
function plainKey(object: Iri, type?: Iri): string {
  return type === undefined ? object : `${type} ${object}`;
}

/** The times on the subject that no qualified node has. */
function timesBeside({ times }: Relations, nodes: readonly Found[]): Few {
  if (times === undefined || nodes.length === 0) return times;
  const left = new Set(eachOf(times));
  for (const { qualified } of nodes) {
    const own = qualified.values.get("time");
    for (const time of countOf(own) <= left.size ? eachOf(own) : left) if (hasOne(own, time)) left.delete(time);
  }
  return left;
}

/** What stands beside a node and belongs to its relation. */
interface Beside {
  readonly times?: Few;
  readonly triple?: Plain | undefined;
  readonly properties?: Values;
}

function readTriple(owner: Node, kind: RelationKind, { times, triple, properties }: Beside, reader: Reader): void {
  const { subject, object, qualified }: RelationMapping = PROV_O[kind];
  const given = (name: string): Few => {
    if (name === subject) return owner.id;
    if (name === object) return triple?.object;
    return name === "time" ? times : properties?.get(name);
  };
  const keys = qualified?.keys ? { [qualified.keys.name]: [] } : undefined;
  addStatements({ kind, ...keys }, given, typeAttributes(triple), reader.statements);
}

function typeAttributes(triple: Plain | undefined): Attribute[] {
  return triple?.type === undefined ? [] : [[PROV_TYPE, { iri: triple.type }]];
}

/** Adds the statements of a qualified node, those of all its subjects at once. */
export function readQualified(node: Node, found: Qualified, { times, triple }: Beside, reader: Reader): void {
  if (found.isRead) return;
  found.isRead = true;
  const { kind, values } = found;
  const { object, qualified }: RelationMapping = PROV_O[kind];
  const described = describedIn(reader, node);
  const given = (name: string): Few => {
    if (triple && name === object) return triple.object;
    return times !== undefined && name === "time" ? times : values.get(name);
  };
  // An element of the same name has the attributes.
  const own = node.elements.length === 0 ? described.attributes : [];
  const attributes = triple?.type === undefined ? own : [...own, ...typeAttributes(triple)];
  const keys = qualified?.keys ? { [qualified.keys.name]: described[qualified.keys.name] } : undefined;
  addStatements({ kind, id: node.id, ...keys }, given, attributes, reader.statements);
}

/** Adds the memberships of a dictionary, each of which leads to a key-entity pair. */
export function readPairs(owner: Node, { plain }: Relations, reader: Reader): void {
  const { property } = PROV_O.hadDictionaryMember;
  for (const object of new Set(plain.map(({ object }) => object))) {
    for (const { key, entity } of pairsOf(owner, property, termOf(object), reader)) {
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
 * {@link MOST_COMBINATIONS} every value comes once beside the first of the others, and the attributes come once: the statements are then not more
 * than the triples.
 */
export function addStatements(
  base: Base,
  given: (name: string) => Few,
  attributes: readonly Attribute[],
  statements: Statement[],
): void {
  const statement: Record<string, unknown> = { ...base };
  let several: [name: string, values: readonly string[]][] | undefined;
  for (const [name] of formalAttributes(base.kind)) {
    const value = given(name);
    if (value === undefined) continue;
    if (typeof value === "string") statement[name] = value;
    else {
      const list = [...value].sort(); // quads come in any order
      several ??= [];
      several.push([name, list]);
      statement[name] = list[0];
    }
  }
  if (attributes.length > 0) statement.attributes = attributes;
  for (const one of several === undefined ? [statement] : combinations(statement, several)) {
    statements.push(one as unknown as Statement);
  }
}

function combinations(
  statement: Readonly<Record<string, unknown>>,
  several: readonly [name: string, values: readonly string[]][],
): Readonly<Record<string, unknown>>[] {
  const count = several.reduce((product, [, { length }]) => product * length, 1);
  if (count > MOST_COMBINATIONS) {
    const { attributes, ...bare } = statement;
    const more = several.flatMap(([name, [, ...others]]) => others.map((value) => ({ ...bare, [name]: value })));
    return [statement, ...more];
  }
  let all = [statement];
  for (const [name, list] of several) all = all.flatMap((one) => list.map((value) => ({ ...one, [name]: value })));
  return all;
}
