import type { Attribute, Iri, KeyEntityPair, Value } from "../model/statement.ts";
import { idOf, type Node, timeOf } from "./nodes.ts";
import { PAIR, PROV_TYPE, RDF_TYPE, type RelationKind } from "./prov-o.ts";
import { ATTRIBUTE_NAMES, INFLUENCES, impliedClasses, nodeProperties } from "./prov-o-terms.ts";
import type { Quad, Term } from "./terms.ts";

/** What the triples about a node say of the statements that it is itself: elements, or relations that it qualifies. */
export interface Described {
  /** The relations that it qualifies. */
  readonly kinds: ReadonlySet<RelationKind>;
  /** The values of the formal attributes of each, by name. */
  readonly formal: ReadonlyMap<RelationKind, ReadonlyMap<string, ReadonlySet<string>>>;
  readonly keySet: readonly Value[];
  readonly keyEntitySet: readonly KeyEntityPair[];
  readonly attributes: readonly Attribute[];
}

/** The graph that nodes stand in, and what is noted while it is read. */
export interface Graph {
  readonly nodes: ReadonlyMap<Iri, Node>;
  readValue(term: Term): Value;
  /** Told of each triple that no statement holds. */
  ignore(quad: Quad, reason: string): void;
  /** The key-entity pairs that statements hold. */
  readonly pairs: Set<Node>;
}

export const MISFIT = "a property of PROV-O with a value that it cannot have is part of no statement";
export const STRAY = "a triple about something that is neither element nor relation of PROV is part of no statement";

export function describe(node: Node, graph: Graph): Described {
  const kinds = kindsOf(node);
  const formal = new Map<RelationKind, Map<string, Set<string>>>(Array.from(kinds, (kind) => [kind, new Map()]));
  const keySet: Value[] = [];
  const keyEntitySet: KeyEntityPair[] = [];
  const attributes = new Map<string, Attribute>();
  const add = (name: Iri, object: Term) => {
    attributes.set(`${name} ${termKey(object)}`, [name, graph.readValue(object)]);
  };
  addTypes(node, kinds, add);
  for (const quad of node.rest) {
    const { predicate, object } = quad;
    let isFormal = false;
    for (const kind of kinds) {
      const name = nodeProperties(kind).get(predicate.value);
      if (name === undefined) continue;
      isFormal = true;
      if (name === "keySet") keySet.push(graph.readValue(object));
      else if (name === "keyEntitySet") keyEntitySet.push(...pairsOf(quad, graph));
      else if (!addFormal(name, object, formal.get(kind) as Map<string, Set<string>>)) graph.ignore(quad, MISFIT);
    }
    if (!isFormal) add(ATTRIBUTE_NAMES.get(predicate.value) ?? predicate.value, object);
  }
  return { kinds, formal, keySet, keyEntitySet, attributes: [...attributes.values()] };
}

/** The relations that a node qualifies: those that lead to it, or else those that its classes say. */
function kindsOf({ links, elements, types }: Node): ReadonlySet<RelationKind> {
  if (links.length > 0) {
    // Whoever follows rdfs:subPropertyOf links a node by prov:qualifiedInfluence too.
    const specific = new Set(links.filter(({ kind }) => kind !== "wasInfluencedBy").map(({ owner }) => owner));
    const said = links.filter(({ kind, owner }) => kind !== "wasInfluencedBy" || !specific.has(owner));
    return new Set(said.map(({ kind }) => kind));
  }
  const kinds = new Set<RelationKind>();
  if (elements.size > 0) return kinds;
  for (const { object } of types) {
    const kind = object.kind === "iri" ? INFLUENCES.get(object.value) : undefined;
    if (kind) kinds.add(kind);
  }
  if (kinds.size > 1) kinds.delete("wasInfluencedBy");
  return kinds;
}

function addTypes(node: Node, kinds: ReadonlySet<RelationKind>, add: (name: Iri, object: Term) => void): void {
  const implied = (type: Iri) => [...kinds].some((kind) => impliedClasses(kind).has(type));
  for (const { object } of node.types) if (object.kind !== "iri" || !implied(object.value)) add(PROV_TYPE, object);
  for (const type of node.linkTypes) add(PROV_TYPE, { kind: "iri", value: type });
}

function addFormal(name: string, object: Term, formal: Map<string, Set<string>>): boolean {
  const value = name === "time" ? timeOf(object) : object.kind === "literal" ? undefined : idOf(object);
  if (value === undefined) return false;
  const values = formal.get(name);
  if (values) values.add(value);
  else formal.set(name, new Set([value]));
  return true;
}

/** The pairs of a key-entity node: one, unless several keys or entities are said to be in one. */
export function pairsOf(quad: Quad, graph: Graph): KeyEntityPair[] {
  const node = quad.object.kind === "literal" ? undefined : graph.nodes.get(idOf(quad.object));
  const keys = node?.rest.filter(({ predicate }) => predicate.value === PAIR.key).map(({ object }) => object) ?? [];
  const entities = node?.rest.filter(isPairEntity).map(({ object }) => object) ?? [];
  const [key] = keys;
  const [entity] = entities;
  if (!node || !key || !entity || entity.kind === "literal") {
    graph.ignore(quad, "a key-entity pair without its key or entity is part of no statement");
    return [];
  }
  graph.pairs.add(node);
  const of = (key: Term, entity: Term) => ({
    key: graph.readValue(key),
    entity: idOf(entity as Exclude<Term, { kind: "literal" }>),
  });
  return [
    of(key, entity),
    ...keys.slice(1).map((one) => of(one, entity)),
    ...entities.slice(1).map((one) => of(key, one)),
  ];
}

function isPairEntity({ predicate, object }: Quad): boolean {
  return predicate.value === PAIR.entity && object.kind !== "literal";
}

/** What of a key-entity node its pairs do not hold. */
export function besidePairs({ types, rest }: Node): Quad[] {
  const isType = ({ predicate, object }: Quad) => predicate.value === RDF_TYPE && object.value === PAIR.class;
  const isPair = (quad: Quad) => quad.predicate.value === PAIR.key || isPairEntity(quad);
  return [...types.filter((quad) => !isType(quad)), ...rest.filter((quad) => !isPair(quad))];
}

function termKey(term: Term): string {
  return term.kind === "literal" ? `"${term.language ?? ""} ${term.type} ${term.value}` : `${term.kind} ${term.value}`;
}
