import type { ElementKind } from "../model/relations.ts";
import type { Iri } from "../model/statement.ts";
import { DATE_TIME, NARROWER_ELEMENTS, RDF_TYPE, type RelationKind } from "./prov-o.ts";
import { ELEMENT_CLASSES, INFLUENCES, INVERSES, ROLES } from "./prov-o-terms.ts";
import { type BlankTerm, type IriTerm, type Quad, type Term, XSD_STRING } from "./terms.ts";

/** A node of one graph and what the graph says of it, sorted by what PROV-O makes of it. */
export interface Node {
  /** Its IRI, or `_:label`. */
  readonly id: Iri;
  /** The kinds of element that it is. */
  readonly elements: Set<ElementKind>;
  /** The times of an activity, by the name of the formal attribute. */
  readonly times: Map<string, Set<string>>;
  readonly relations: Map<RelationKind, Relations>;
  /** The relations that this node qualifies. */
  readonly links: Link[];
  /** Types that the properties leading here stand for. */
  readonly linkTypes: Set<Iri>;
  /** Its types other than those of elements. */
  readonly types: Quad[];
  /** What is left: attributes, and the formal attributes of a qualified node. */
  readonly rest: Quad[];
}

/** A node and the kind of relation that this node qualifies for it. */
export interface Link {
  readonly kind: RelationKind;
  readonly owner: Node;
}

/** What a node says of its relations of one kind. */
export interface Relations {
  /** The triples that are such a relation, by object and type. */
  readonly plain: Map<string, Plain>;
  readonly qualified: Set<Node>;
  /** Times that stand beside the relation, on the subject. */
  readonly times: Set<string>;
  /** Further formal attributes that are properties of the subject. */
  readonly properties: Map<string, Set<Iri>>;
}

export interface Plain {
  readonly object: Iri;
  /** A `prov:type` that the property stands for. */
  readonly type?: Iri;
  readonly quad: Quad;
}

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
    if (kind) node.elements.add(kind);
    else node.types.push(quad);
    return true;
  }
  const role = ROLES.get(predicate.value);
  if (role === undefined) {
    if (INVERSES.has(predicate.value)) return false;
    node.rest.push(quad);
    return true;
  }
  if (role.is === "time") return addTime(object, listed(node.times, role.name));
  const relations = relationsOf(node, role.kind);
  if (role.is === "shortcut") return addTime(object, relations.times);
  if (object.kind === "literal") return false;
  const id = idOf(object);
  if (role.is === "property") listed(relations.properties, role.name).add(id);
  else if (role.is === "relation") {
    const plain: Plain = role.type ? { object: id, type: role.type, quad } : { object: id, quad };
    relations.plain.set(`${role.type ?? ""} ${id}`, plain);
  } else {
    const qualified = nodeOf(id, nodes);
    if (role.type) qualified.linkTypes.add(role.type);
    if (!relations.qualified.has(qualified)) qualified.links.push({ kind: role.kind, owner: node });
    relations.qualified.add(qualified);
  }
  return true;
}

/** What has no class of PROV-DM's own may have a narrower one of PROV-O, or the times of an activity. */
function classify(node: Node): void {
  const { elements, links, types, times } = node;
  if (elements.size > 0) return;
  if (times.size > 0) elements.add("activity");
  if (links.length > 0 || types.some(({ object }) => INFLUENCES.has(object.value))) return;
  for (const { object } of types) {
    const kind = object.kind === "iri" && Object.hasOwn(NARROWER_ELEMENTS, object.value);
    if (kind) elements.add(NARROWER_ELEMENTS[object.value] as ElementKind);
  }
}

function nodeOf(id: Iri, nodes: Map<Iri, Node>): Node {
  let node = nodes.get(id);
  if (node === undefined) {
    node = {
      id,
      elements: new Set(),
      times: new Map(),
      relations: new Map(),
      links: [],
      linkTypes: new Set(),
      types: [],
      rest: [],
    };
    nodes.set(id, node);
  }
  return node;
}

function relationsOf({ relations }: Node, kind: RelationKind): Relations {
  let found = relations.get(kind);
  if (found === undefined) {
    found = { plain: new Map(), qualified: new Set(), times: new Set(), properties: new Map() };
    relations.set(kind, found);
  }
  return found;
}

function listed(lists: Map<string, Set<string>>, name: string): Set<string> {
  let list = lists.get(name);
  if (list === undefined) {
    list = new Set();
    lists.set(name, list);
  }
  return list;
}

function addTime(object: Term, times: Set<string>): boolean {
  const time = timeOf(object);
  if (time !== undefined) times.add(time);
  return time !== undefined;
}

const TIME_TYPES = new Set([DATE_TIME, `${DATE_TIME}Stamp`]);
const TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** An xsd:dateTime, or a plain string that has its form: many programs forget the datatype. */
export function timeOf(term: Term): string | undefined {
  if (term.kind !== "literal") return undefined;
  const isTime = TIME_TYPES.has(term.type) || (term.type === XSD_STRING && TIME.test(term.value));
  return isTime ? term.value : undefined;
}
