import type { Attribute, Iri, KeyEntityPair, Value } from "../model/statement.ts";
import { type Few, withOne } from "./few.ts";
import { idOf, type Node, timeOf, type Values } from "./nodes.ts";
import { PAIR, PROV_O, PROV_TYPE, type RelationKind } from "./prov-o.ts";
import { ATTRIBUTE_NAMES, INFLUENCES, impliedClasses, nodeProperties } from "./prov-o-terms.ts";
import { type Quad, type Term, termKey } from "./terms.ts";

/** What the triples about a node say of the statements that it is itself: elements, or relations that it qualifies. */
export interface Described {
  readonly qualifies: readonly Qualified[];
  readonly keySet: readonly Value[];
  readonly keyEntitySet: readonly KeyEntityPair[];
  readonly attributes: readonly Attribute[];
  /** Its types that are IRIs, those included that properties leading to it stand for. */
  readonly types: ReadonlySet<Iri>;
}

/** A relation that a node qualifies, with the values of its formal attributes, subject included. */
export interface Qualified {
  readonly kind: RelationKind;
  readonly values: Values;
  /** Whether its statements are there already: several subjects may share one node. */
  isRead: boolean;
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

/** What a node is; it is looked at once. */
export function describedIn(graph: Graph, node: Node): Described {
  node.described ??= describe(node, graph);
  return node.described;
}

/** The relation of a kind that a node qualifies. */
export function qualifiedIn(graph: Graph, node: Node, kind: RelationKind): Qualified | undefined {
  return describedIn(graph, node).qualifies.find((one) => one.kind === kind);
}

function describe(node: Node, graph: Graph): Described {
  const values = valuesByKind(node);
  const keySet: Value[] = [];
  const keyEntitySet: KeyEntityPair[] = [];
  const types = new Set(node.types.flatMap(({ object }) => (object.kind === "iri" ? [object.value] : [])));
  const attributes = new AttributeList(graph);
  addTypes(node, types, values, attributes);
  let seen: Set<string> | undefined; // keys and pairs, which quads may repeat
  const isRepeated = (name: string, object: Term) => {
    seen ??= new Set();
    return seen.size === seen.add(`${name} ${termKey(object)}`).size;
  };
  for (const quad of node.rest) {
    const { predicate, object } = quad;
    let isFormal = false;
    for (const [kind, own] of values) {
      const name = nodeProperties(kind).get(predicate.value);
      if (name === undefined) continue;
      isFormal = true;
      if (name === "keySet") {
        if (!isRepeated(name, object)) keySet.push(graph.readValue(object));
      } else if (name === "keyEntitySet") {
        if (!isRepeated(name, object)) for (const pair of pairsOf(quad, graph)) keyEntitySet.push(pair);
      } else {
        const value = name === "time" ? timeOf(object) : object.kind === "literal" ? undefined : idOf(object);
        if (value !== undefined) own.set(name, withOne(own.get(name), value));
        else graph.ignore(quad, MISFIT);
      }
    }
    if (!isFormal) attributes.add(ATTRIBUTE_NAMES.get(predicate.value) ?? predicate.value, object);
  }
  const qualifies = Array.from(values, ([kind, own]): Qualified => ({ kind, values: own, isRead: false }));
  return { qualifies, keySet, keyEntitySet, attributes: attributes.list, types };
}

/** The relations that a node qualifies, each with its subjects: those that lead to it, or else those that its classes say. */
function valuesByKind({ links, elements, types }: Node): Map<RelationKind, Map<string, Few>> {
  const kinds = new Map<RelationKind, Map<string, Few>>();
  // Whoever follows rdfs:subPropertyOf links a node by prov:qualifiedInfluence too.
  const specific = new Set<Node>();
  for (const { kind, owner } of links) if (kind !== "wasInfluencedBy") specific.add(owner);
  for (const { kind, owner } of links) {
    if (kind === "wasInfluencedBy" && specific.has(owner)) continue;
    const values = kinds.get(kind) ?? new Map<string, Few>();
    const { subject } = PROV_O[kind];
    kinds.set(kind, values.set(subject, withOne(values.get(subject), owner.id)));
  }
  if (links.length > 0 || elements.length > 0) return kinds;
  for (const { object } of types) {
    const kind = object.kind === "iri" ? INFLUENCES.get(object.value) : undefined;
    if (kind) kinds.set(kind, new Map());
  }
  if (kinds.size > 1) kinds.delete("wasInfluencedBy");
  return kinds;
}

function addTypes(
  node: Node,
  types: Set<Iri>,
  kinds: ReadonlyMap<RelationKind, unknown>,
  attributes: AttributeList,
): void {
  const implied = [...kinds.keys()].map(impliedClasses);
  for (const { object } of node.types) {
    if (object.kind !== "iri" || !implied.some((classes) => classes.has(object.value)))
      attributes.add(PROV_TYPE, object);
  }
  for (const { type } of node.links) {
    if (type === undefined || types.has(type)) continue;
    types.add(type);
    attributes.add(PROV_TYPE, { kind: "iri", value: type });
  }
}

/** Attributes, each once. */
class AttributeList {
  readonly list: Attribute[] = [];
  readonly #graph: Graph;
  #first: string | undefined;
  #keys: Set<string> | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  add(name: Iri, object: Term): void {
    const key = `${name} ${termKey(object)}`;
    if (this.#first === undefined) this.#first = key;
    else {
      this.#keys ??= new Set([this.#first]);
      if (this.#keys.has(key)) return;
      this.#keys.add(key);
    }
    this.list.push([name, this.#graph.readValue(object)]);
  }
}

/** The pairs of a key-entity node: one, unless several keys or entities are said to be in one. */
export function pairsOf(quad: Quad, graph: Graph): KeyEntityPair[] {
  const node = quad.object.kind === "literal" ? undefined : graph.nodes.get(idOf(quad.object));
  const keys = distinctObjects(node?.rest.filter(({ predicate }) => predicate.value === PAIR.key));
  const entities = distinctObjects(node?.rest.filter(isPairEntity));
  const [key] = keys;
  const [entity] = entities;
  if (!node || !key || !entity || entity.kind === "literal") {
    graph.ignore(quad, "a key-entity pair without its key or entity is part of no statement");
    return [];
  }
  if (keys.length + entities.length > MOST_IN_A_PAIR && graph.pairs.has(node)) {
    graph.ignore(quad, `a key-entity pair of more than ${MOST_IN_A_PAIR} keys and entities is part of one set only`);
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

/** Many sets that share a pair of many keys would hold more pairs than there are triples, by far. */
const MOST_IN_A_PAIR = 16;

function distinctObjects(quads: readonly Quad[] = []): Term[] {
  const [first] = quads;
  if (quads.length < 2) return first ? [first.object] : [];
  return [...new Map(quads.map(({ object }) => [termKey(object), object])).values()];
}

function isPairEntity({ predicate, object }: Quad): boolean {
  return predicate.value === PAIR.entity && object.kind !== "literal";
}

/** What of a key-entity node its pairs do not hold. */
export function besidePairs({ types, rest }: Node): Quad[] {
  const isPair = (quad: Quad) => quad.predicate.value === PAIR.key || isPairEntity(quad);
  return [...types.filter(({ object }) => object.value !== PAIR.class), ...rest.filter((quad) => !isPair(quad))];
}
