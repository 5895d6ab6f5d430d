import { ProvenanceError } from "../model/error.ts";
import { type Literal, literalOf } from "../model/literals.ts";
import type { ElementStatement, Iri, KeyEntityPair, Statement, Value } from "../model/statement.ts";
import {
  DATE_TIME,
  ELEMENTS,
  PAIR,
  PROV_O,
  PROV_TYPE,
  type QualifiedMapping,
  RESERVED_ATTRIBUTES,
  type RelationMapping,
} from "./prov-o.ts";

/** A way of writing triples, which gets every term as its own text. */
export interface Triples {
  /** How `rdf:type` is written. */
  readonly a: string;
  /** The text of an IRI that provml itself put there. */
  term(iri: Iri): string;
  /** The text of an identifier, which is checked; `place` and `kind` are for the error. */
  name(id: Iri, place: string, kind: string): string;
  /** The text of the property that an attribute is. */
  property(name: Iri): string;
  literal(literal: Literal): string;
  triple(subject: string, property: string, object: string): void;
  /** A node without a name of its own, what is said about it (properties and objects in turn), and whose it is. */
  node(about: readonly string[], subject?: string, link?: string): void;
  /** The text of such a node as the object of a triple. */
  nested(about: readonly string[]): string;
}

/** How much a relation is to say: what it needs, or a qualified node in any case, where a shorter form could be taken for part of another relation. */
export type Manner = "short" | "qualified";

/**
 * Writes the triples of a statement in PROV-O. A relation is the plain triple always, and the qualified node when it has more to say.
 * @throws {ProvenanceError} `bad-argument` for a statement that has no form in PROV-O.
 */
export function writeTriples(statement: Statement, to: Triples, manner: Manner = "short"): void {
  if (isElement(statement)) writeElement(statement, to);
  else writeRelation(statement, to, manner);
}

function isElement(statement: Statement): statement is ElementStatement {
  return Object.hasOwn(ELEMENTS, statement.kind);
}

function writeElement(statement: ElementStatement, to: Triples): void {
  const { class: class_, properties } = ELEMENTS[statement.kind];
  const subject = to.name(statement.id, "the id", statement.kind);
  to.triple(subject, to.a, to.term(class_));
  for (const name in properties) {
    const time = formal(statement, name);
    if (time !== undefined) to.triple(subject, to.term(properties[name] as Iri), timeText(time, to));
  }
  for (const [name, value] of statement.attributes ?? []) {
    to.triple(subject, propertyOf(name, value, to), valueText(value, name, to));
  }
}

type RelationStatement = Exclude<Statement, ElementStatement>;

function writeRelation(statement: RelationStatement, to: Triples, manner: Manner): void {
  const mapping: RelationMapping = PROV_O[statement.kind];
  const subject = nameOf(statement, mapping.subject, to);
  const object = nameOf(statement, mapping.object, to);
  if (mapping.qualified) {
    if (subject && object) to.triple(subject, to.term(mapping.property), object);
    writeQualified(statement, mapping, mapping.qualified, { subject, object, manner }, to);
  } else if (statement.id !== undefined || statement.attributes?.length) {
    throw inexpressible(statement, "an id or attributes of its own");
  } else if (mapping.key !== undefined) {
    const key = formalValue(statement, mapping.key) as Value | undefined;
    if (!subject || !object || key === undefined) throw inexpressible(statement, "no dictionary, no entity or no key");
    to.triple(subject, to.term(mapping.property), to.nested(pairTexts(key, object, to)));
  } else {
    const further = Object.entries(mapping.properties ?? {});
    const rest = further.flatMap(([name, property]) => {
      const value = nameOf(statement, name, to);
      return value ? [[property, value] as const] : [];
    });
    if (object) rest.unshift([mapping.property, object]);
    if (!subject || rest.length === 0) throw inexpressible(statement, `no ${mapping.subject} or no ${mapping.object}`);
    for (const [property, value] of rest) to.triple(subject, to.term(property), value);
  }
}

function inexpressible({ kind }: Statement, why: string): ProvenanceError {
  return new ProvenanceError("bad-argument", `${kind}: PROV-O has no triple for one with ${why}`);
}

interface Ends {
  readonly subject: string | undefined;
  readonly object: string | undefined;
  readonly manner: Manner;
}

