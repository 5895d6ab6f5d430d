import { isAnonymous } from "../model/anonymous.ts";
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
  types: readonly Term[];
  /** What is left: attributes, and the formal attributes of a qualified node. */
  rest: Facts;
  /** What comes of all this, once somebody asked. */
  described?: Described;
  typeNames?: ReadonlySet<Iri>;
}

/** Properties and objects in turn: a graph has too many triples to keep an object for each. */
export type Facts = readonly (Iri | Term)[];

export function eachFact(facts: Facts, found: (property: Iri, object: Term) => void): void {
  for (let i = 0; i < facts.length; i += 2) found(facts[i] as Iri, facts[i + 1] as Term);
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
  plain: readonly Plain[];
  qualified: readonly Node[];
  /** Times that stand beside the relation, on the subject. */
  times: Few;
  /** Further formal attributes that are properties of the subject. */
  properties: Values;
}

export interface Plain {
  readonly object: Iri;
  /** A `prov:type` that the property stands for. */
  readonly type: Iri | undefined;
}

const NONE: readonly never[] = [];
const NO_VALUES: Values = new Map();
const NO_RELATIONS: ReadonlyMap<RelationKind, Relations> = new Map();

/** The nodes of one graph, in order of appearance. */
export class Nodes {
  readonly byId = new Map<Iri, Node>();
  /** The triples with a value that their property cannot have. */
  readonly misfits: Quad[] = [];

  /** Takes in a triple; of the quad itself nothing is kept, unless it fits nowhere. */
  add(quad: Quad): void {
    const { subject, predicate, object } = quad;
    const preferred = INVERSES.get(predicate.value);
    // PROV-O's inverse properties say the same as the one that it prefers.
    const fits =
      preferred !== undefined
        ? object.kind !== "literal" && this.#place(idOf(object), preferred, subject)
        : this.#place(idOf(subject), predicate.value, object);
    if (!fits) this.misfits.push(quad);
  }

  /** Says of each node what its narrower classes and its times make it, once all triples are there. */
  classify(): void {
    for (const node of this.byId.values()) classify(node);
  }

  #place(subject: Iri, property: Iri, object: Term): boolean {
    const node = this.#of(subject);
    if (property === RDF_TYPE) {
      const kind = object.kind === "iri" ? ELEMENT_CLASSES.get(object.value) : undefined;
      if (kind === undefined) node.types = withLast(node.types, object);
      else if (!node.elements.includes(kind)) node.elements = [...node.elements, kind];
      return true;
    }
    const role = ROLES.get(property);
    if (role === undefined) {
      node.rest = withLast(withLast<Iri | Term>(node.rest, property), object);
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
    else if (role.is === "relation") relations.plain = withLast(relations.plain, { object: id, type: role.type });
    else {
      const qualified = this.#of(id);
      relations.qualified = withLast(relations.qualified, qualified);
      qualified.links = withLast(qualified.links, { kind: role.kind, owner: node, type: role.type });
    }
    return true;
  }

  #of(id: Iri): Node {
    let node = this.byId.get(id);
    if (node === undefined) {
      node = { id, elements: NONE, times: NO_VALUES, relations: NO_RELATIONS, links: NONE, types: NONE, rest: NONE };
      this.byId.set(id, node);
    }
    return node;
  }
}

export function idOf(term: IriTerm | BlankTerm): Iri {
  return term.kind === "iri" ? term.value : `_:${term.value}`;
}

export function termOf(id: Iri): IriTerm | BlankTerm {
  return isAnonymous(id) ? { kind: "blank", value: id.slice(2) } : { kind: "iri", value: id };
}

/** What has no class of PROV-DM's own may have a narrower one of PROV-O, or the times of an activity. */
function classify(node: Node): void {
  const { elements, links, types, times } = node;
  if (elements.length > 0) return;
  const kinds = new Set<ElementKind>(times.size > 0 ? ["activity"] : []);
  if (links.length === 0 && !types.some(({ value }) => INFLUENCES.has(value))) {
    for (const object of types) {
      const isNarrower = object.kind === "iri" && Object.hasOwn(NARROWER_ELEMENTS, object.value);
      if (isNarrower) kinds.add(NARROWER_ELEMENTS[object.value] as ElementKind);
    }
  }
  if (kinds.size > 0) node.elements = [...kinds];
}

function relationsOf(node: Node, kind: RelationKind): Relations {
  let found = node.relations.get(kind);
  if (found === undefined) {
    found = { plain: NONE, qualified: NONE, times: undefined, properties: NO_VALUES };
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
