import { isAnonymous } from "../../model/anonymous.ts";
import { isIri, PREFIXES, type Prefixes } from "../../model/names.ts";
import {
  type FormalKind,
  formalAttributes,
  isElementKind,
  isKind,
  isNameKind,
  type Kind,
  RELATIONS,
} from "../../model/relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "../../model/statement.ts";
import { ELEMENTS, PROV_O, PROV_TYPE, RDF_TYPE, type RelationMapping } from "../../rdf/prov-o.ts";
import {
  ATTRIBUTE_NAMES,
  ELEMENT_CLASSES,
  INFLUENCES,
  INVERSES,
  impliedClasses,
  nodeProperties,
  ROLES,
} from "../../rdf/prov-o-terms.ts";
import { nameIn } from "../../rdf/values.ts";
import { KnownNames } from "../known-names.ts";
import { RDF_LOSSES } from "./losses.ts";

/** Told of what a statement loses, one reason at a time. */
export type Lost = (reason: string) => void;

/** What PROV-O can state of a statement by itself; undefined where that is nothing. The same object where it is all. */
export function loseOfStatement(statement: Statement, prefixes: Prefixes, lost: Lost): Statement | undefined {
  if (!hasNames(statement)) return gone(RDF_LOSSES.name, lost);
  const relation = isElementKind(statement.kind) ? undefined : (PROV_O[statement.kind] as RelationMapping);
  let result = statement;
  if (relation && !relation.qualified) {
    if (!hasTriple(statement, relation)) return gone(RDF_LOSSES.ends, lost);
    if (result.id !== undefined || result.attributes?.length) {
      lost(RDF_LOSSES.own);
      const { id, attributes, ...bare } = result;
      result = bare as Statement;
    }
  }
  if (result.attributes) result = withAttributes(result, result.attributes, prefixes, lost);
  return OTHERS[statement.kind].length > 0 ? withValues(result, prefixes, lost) : result;
}

function gone(reason: string, lost: Lost): undefined {
  lost(reason);
  return undefined;
}

/** Names that are there must be IRIs or anonymous. */
function hasNames(statement: Statement): boolean {
  if (statement.id !== undefined && !isName(statement.id)) return false;
  for (const name of NAMES[statement.kind]) {
    const value = formal(statement, name) as Iri | undefined;
    if (value !== undefined && !isName(value)) return false;
  }
  return true;
}

/** The formal attributes that are names, and those that are not, by kind of statement. */
const NAMES = partsOfKinds((kind) => isNameKind(kind));
const OTHERS = partsOfKinds((kind) => !isNameKind(kind));

function partsOfKinds(isMeant: (kind: FormalKind) => boolean): Readonly<Record<Kind, readonly string[]>> {
  const names = (kind: Kind) => formalAttributes(kind).flatMap(([name, part]) => (isMeant(part) ? [name] : []));
  return Object.fromEntries(
    Object.keys(RELATIONS)
      .filter(isKind)
      .map((kind) => [kind, names(kind)]),
  ) as unknown as Readonly<Record<Kind, readonly string[]>>;
}

function isName(id: Iri): boolean {
  return isAnonymous(id) || isKnownIri(id);
}

/** Most names come several times, and soon again. */
const known = new KnownNames();

function isKnownIri(iri: Iri): boolean {
  if (known.get(iri) !== undefined) return true;
  if (!isIri(iri)) return false;
  known.set(iri, iri);
  return true;
}

/** Whether a relation without a qualified node has the ends that a triple needs. */
function hasTriple(statement: Statement, { subject, object, key, properties = {} }: RelationMapping): boolean {
  const has = (name: string) => formal(statement, name) !== undefined;
  if (!has(subject)) return false;
  if (key !== undefined) return has(object) && has(key);
  return has(object) || Object.keys(properties).some(has);
}

function withAttributes(
  statement: Statement,
  attributes: readonly Attribute[],
  prefixes: Prefixes,
  lost: Lost,
): Statement {
  let changed = false;
  const kept: Attribute[] = [];
  for (const attribute of attributes) {
    const one = loseOfAttribute(attribute, statement, prefixes, lost);
    if (one !== attribute) changed = true;
    if (one) kept.push(one);
  }
  if (!changed) return statement;
  const { attributes: _, ...bare } = statement;
  return kept.length > 0 ? { ...bare, attributes: kept } : bare;
}

