import { isElementKind } from "../model/relations.ts";
import type { Iri, Statement } from "../model/statement.ts";
import { PROV_O, type RelationKind, type RelationMapping } from "./prov-o.ts";

/**
 * The relations among the statements of one graph that need a qualified node although they say little. A triple beside a qualified node of the
 * same subject that has no object would be taken for its object; a time that stands on the subject is that of its only relation.
 */
export function crowdedIn(statements: readonly Statement[]): ReadonlySet<Statement> {
  const crowded = new Set<Statement>();
  const open = new Map<RelationKind, Set<Iri>>();
  const first = new Map<RelationKind, Map<Iri, Statement>>();
  for (const statement of statements) {
    if (isElementKind(statement.kind)) continue;
    const { subject: name, object, qualified, timeShortcut }: RelationMapping = PROV_O[statement.kind];
    const subject = formal(statement, name);
    if (!qualified || subject === undefined) continue;
    if (formal(statement, object) === undefined) entry(open, statement.kind, newSet).add(subject);
    if (timeShortcut === undefined) continue;
    const firsts = entry(first, statement.kind, newMap);
    const other = firsts.get(subject);
    if (other === undefined) firsts.set(subject, statement);
    else for (const one of [other, statement]) if (formal(one, "time") !== undefined) crowded.add(one);
  }
  if (open.size > 0) for (const statement of statements) if (isBeside(statement, open)) crowded.add(statement);
  return crowded;
}

function isBeside(statement: Statement, open: ReadonlyMap<RelationKind, ReadonlySet<Iri>>): boolean {
  if (isElementKind(statement.kind)) return false;
  const { subject, object }: RelationMapping = PROV_O[statement.kind];
  const id = formal(statement, subject);
  return id !== undefined && formal(statement, object) !== undefined && open.get(statement.kind)?.has(id) === true;
}

function formal(statement: Statement, name: string): Iri | undefined {
  return (statement as unknown as Readonly<Record<string, Iri | undefined>>)[name];
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const newSet = () => new Set<Iri>();
const newMap = () => new Map<Iri, Statement>();
