import { PREFIXES } from "../model/names.ts";
import type { ElementKind } from "../model/relations.ts";
import type { Iri } from "../model/statement.ts";
import {
  ELEMENTS,
  PROV_O,
  type QualifiedMapping,
  RESERVED_ATTRIBUTES,
  type RelationKind,
  type RelationMapping,
} from "./prov-o.ts";

/** What a property says of its subject; the mapping of PROV-O from the reader's side. */
export type Role =
  | { readonly is: "relation"; readonly kind: RelationKind; readonly type?: Iri }
  | { readonly is: "qualified"; readonly kind: RelationKind; readonly type?: Iri }
  | { readonly is: "shortcut"; readonly kind: RelationKind }
  | { readonly is: "property"; readonly kind: RelationKind; readonly name: string }
  | { readonly is: "time"; readonly kind: ElementKind; readonly name: string };

const { prov } = PREFIXES;
const relations = Object.entries(PROV_O) as [RelationKind, RelationMapping][];

/** The properties that are statements, or parts of one, wherever they stand. */
export const ROLES: ReadonlyMap<Iri, Role> = new Map([
  ...relations.flatMap(rolesOfRelation),
  ...Object.entries(ELEMENTS).flatMap(rolesOfElement),
]);

function rolesOfRelation([kind, mapping]: [RelationKind, RelationMapping]): [Iri, Role][] {
  const roles: [Iri, Role][] = [[mapping.property, { is: "relation", kind }]];
  if (mapping.qualified) roles.push([mapping.qualified.property, { is: "qualified", kind }]);
  if (mapping.timeShortcut) roles.push([mapping.timeShortcut, { is: "shortcut", kind }]);
  for (const [name, iri] of Object.entries(mapping.properties ?? {})) roles.push([iri, { is: "property", kind, name }]);
  for (const { property, qualified, influence: type } of mapping.narrower ?? []) {
    roles.push([property, { is: "relation", kind, type }], [qualified, { is: "qualified", kind, type }]);
  }
  return roles;
}

function rolesOfElement([kind, { properties }]: [string, { properties: Readonly<Record<string, Iri>> }]): [
  Iri,
  Role,
][] {
  return Object.entries(properties).map(([name, iri]) => [iri, { is: "time", kind: kind as ElementKind, name }]);
}

/** Properties that say the same from object to subject, with the property that PROV-O prefers. */
export const INVERSES: ReadonlyMap<Iri, Iri> = new Map(
  relations.flatMap(([, { property, inverse, qualified, narrower = [] }]) => [
    ...(inverse ? [[inverse, property] as const] : []),
    ...(qualified?.inverse ? [[qualified.inverse, qualified.property] as const] : []),
    ...narrower.flatMap((one) => [
      [one.inverse, one.property] as const,
      [one.qualifiedInverse, one.qualified] as const,
    ]),
  ]),
);

/** The classes of qualified nodes, with the relation that such a node is. */
export const INFLUENCES: ReadonlyMap<Iri, RelationKind> = new Map([
  ...relations.flatMap(([kind, { qualified, narrower = [] }]) =>
    (qualified ? [qualified, ...narrower] : []).map(({ influence }) => [influence, kind] as const),
  ),
  ...["EntityInfluence", "ActivityInfluence", "AgentInfluence"].map(
    (name) => [prov + name, "wasInfluencedBy"] as const,
  ),
]);

/** The classes of elements themselves. */
export const ELEMENT_CLASSES: ReadonlyMap<Iri, ElementKind> = new Map(
  Object.entries(ELEMENTS).map(([kind, { class: class_ }]) => [class_, kind as ElementKind]),
);

/** What follows from a qualified node being one of its kind, and is no `prov:type` of the statement. */
export function impliedClasses(kind: RelationKind): ReadonlySet<Iri> {
  return IMPLIED[kind];
}

/** The properties of a qualified node that are formal attributes of its statement, with their names. */
export function nodeProperties(kind: RelationKind): ReadonlyMap<Iri, string> {
  return NODE_PROPERTIES[kind];
}

const WIDER_CLASSES = ["Influence", "EntityInfluence", "ActivityInfluence", "AgentInfluence", "InstantaneousEvent"].map(
  (name) => prov + name,
);

const IMPLIED = perKind((kind, { qualified }) => {
  if (!qualified) return new Set<Iri>();
  if (kind === "wasInfluencedBy") return new Set([qualified.influence]);
  return new Set([qualified.influence, ...WIDER_CLASSES, ...(qualified.keys ? [`${prov}Derivation`] : [])]);
});

const NODE_PROPERTIES = perKind((kind, { object, qualified }) => {
  const names = new Map<Iri, string>();
  if (!qualified) return names;
  for (const iri of targets(kind, qualified)) names.set(iri, object);
  for (const [name, iri] of Object.entries(qualified.further)) names.set(iri, name);
  if (qualified.keys) names.set(qualified.keys.property, qualified.keys.name);
  return names;
});

/** The target and the properties that PROV-O relates to it by rdfs:subPropertyOf: they lead to the same thing. */
function targets(kind: RelationKind, { target, keys }: QualifiedMapping): Iri[] {
  if (kind === "wasInfluencedBy") return [target, `${prov}entity`, `${prov}activity`, `${prov}agent`];
  return [target, `${prov}influencer`, ...(keys ? [`${prov}entity`] : [])];
}

function perKind<T>(make: (kind: RelationKind, mapping: RelationMapping) => T): Readonly<Record<RelationKind, T>> {
  return Object.fromEntries(relations.map(([kind, mapping]) => [kind, make(kind, mapping)])) as Record<RelationKind, T>;
}

/** The names of attributes as PROV-DM has them, by what RDF writes for them. */
export const ATTRIBUTE_NAMES: ReadonlyMap<Iri, Iri> = new Map(
  Object.entries(RESERVED_ATTRIBUTES).map(([name, property]) => [property, name]),
);
