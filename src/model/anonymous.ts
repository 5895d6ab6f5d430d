import type { Bundle, Document } from "./document.ts";
import { formalAttributes, isElementKind, isNameKind } from "./relations.ts";
import type { Iri, Statement, Value } from "./statement.ts";

/** Whether an identifier is anonymous: `_:label`. Such a label stands for nothing outside its document. */
export function isAnonymous(id: Iri): boolean {
  return id.startsWith("_:");
}

/**
 * The document without the anonymous ids that nothing refers to: an identified relation that nobody names is the same statement as one
 * without an id. Every reader ends with this, since some notations (PROV-JSON, RDF) cannot but give each relation an id.
 */
export function withoutIdleIds(document: Document): Document {
  const named = new Set<Iri>();
  const found = (id: Iri) => {
    if (isAnonymous(id)) named.add(id);
  };
  let relations = 0;
  for (const { id, statements } of scopes(document)) {
    if (id !== undefined) found(id);
    for (const statement of statements) {
      if (isAnonymousRelation(statement)) relations++;
      eachReference(statement, found);
    }
  }
  if (relations === 0) return document;
  const isIdle = (statement: Statement) => isAnonymousRelation(statement) && !named.has(statement.id as Iri);
  const strip = (statements: readonly Statement[]) => statements.map((one) => (isIdle(one) ? withoutId(one) : one));
  const bundles = document.bundles.map((bundle) => ({ ...bundle, statements: strip(bundle.statements) }));
  return { ...document, statements: strip(document.statements), bundles };
}

function isAnonymousRelation({ kind, id }: Statement): boolean {
  return id !== undefined && isAnonymous(id) && !isElementKind(kind);
}

/** Calls back with each identifier that a statement refers to, its own id aside. */
export function eachReference(statement: Statement, found: (id: Iri) => void): void {
  const values = statement as unknown as Readonly<Record<string, unknown>>;
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = values[name];
    if (value === undefined) continue;
    if (isNameKind(kind)) found(value as Iri);
    else if (kind === "key") inValue(value as Value, found);
    else if (kind === "keySet") for (const key of value as readonly Value[]) inValue(key, found);
    else if (kind === "keyEntitySet") {
      for (const pair of value as readonly { key: Value; entity: Iri }[]) {
        inValue(pair.key, found);
        found(pair.entity);
      }
    }
  }
  for (const [, value] of statement.attributes ?? []) inValue(value, found);
}

function inValue(value: Value, found: (id: Iri) => void): void {
  if (typeof value === "object" && "iri" in value) found(value.iri);
}

function scopes({ statements, bundles }: Document): readonly (Pick<Bundle, "statements"> & { readonly id?: Iri })[] {
  return [{ statements }, ...bundles];
}

function withoutId({ id, ...statement }: Statement): Statement {
  return statement as Statement;
}
