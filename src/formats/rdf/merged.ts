import type { Prefixes } from "../../model/names.ts";
import { formalAttributes, isElementKind, type Kind } from "../../model/relations.ts";
import type { Iri, Statement } from "../../model/statement.ts";
import { statementKey } from "../../model/statement-key.ts";
import { documentQuads, type Labels } from "../../rdf/document-quads.ts";
import { type Few, hasOne, withOne } from "../../rdf/few.ts";
import { PROV_O, PROV_TYPE, type RelationKind, type RelationMapping } from "../../rdf/prov-o.ts";
import { ELEMENT_CLASSES, INFLUENCES } from "../../rdf/prov-o-terms.ts";
import { readGraph } from "../../rdf/read-statements.ts";
import { valueReader } from "../../rdf/values.ts";
import { RDF_LOSSES } from "./losses.ts";
import { areIdsRepeated } from "./repeated-ids.ts";

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

/** Labels that no identifier has, so that what had none can be told. */
const NO_ID = "_: ";
const LABELS: Labels = { of: (id) => id, fresh: (n) => `${NO_ID}${n}` };

function writtenAndRead(statements: readonly Statement[], prefixes: Prefixes, lost: Lost): readonly Statement[] {
  const touching = touchingIn(statements);
  if (touching.size === 0) return statements;
  const tested = statements.filter((_, n) => touching.has(n));
  const back = new Map<string, Statement[]>();
  for (const statement of readGraph(
    documentQuads({ prefixes, statements: tested, bundles: [] }, LABELS),
    valueReader(prefixes),
  )) {
    const one = withoutMadeId(statement);
    const key = statementKey(one);
    const same = back.get(key);
    if (same) same.push(one);
    else back.set(key, [one]);
  }
  const goes = new Set<number>();
  for (const n of touching) {
    if (back.get(statementKey(statements[n] as Statement))?.pop() === undefined) goes.add(n);
  }
  const become = [...back.values()].flat();
  if (goes.size === 0 && become.length === 0) return statements;
  const left = statements.flatMap((statement, n) => {
    if (!goes.has(n)) return [statement];
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

/** The places of the statements that share a node, with those of the same kind and subject: they may be read together. */
function touchingIn(statements: readonly Statement[]): ReadonlySet<number> {
  const touching = new Set<number>();
  for (let n = 0; n < statements.length; n++) if (isAlsoAnother(statements[n] as Statement)) touching.add(n);
  if (areIdsRepeated(statements) || statements.some(({ kind }) => kind === "mentionOf")) {
    const byId = new Map<Iri, number>();
    const mentions = new Map<Iri, number>();
    for (const [n, { kind, id, ...statement }] of statements.entries()) {
      const key = id ?? (kind === "mentionOf" ? (formal(statement, "specificEntity") as Iri) : undefined);
      if (key === undefined) continue;
      const first = id !== undefined ? byId : mentions;
      const other = first.get(key);
      if (other === undefined) first.set(key, n);
      else touching.add(other).add(n);
    }
  }
  if (touching.size === 0) return touching;
  const subjects = new Set<string>();
  for (const n of touching) subjects.add(subjectKey(statements[n] as Statement));
  subjects.delete("");
  for (const [n, statement] of statements.entries()) if (subjects.has(subjectKey(statement))) touching.add(n);
  return touching;
}

/** Whether one of its types makes a statement another too: an element of another kind, or the relation that a node is which no subject leads to. */
function isAlsoAnother(statement: Statement): boolean {
  const { kind, attributes = [] } = statement;
  if (attributes.length === 0) return false;
  const classes: ReadonlyMap<Iri, Kind> = isElementKind(kind) ? ELEMENT_CLASSES : INFLUENCES;
  if (!isElementKind(kind) && formal(statement, PROV_O[kind].subject) !== undefined) return false;
  return attributes.some(([name, value]) => {
    if (name !== PROV_TYPE || typeof value !== "object" || !("iri" in value)) return false;
    const other = classes.get(value.iri);
    return other !== undefined && other !== kind;
  });
}

function subjectKey(statement: Statement): string {
  if (isElementKind(statement.kind)) return "";
  return `${statement.kind} ${formal(statement, PROV_O[statement.kind].subject)}`;
}

/** Relations that say nothing but their ends are one triple with whatever else has these ends. */
function withoutDoubles(statements: readonly Statement[], lost: Lost): readonly Statement[] {
  const { bare, doubles } = bareRelations(statements);
  if (bare.size === 0) return statements;
  const covered = new Map<Kind, Map<string, Few>>();
  for (const statement of statements) {
    const ofKind = bare.get(statement.kind);
    if (ofKind === undefined) continue;
    const { subject, object }: RelationMapping = PROV_O[statement.kind as RelationKind];
    const [from, to] = [formal(statement, subject) as string, formal(statement, object) as string];
    if (hasOne(ofKind.get(from), to) && !isBare(statement)) addTo(covered, statement.kind, from, to);
  }
  if (doubles.size === 0 && covered.size === 0) return statements;
  return statements.filter((statement, n) => {
    if (!doubles.has(n) && !(covered.size > 0 && isBare(statement) && isIn(covered, statement))) return true;
    lost(statement, RDF_LOSSES.sameTriple);
    return false;
  });
}

type Ends = Map<Kind, Map<string, Few>>;

/** The relations that say nothing but their ends, as objects by kind and subject, and the places of those that are said once more. */
function bareRelations(statements: readonly Statement[]): { readonly bare: Ends; readonly doubles: Set<number> } {
  const bare: Ends = new Map();
  const doubles = new Set<number>();
  for (let n = 0; n < statements.length; n++) {
    const statement = statements[n] as Statement;
    if (!isBare(statement)) continue;
    const { subject, object }: RelationMapping = PROV_O[statement.kind as RelationKind];
    const [from, to] = [formal(statement, subject) as string, formal(statement, object)];
    if (from === undefined || to === undefined) continue;
    if (hasOne(bare.get(statement.kind)?.get(from), to as string)) doubles.add(n);
    else addTo(bare, statement.kind, from, to as string);
  }
  return { bare, doubles };
}

function addTo(ends: Ends, kind: Kind, from: string, to: string): void {
  let ofKind = ends.get(kind);
  if (ofKind === undefined) {
    ofKind = new Map();
    ends.set(kind, ofKind);
  }
  ofKind.set(from, withOne(ofKind.get(from), to));
}

function isIn(ends: Ends, statement: Statement): boolean {
  const { subject, object }: RelationMapping = PROV_O[statement.kind as RelationKind];
  return hasOne(
    ends.get(statement.kind)?.get(formal(statement, subject) as string),
    formal(statement, object) as string,
  );
}

/** Whether a relation says nothing but its ends. */
function isBare(statement: Statement): boolean {
  if (statement.id !== undefined || statement.attributes?.length || isElementKind(statement.kind)) return false;
  const { subject, object }: RelationMapping = PROV_O[statement.kind];
  for (const [name] of formalAttributes(statement.kind)) {
    if (name === subject || name === object) continue;
    const value = formal(statement, name);
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return false;
  }
  return true;
}

function formal(statement: object, name: string): unknown {
  return (statement as Readonly<Record<string, unknown>>)[name];
}
