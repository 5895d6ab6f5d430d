import type { Attribute, Iri, KeyEntityPair, Value } from "../model/statement.ts";
import { type Few, withOne } from "./few.ts";
import { eachFact, idOf, type Node, timeOf, type Values } from "./nodes.ts";
import { PAIR, PROV_O, PROV_TYPE, RDF_TYPE, type RelationKind } from "./prov-o.ts";
import { ATTRIBUTE_NAMES, INFLUENCES, impliedClasses, nodeProperties } from "./prov-o-terms.ts";
import { type Term, termKey } from "./terms.ts";

/** What the triples about a node say of the statements that it is itself: elements, or relations that it qualifies. */
export interface Described {
  readonly qualifies: readonly Qualified[];
  readonly keySet: readonly Value[];
  readonly keyEntitySet: readonly KeyEntityPair[];
  readonly attributes: readonly Attribute[];
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
  ignore(node: Node, property: Iri, object: Term, reason: string): void;
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
  const keys = new Distinct<Value>();
  const pairs = new Distinct<readonly KeyEntityPair[]>();
  const attributes = new Distinct<Attribute>();
  const add = (name: Iri, object: Term) => {
    attributes.add(name, object, () => [name, graph.readValue(object)]);
  };
  addTypes(node, values, add);
  eachFact(node.rest, (property, object) => {
    let isFormal = false;
    for (const [kind, own] of values) {
      const name = nodeProperties(kind).get(property);
      if (name === undefined) continue;
      isFormal = true;
      if (name === "keySet") keys.add(name, object, () => graph.readValue(object));
      else if (name === "keyEntitySet") pairs.add(name, object, () => pairsOf(node, property, object, graph));
      else {
        const value = name === "time" ? timeOf(object) : object.kind === "literal" ? undefined : idOf(object);
        if (value !== undefined) own.set(name, withOne(own.get(name), value));
        else graph.ignore(node, property, object, MISFIT);
      }
    }
    if (!isFormal) add(ATTRIBUTE_NAMES.get(property) ?? property, object);
  });
  const qualifies: Qualified[] = [];
  for (const [kind, own] of values) qualifies.push({ kind, values: own, isRead: false });
  return { qualifies, keySet: keys.list, keyEntitySet: pairs.list.flat(), attributes: attributes.list };
}

/** A list of what triples say of one node, each triple once. */
class Distinct<T> {
  list: readonly T[] = NOTHING;
  #first: string | undefined;
  #keys: Set<string> | undefined;

  add(name: string, object: Term, make: () => T): void {
    const key = `${name} ${termKey(object)}`;
    if (this.#first === undefined) {
      this.#first = key;
      this.list = [make()];
      return;
    }
    this.#keys ??= new Set([this.#first]);
    if (this.#keys.size < this.#keys.add(key).size) (this.list as T[]).push(make());
  }
}

const NOTHING: readonly never[] = [];

/** Whether a node has a type, if only because a property that stands for it leads there. */
export function hasType(node: Node, type: Iri): boolean {
  node.typeNames ??= new Set([
    ...node.types.flatMap((one) => (one.kind === "iri" ? [one.value] : [])),
    ...node.links.flatMap((link) => link.type ?? []),
  ]);
  return node.typeNames.has(type);
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
  for (const type of types) {
    const kind = type.kind === "iri" ? INFLUENCES.get(type.value) : undefined;
    if (kind) kinds.set(kind, new Map());
  }
  if (kinds.size > 1) kinds.delete("wasInfluencedBy");
  return kinds;
}

function addTypes(node: Node, kinds: ReadonlyMap<RelationKind, unknown>, add: (name: Iri, object: Term) => void): void {
  for (const type of node.types) {
    let isImplied = false;
    if (type.kind === "iri") for (const kind of kinds.keys()) isImplied ||= impliedClasses(kind).has(type.value);
    if (!isImplied) add(PROV_TYPE, type);
  }
  for (const { type } of node.links) if (type !== undefined) add(PROV_TYPE, { kind: "iri", value: type });
}

/** The pairs of a key-entity node, to which a property of another leads: one, unless several keys or entities are said to be in one. */
export function pairsOf(owner: Node, property: Iri, object: Term, graph: Graph): KeyEntityPair[] {
  const node = object.kind === "literal" ? undefined : graph.nodes.get(idOf(object));
  const keys = new Map<string, Term>();
  const entities = new Set<Iri>();
  eachFact(node?.rest ?? [], (name, value) => {
    if (name === PAIR.key) keys.set(termKey(value), value);
    else if (name === PAIR.entity && value.kind !== "literal") entities.add(idOf(value));
  });
  const [key, ...moreKeys] = keys.values();
  const [entity, ...moreEntities] = entities;
  if (!node || !key || !entity) {
    graph.ignore(owner, property, object, "a key-entity pair without its key or entity is part of no statement");
    return [];
  }
  if (keys.size + entities.size > MOST_IN_A_PAIR && graph.pairs.has(node)) {
    const reason = `a key-entity pair of more than ${MOST_IN_A_PAIR} keys and entities is part of one set only`;
    graph.ignore(owner, property, object, reason);
    return [];
  }
  graph.pairs.add(node);
  const of = (key: Term, entity: Iri): KeyEntityPair => ({ key: graph.readValue(key), entity });
  return [of(key, entity), ...moreKeys.map((one) => of(one, entity)), ...moreEntities.map((one) => of(key, one))];
}

/** Many sets that share a pair of many keys would hold more pairs than there are triples, by far. */
const MOST_IN_A_PAIR = 16;

/** Calls back with what of a key-entity node its pairs do not hold. */
export function eachBesidePairs({ types, rest }: Node, found: (property: Iri, object: Term) => void): void {
  for (const type of types) if (type.value !== PAIR.class) found(RDF_TYPE, type);
  eachFact(rest, (property, object) => {
    const isPart = property === PAIR.key || (property === PAIR.entity && object.kind !== "literal");
    if (!isPart) found(property, object);
  });
}
