import type { Document } from "./document.ts";
import { formalAttributes, isNameKind } from "./relations.ts";
import type { Attribute, Iri, KeyEntityPair, Statement, Value } from "./statement.ts";

/** The document with other identifiers: all ids, and whatever refers to one. Names of attributes and datatypes stay. */
export function renamed(document: Document, rename: (id: Iri) => Iri): Document {
  const all = (statements: readonly Statement[]) => statements.map((one) => renamedStatement(one, rename));
  const bundles = document.bundles.map((bundle) => ({
    ...bundle,
    id: rename(bundle.id),
    statements: all(bundle.statements),
  }));
  return { ...document, statements: all(document.statements), bundles };
}

function renamedStatement(statement: Statement, rename: (id: Iri) => Iri): Statement {
  const values: Record<string, unknown> = { ...statement };
  if (statement.id !== undefined) values.id = rename(statement.id);
  for (const [name, kind] of formalAttributes(statement.kind)) {
    const value = values[name];
    if (value === undefined) continue;
    if (isNameKind(kind)) values[name] = rename(value as Iri);
    else if (kind === "key") values[name] = renamedValue(value as Value, rename);
    else if (kind === "keySet") values[name] = (value as readonly Value[]).map((one) => renamedValue(one, rename));
    else if (kind === "keyEntitySet") {
      values[name] = (value as readonly KeyEntityPair[]).map(({ key, entity }) => ({
        key: renamedValue(key, rename),
        entity: rename(entity),
      }));
    }
  }
  if (statement.attributes) {
    values.attributes = statement.attributes.map(([name, value]): Attribute => [name, renamedValue(value, rename)]);
  }
  return values as unknown as Statement;
}

function renamedValue(value: Value, rename: (id: Iri) => Iri): Value {
  return typeof value === "object" && "iri" in value ? { iri: rename(value.iri) } : value;
}
