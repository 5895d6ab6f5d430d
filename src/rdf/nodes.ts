import type { ElementKind } from "../model/relations.ts";
import type { Iri } from "../model/statement.ts";
import type { Described } from "./described.ts";
import { type Few, withOne } from "./few.ts";
import { DATE_TIME, NARROWER_ELEMENTS, RDF_TYPE, type RelationKind } from "./prov-o.ts";
import { ELEMENT_CLASSES, INFLUENCES, INVERSES, ROLES } from "./prov-o-terms.ts";
import { type BlankTerm, type IriTerm, type Quad, type Term, XSD_STRING } from "./terms.ts";

/**
 * A node of one graph and what the graph says of it, sorted by what PROV-O makes of it. Lists are as the quads came, which may repeat themselves; most
 * are empty, and then shared.
 */
export interface Node {
  /** Its IRI, or `_:label`. */
  readonly id: Iri;
  /** The kinds of element that it is. */
  elements: readonly ElementKind[];
  /** The times of an activity, by the name of the formal attribute. */
  times: Values;
  relations: ReadonlyMap<RelationKind, Relations>;
  /** The relations that this node qualifies. */
  links: readonly Link[];
  /** Its types other than those of elements. */
  types: readonly Quad[];
  /** What is left: attributes, and the formal attributes of a qualified node. */
  rest: readonly Quad[];
  /** What comes of all this, once somebody asked. */
  described?: Described;
}

/** Values by the names of formal attributes. */
export type Values = ReadonlyMap<string, Few>;

/** A node and the kind of relation that this node qualifies for it. */
export interface Link {
  readonly kind: RelationKind;
  readonly owner: Node;
  /** A `prov:type` that the property stands for. */
  readonly type: Iri | undefined;
}

/** What a node says of its relations of one kind. */
export interface Relations {
  /** The triples that are such a relation. */
  readonly plain: Plain[];
  readonly qualified: Node[];
  /** Times that stand beside the relation, on the subject. */
  times: Few;
  /** Further formal attributes that are properties of the subject. */
  properties: Values;
}

export interface Plain {
  readonly object: Iri;
  /** A `prov:type` that the property stands for. */
  readonly type: Iri | undefined;
  readonly quad: Quad;
}

const NONE: readonly never[] = [];
const NO_VALUES: Values = new Map();
const NO_RELATIONS: ReadonlyMap<RelationKind, Relations> = new Map();

/** The nodes of a graph, in order of appearance. A triple with a value that its property cannot have goes to `misfit`. */
export function nodesOf(quads: Iterable<Quad>, misfit: (quad: Quad) => void): Map<Iri, Node> {
  const nodes = new Map<Iri, Node>();
  for (const quad of quads) if (!place(forward(quad), nodes)) misfit(quad);
  for (const node of nodes.values()) classify(node);
  return nodes;
}

export function idOf(term: IriTerm | BlankTerm): Iri {
  return term.kind === "iri" ? term.value : `_:${term.value}`;
}

/** PROV-O's inverse properties say the same as the one that it prefers. */
function forward(quad: Quad): Quad {
  const property = INVERSES.get(quad.predicate.value);
  if (property === undefined || quad.object.kind === "literal") return quad;
  return { ...quad, subject: quad.object, predicate: { kind: "iri", value: property }, object: quad.subject };
}

function place(quad: Quad, nodes: Map<Iri, Node>): boolean {
  const node = nodeOf(idOf(quad.subject), nodes);
  const { predicate, object } = quad;
  if (predicate.value === RDF_TYPE) {
    const kind = object.kind === "iri" ? ELEMENT_CLASSES.get(object.value) : undefined;
    if (kind === undefined) node.types = withLast(node.types, quad);
    else if (!node.elements.includes(kind)) node.elements = [...node.elements, kind];
    return true;
  }
  const role = ROLES.get(predicate.value);
  if (role === undefined) {
    if (INVERSES.has(predicate.value)) return false;
    node.rest = withLast(node.rest, quad);
    return true;
  }
  if (role.is === "time" || role.is === "shortcut") {
    const time = timeOf(object);
    if (time === undefined) return false;
    if (role.is === "time") node.times = withValue(node.times, role.name, time);
    else {
      const relations = relationsOf(node, role.kind);
      relations.times = withOne(relations.times, time);
    }
    return true;
  }
  if (object.kind === "literal") return false;
  const relations = relationsOf(node, role.kind);
  const id = idOf(object);
  if (role.is === "property") relations.properties = withValue(relations.properties, role.name, id);
  else if (role.is === "relation") relations.plain.push({ object: id, type: role.type, quad });
  else {
    const qualified = nodeOf(id, nodes);
    relations.qualified.push(qualified);
    qualified.links = withLast(qualified.links, { kind: role.kind, owner: node, type: role.type });
  }
  return true;
}

/** What has no class of PROV-DM's own may have a narrower one of PROV-O, or the times of an activity. */
function classify(node: Node): void {
  const { elements, links, types, times } = node;
  if (elements.length > 0) return;
  const kinds = new Set<ElementKind>(times.size > 0 ? ["activity"] : []);
  if (links.length === 0 && !types.some(({ object }) => INFLUENCES.has(object.value))) {
    for (const { object } of types) {
      const isNarrower = object.kind === "iri" && Object.hasOwn(NARROWER_ELEMENTS, object.value);
      if (isNarrower) kinds.add(NARROWER_ELEMENTS[object.value] as ElementKind);
    }
  }
  if (kinds.size > 0) node.elements = [...kinds];
}

function nodeOf(id: Iri, nodes: Map<Iri, Node>): Node {
  let node = nodes.get(id);
  if (node === undefined) {
    node = { id, elements: NONE, times: NO_VALUES, relations: NO_RELATIONS, links: NONE, types: NONE, rest: NONE };
    nodes.set(id, node);
  }
  return node;
}

function relationsOf(node: Node, kind: RelationKind): Relations {
  let found = node.relations.get(kind);
  if (found === undefined) {
    found = { plain: [], qualified: [], times: undefined, properties: NO_VALUES };
    if (node.relations === NO_RELATIONS) node.relations = new Map();
    (node.relations as Map<RelationKind, Relations>).set(kind, found);
  }
  return found;
}

function withLast<T>(list: readonly T[], one: T): readonly T[] {
  if (list.length === 0) return [one];
  (list as T[]).push(one);
  return list;
}

export function withValue(values: Values, name: string, value: string): Values {
  const own = values === NO_VALUES ? new Map<string, Few>() : (values as Map<string, Few>);
  return own.set(name, withOne(own.get(name), value));
}

const TIME_TYPES = new Set([DATE_TIME, `${DATE_TIME}Stamp`]);
const TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** An xsd:dateTime, or a plain string that has its form: many programs forget the datatype. */
export function timeOf(term: Term): string | undefined {
  if (term.kind !== "literal") return undefined;
  const isTime = TIME_TYPES.has(term.type) || (term.type === XSD_STRING && TIME.test(term.value));
  return isTime ? term.value : undefined;
}