function loseOfAttribute(
  attribute: Attribute,
  statement: Statement,
  prefixes: Prefixes,
  lost: Lost,
): Attribute | undefined {
  const [given, value] = attribute;
  const name = given === RDF_TYPE ? PROV_TYPE : (ATTRIBUTE_NAMES.get(given) ?? given);
  if (!isKnownIri(name)) return gone(RDF_LOSSES.name, lost);
  if (isStructure(name, statement)) return gone(RDF_LOSSES.structure, lost);
  if (name === PROV_TYPE && isClass(value, statement)) return gone(RDF_LOSSES.type, lost);
  const kept = loseOfValue(value, prefixes, lost);
  if (kept === undefined) return undefined;
  if (name !== given) lost(RDF_LOSSES.spelling);
  return name === given && kept === value ? attribute : [name, kept];
}

function isStructure(name: Iri, { kind }: Statement): boolean {
  return ROLES.has(name) || INVERSES.has(name) || (!isElementKind(kind) && nodeProperties(kind).has(name));
}

/**
 * The class of a statement goes without saying. A relation with that of an element would be read as one too; so would one with that of another
 * relation to whose node neither a subject nor an id leads.
 */
function isClass(value: Value, statement: Statement): boolean {
  if (typeof value !== "object" || !("iri" in value)) return false;
  const { kind, id } = statement;
  if (isElementKind(kind)) return value.iri === ELEMENTS[kind].class;
  if (impliedClasses(kind).has(value.iri) || ELEMENT_CLASSES.has(value.iri)) return true;
  const other = INFLUENCES.get(value.iri);
  const isLost = id === undefined && formal(statement, PROV_O[kind].subject) === undefined;
  return isLost && other !== undefined && other !== kind;
}

const LANGUAGE = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const LANG_STRINGS = new Set(["langString", "dirLangString"].map((name) => PREFIXES.rdf + name));

function loseOfValue(value: Value, prefixes: Prefixes, lost: Lost): Value | undefined {
  if (typeof value !== "object") return value;
  if ("iri" in value) return isName(value.iri) ? value : gone(RDF_LOSSES.name, lost);
  if ("language" in value) {
    if (LANGUAGE.test(value.language)) return value;
  } else if (isKnownIri(value.type) && !LANG_STRINGS.has(value.type)) {
    const name = nameIn(value.value, value.type, prefixes);
    if (name) lost(RDF_LOSSES.nameLiteral);
    return name ?? value;
  }
  lost(RDF_LOSSES.value);
  return value.value;
}

/** Times without the half characters that no text can hold, and keys as values are. */
function withValues(statement: Statement, prefixes: Prefixes, lost: Lost): Statement | undefined {
  let changed: Record<string, unknown> | undefined;
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = formal(statement, name);
    if (kind === "time") {
      if (value === undefined || String(value).isWellFormed()) continue;
      changed = { ...changed, [name]: String(value).toWellFormed() };
    } else if (kind === "key") {
      const key = loseOfValue(value as Value, prefixes, lost);
      if (key === undefined) return gone(RDF_LOSSES.ends, lost);
      if (key !== value) changed = { ...changed, [name]: key };
    } else if (kind === "keySet" || kind === "keyEntitySet") {
      if (value === undefined) lost(RDF_LOSSES.keys);
      const list = (value ?? []) as readonly (Value | KeyEntityPair)[];
      const kept = list.flatMap((one) => loseOfKey(one, prefixes, lost) ?? []);
      const isSame = value !== undefined && kept.length === list.length && kept.every((one, n) => one === list[n]);
      if (!isSame) changed = { ...changed, [name]: kept };
    }
  }
  return changed ? ({ ...statement, ...changed } as Statement) : statement;
}

function loseOfKey(one: Value | KeyEntityPair, prefixes: Prefixes, lost: Lost): Value | KeyEntityPair | undefined {
  if (typeof one !== "object" || !("entity" in one)) return loseOfValue(one, prefixes, lost);
  if (!isName(one.entity)) return gone(RDF_LOSSES.name, lost);
  const key = loseOfValue(one.key, prefixes, lost);
  if (key === undefined) return undefined;
  return key === one.key ? one : { key, entity: one.entity };
}

function formal(statement: Statement, name: string): unknown {
  return (statement as unknown as Readonly<Record<string, unknown>>)[name];
}
