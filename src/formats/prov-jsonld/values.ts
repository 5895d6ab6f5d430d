import { literalOf } from "../../model/literals.ts";
import type { Iri, Value } from "../../model/statement.ts";
import { isObject } from "../json/value.ts";
import { literalValue, XSD_STRING } from "../literal-value.ts";
import type { Fail } from "../qualified-names.ts";

/** The names at one place of a document. */
export interface JsonLdNames {
  /** The IRI of a name. */
  reference(name: string): Iri;
  readonly fail: Fail;
}

/**
 * One value of an attribute: `{"@value": …}` with `@type` or `@language`, `{"@id": …}`, or a bare value as JSON-LD reads it. A bare string is a name
 * in the terms whose values are names, and a string elsewhere.
 */
export function readJsonLdValue(value: unknown, names: JsonLdNames, isName: boolean): Value {
  const { fail, reference } = names;
  if (typeof value === "string") return isName ? { iri: reference(value) } : value;
  if (typeof value === "number" || typeof value === "boolean") return typed(value);
  if (!isObject(value)) return fail(`expected a value such as {"@value": "text"}`);
  for (const key of Object.keys(value))
    if (!VALUE_KEYS.has(key)) fail(`expected @value, @type and @language alone, found ${key}`);
  const { "@value": lexical, "@type": type, "@language": language, "@id": id } = value;
  if (typeof id === "string" && Object.keys(value).length === 1) return { iri: reference(id) };
  if (!isText(type) || !isText(language)) return fail("expected strings for @type and @language");
  const datatype = type === undefined ? undefined : reference(type);
  if (typeof lexical === "number" || typeof lexical === "boolean") {
    const plain = typed(lexical);
    return datatype === undefined ? plain : { ...plain, type: datatype };
  }
  if (typeof lexical !== "string") return fail("expected @value, the text of the value");
  return literalValue(lexical, datatype, language, reference, fail);
}

const VALUE_KEYS = new Set(["@value", "@type", "@language", "@id"]);

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function typed(value: number | boolean): { readonly value: string; readonly type: Iri } {
  const { lexical, type } = literalOf(value);
  return { value: lexical, type };
}

/** A value as JSON-LD. Names stand bare where the context says that they are names. */
export function writtenJsonLdValue(value: Value, name: (iri: Iri) => string, isName: boolean): unknown {
  if (typeof value === "object" && "iri" in value) {
    return isName ? name(value.iri) : { "@value": name(value.iri), "@type": "prov:QUALIFIED_NAME" };
  }
  const { lexical, type, language } = literalOf(value);
  if (language !== undefined) return { "@value": lexical, "@language": language };
  return type === XSD_STRING ? { "@value": lexical } : { "@value": lexical, "@type": name(type) };
}