function writeQualified(
  statement: RelationStatement,
  { timeShortcut }: RelationMapping,
  mapping: QualifiedMapping,
  { subject, object, manner }: Ends,
  to: Triples,
): void {
  const { id, attributes } = statement;
  const own = id !== undefined || (attributes !== undefined && attributes.length > 0);
  if (!own && subject && manner === "short") {
    if (timeShortcut !== undefined && onlyTime(statement, mapping)) {
      to.triple(subject, to.term(timeShortcut), timeText(formal(statement, "time") as string, to));
      return;
    }
    if (object && !anyFurther(statement, mapping)) return;
  }
  const node = id === undefined ? new Unnamed() : to.name(id, "the id", statement.kind);
  if (subject && typeof node === "string") to.triple(subject, to.term(mapping.property), node);
  say(node, to.a, to.term(mapping.influence), to);
  if (object) say(node, to.term(mapping.target), object, to);
  for (const [name, property] of furtherOf(mapping)) {
    const value = formal(statement, name);
    if (value === undefined) continue;
    say(node, to.term(property), name === "time" ? timeText(value, to) : to.name(value, name, statement.kind), to);
  }
  if (mapping.keys) sayKeys(statement, mapping.keys, node, to);
  for (const [name, value] of attributes ?? []) say(node, propertyOf(name, value, to), valueText(value, name, to), to);
  if (typeof node !== "string") to.node(node.about, subject, to.term(mapping.property));
}

/** A node without a name: what is said about it comes all at once. */
class Unnamed {
  readonly about: string[] = [];
}

function say(node: string | Unnamed, property: string, object: string, to: Triples): void {
  if (typeof node === "string") to.triple(node, property, object);
  else node.about.push(property, object);
}

const FURTHER = new Map<QualifiedMapping, readonly (readonly [name: string, property: Iri])[]>(
  Object.values(PROV_O).flatMap(({ qualified }: RelationMapping) =>
    qualified ? [[qualified, Object.entries(qualified.further)]] : [],
  ),
);

/** The further formal attributes of a qualified node as a list, which is quicker to go through than an object. */
function furtherOf(mapping: QualifiedMapping): readonly (readonly [name: string, property: Iri])[] {
  return FURTHER.get(mapping) ?? [];
}

function onlyTime(statement: RelationStatement, mapping: QualifiedMapping): boolean {
  if (formal(statement, "time") === undefined) return false;
  for (const [name] of furtherOf(mapping)) if (name !== "time" && formal(statement, name) !== undefined) return false;
  return true;
}

function anyFurther(statement: RelationStatement, mapping: QualifiedMapping): boolean {
  const { keys } = mapping;
  for (const [name] of furtherOf(mapping)) if (formal(statement, name) !== undefined) return true;
  return keys !== undefined && ((formalValue(statement, keys.name) as readonly unknown[] | undefined)?.length ?? 0) > 0;
}

type Keys = NonNullable<QualifiedMapping["keys"]>;

function sayKeys(statement: RelationStatement, { name, property }: Keys, node: string | Unnamed, to: Triples): void {
  const list = (formalValue(statement, name) ?? []) as readonly (Value | KeyEntityPair)[];
  for (const one of list) {
    if (typeof one === "object" && "entity" in one) {
      const entity = to.name(one.entity, "an entity", statement.kind);
      say(node, to.term(property), to.nested(pairTexts(one.key, entity, to)), to);
    } else say(node, to.term(property), valueText(one, property, to), to);
  }
}

function pairTexts(key: Value, entity: string, to: Triples): string[] {
  return [to.a, to.term(PAIR.class), to.term(PAIR.key), valueText(key, PAIR.key, to), to.term(PAIR.entity), entity];
}

function propertyOf(name: Iri, value: Value, to: Triples): string {
  if (name === PROV_TYPE && typeof value === "object" && "iri" in value) return to.a;
  return to.property(RESERVED_ATTRIBUTES[name] ?? name);
}

function valueText(value: Value, name: Iri, to: Triples): string {
  if (typeof value === "object" && "iri" in value) return to.name(value.iri, "the value", name);
  return to.literal(literalOf(value));
}

function timeText(time: string, to: Triples): string {
  return to.literal({ lexical: String(time).toWellFormed(), type: DATE_TIME });
}

function nameOf(statement: Statement, name: string, to: Triples): string | undefined {
  const value = formal(statement, name);
  return value === undefined ? undefined : to.name(value, name, statement.kind);
}

/** A formal attribute that is a name or a time, by its PROV-DM name. */
function formal(statement: Statement, name: string): string | undefined {
  return formalValue(statement, name) as string | undefined;
}

function formalValue(statement: Statement, name: string): unknown {
  return (statement as unknown as Readonly<Record<string, unknown>>)[name];
}
