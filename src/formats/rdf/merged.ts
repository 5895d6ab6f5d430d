import type { Prefixes } from "../../model/names.ts";
import { formalAttributes, isElementKind, type Kind } from "../../model/relations.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { statementKey } from "../../model/statement-key.ts";
import { documentQuads, type Labels } from "../../rdf/document-quads.ts";
import { PROV_O, PROV_TYPE, type RelationKind, type RelationMapping } from "../../rdf/prov-o.ts";
import { ELEMENT_CLASSES, INFLUENCES } from "../../rdf/prov-o-terms.ts";
import { readGraph } from "../../rdf/read-statements.ts";
import { valueReader } from "../../rdf/values.ts";
import { RDF_LOSSES } from "./losses.ts";

type Lost = (statement: Statement, reason: string) => void;

/**
 * The statements of one graph as they come back from RDF, where each of them alone would. Those that share a node with another are put to the
 * test: they are written and read, until nothing changes. What stays keeps its place; what becomes of the others stands where the first of them
 * stood.
 */
export function merged(statements: readonly Statement[], prefixes: Prefixes, lost: Lost): readonly Statement[] {
  let settled = statements;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = settled;
    settled = writtenAndRead(before, prefixes, lost);
    if (settled === before) break;
  }
  return withoutDoubles(settled, lost);
}

/** What one node says grows from round to round, and more than three were never seen. */
const MOST_ROUNDS = 10;

/** The statements that share a node, with those of the same kind and subject: they may be read together. */
function touchingIn(statements: readonly Statement[]): ReadonlySet<Statement> {
  const touching = new Set<Statement>(statements.filter(isAlsoAnother));
  if (areShared(statements)) {
    const byId = new Map<Iri, Statement>();
    const mentions = new Map<Iri, Statement>();
    for (const statement of statements) {
      const { kind, id } = statement;
      let other: Statement | undefined;
      if (id !== undefined) other = firstOf(byId, id, statement);
      else if (kind === "mentionOf") other = firstOf(mentions, statement.specificEntity as Iri, statement);
      if (other) touching.add(other).add(statement);
    }
  }
  const subjects = new Set<string>();
  for (const statement of touching) if (!isElementKind(statement.kind)) subjects.add(subjectKey(statement));
  if (subjects.size > 0) {
    for (const statement of statements) if (subjects.has(subjectKey(statement))) touching.add(statement);
  }
  return touching;
}

/** Whether two statements have one id, or two mentions one entity: in most documents none do. */
function areShared(statements: readonly Statement[]): boolean {
  const ids = new Set<Iri>();
  let count = 0;
  let mentions = 0;
  for (const { kind, id } of statements) {
    if (kind === "mentionOf") mentions++;
    if (id === undefined) continue;
    count++;
    ids.add(id);
  }
  return ids.size < count || mentions > 1;
}

function firstOf(first: Map<Iri, Statement>, key: Iri, statement: Statement): Statement | undefined {
  const other = first.get(key);
  if (other === undefined) first.set(key, statement);
  return other;
}

/** Whether one of its types makes a statement another too: an element of another kind, or the relation that a node is which no subject leads to. */
function isAlsoAnother(statement: Statement): boolean {
  const { kind, attributes = [] } = statement;
  if (attributes.length === 0) return false;
  const classes: ReadonlyMap<Iri, Kind> = isElementKind(kind) ? ELEMENT_CLASSES : INFLUENCES;
  if (!isElementKind(kind) && endsOf(statement)[0] !== undefined) return false;
  return attributes.some(([name, value]) => {
    if (name !== PROV_TYPE || typeof value !== "object" || !("iri" in value)) return false;
    const other = classes.get(value.iri);
    return other !== undefined && other !== kind;
  });
}

function subjectKey(statement: Statement): string {
  if (isElementKind(statement.kind)) return "";
  return `${statement.kind} ${endsOf(statement)[0]}`;
}

/** Labels that no identifier has, so that what had none can be told. */
const NO_ID = "_: ";
const LABELS: Labels = { of: (id) => id, fresh: (n) => `${NO_ID}${n}` };

function writtenAndRead(statements: readonly Statement[], prefixes: Prefixes, lost: Lost): readonly Statement[] {
  const touching = touchingIn(statements);
  if (touching.size === 0) return statements;
  const quads = documentQuads({ prefixes, statements: [...touching], bundles: [] }, LABELS);
  const back = new Map<string, Statement[]>();
  for (const statement of readGraph(quads, valueReader(prefixes), [])) {
    const one = withoutMadeId(statement);
    const key = statementKey(one);
    const same = back.get(key);
    if (same) same.push(one);
    else back.set(key, [one]);
  }
  const stays = new Set([...touching].filter((statement) => back.get(statementKey(statement))?.pop() !== undefined));
  const become = [...back.values()].flat();
  if (stays.size === touching.size && become.length === 0) return statements;
  const left = statements.flatMap((statement) => {
    if (!touching.has(statement) || stays.has(statement)) return [statement];
    lost(statement, isBare(statement) ? RDF_LOSSES.sameTriple : RDF_LOSSES.sameNode);
    return become.splice(0);
  });
  for (const statement of become) lost(statement, RDF_LOSSES.sameNode); // none had to go for it, and yet it was not there
  return [...left, ...become];
}

function withoutMadeId(statement: Statement): Statement {
  if (!statement.id?.startsWith(NO_ID)) return statement;
  const { id, ...rest } = statement;
  return rest as Statement;
}

/** Relations that say nothing but their ends are one triple with whatever else has these ends. */
function withoutDoubles(statements: readonly Statement[], lost: Lost): readonly Statement[] {
  const bare = new Map<Kind, Map<string, Map<string, Statement>>>();
  const doubles = new Set<Statement>();
  for (const statement of statements) {
    if (!isBare(statement)) continue;
    const [subject, object] = endsOf(statement);
    if (subject === undefined || object === undefined) continue;
    const ofSubject = entry(entry(bare, statement.kind), subject);
    if (ofSubject.has(object)) doubles.add(statement);
    else ofSubject.set(object, statement);
  }
  if (bare.size === 0) return statements;
  for (const statement of statements) {
    const ofKind = bare.get(statement.kind);
    if (ofKind === undefined || isBare(statement)) continue;
    const [subject, object] = endsOf(statement);
    const double = ofKind.get(subject as string)?.get(object as string);
    if (double) doubles.add(double);
  }
  if (doubles.size === 0) return statements;
  for (const double of doubles) lost(double, RDF_LOSSES.sameTriple);
  return statements.filter((statement) => !doubles.has(statement));
}

function endsOf(statement: Statement): readonly [subject: string | undefined, object: string | undefined] {
  const { subject, object }: RelationMapping = PROV_O[statement.kind as RelationKind];
  return [formal(statement, subject) as string | undefined, formal(statement, object) as string | undefined];
}

function entry<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

/** Whether a relation says nothing but its ends. */
function isBare(statement: Statement): boolean {
  if (isElementKind(statement.kind) || statement.id !== undefined || statement.attributes?.length) return false;
  const { subject, object }: RelationMapping = PROV_O[statement.kind];
  for (const [name] of formalAttributes(statement.kind)) {
    const value = formal(statement, name);
    const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (name !== subject && name !== object && !isNothing) return false;
  }
  return true;
}

function formal(statement: Statement, name: string): unknown {
  return (statement as unknown as Readonly<Record<string, unknown>>)[name];
}
