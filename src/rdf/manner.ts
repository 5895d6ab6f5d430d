import { isElementKind, type Kind } from "../model/relations.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { PROV_O, type RelationKind, type RelationMapping } from "./prov-o.ts";

/**
 * The relations among the statements of one graph that need a qualified node although they say little. A triple beside a qualified node of the
 * same subject that has no object would be taken for its object; a time that stands on the subject is that of its only relation.
 */
export function crowdedIn(statements: readonly Statement[]): ReadonlySet<Statement> {
  const crowded = new Set<Statement>();
  const short = new Set<Kind>();
  const open = new Map<Kind, Set<Iri>>();
  for (const statement of statements) {
    const { kind } = statement;
    if (isElementKind(kind)) continue;
    const { subject, object, qualified, timeShortcut }: RelationMapping = PROV_O[kind];
    if (!qualified) continue;
    if (timeShortcut !== undefined && isTimeOnly(statement)) short.add(kind);
    if (formal(statement, object) === undefined) entry(open, kind).add(formal(statement, subject) as Iri);
  }
  for (const kind of short) addTimed(kind, statements, crowded);
  if (open.size > 0) for (const statement of statements) if (isBeside(statement, open)) crowded.add(statement);
  return crowded;
}

function isTimeOnly(statement: Statement): boolean {
  return statement.id === undefined && formal(statement, "time") !== undefined && !statement.attributes?.length;
}

/** Adds the relations of a kind whose time would stand on the subject, unless they are the only ones of that subject. */
function addTimed(kind: Kind, statements: readonly Statement[], crowded: Set<Statement>): void {
  const { subject }: RelationMapping = PROV_O[kind as RelationKind];
  const first = new Map<Iri | undefined, Statement>();
  for (const statement of statements) {
    if (statement.kind !== kind) continue;
    const id = formal(statement, subject);
    const other = first.get(id);
    if (other === undefined) first.set(id, statement);
    else for (const one of [other, statement]) if (isTimeOnly(one)) crowded.add(one);
  }
}

function isBeside(statement: Statement, open: ReadonlyMap<Kind, ReadonlySet<Iri>>): boolean {
  if (isElementKind(statement.kind)) return false;
  const { subject, object }: RelationMapping = PROV_O[statement.kind];
  const id = formal(statement, subject);
  return id !== undefined && formal(statement, object) !== undefined && open.get(statement.kind)?.has(id) === true;
}

function formal(statement: Statement, name: string): Iri | undefined {
  return (statement as unknown as Readonly<Record<string, Iri | undefined>>)[name];
}

function entry(sets: Map<Kind, Set<Iri>>, kind: Kind): Set<Iri> {
  let set = sets.get(kind);
  if (set === undefined) {
    set = new Set();
    sets.set(kind, set);
  }
  return set;
}
