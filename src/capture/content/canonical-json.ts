import { isPlainObject } from "../values.ts";

/** Deeper values, cyclic ones among them, are no JSON here. */
const DEEPEST_JSON = 500;

/** The canonical JSON of a value (RFC 8785); undefined where it is none. */
export function canonicalJson(value: unknown): string | undefined {
  const pieces: string[] = [];
  const isJson = putCanonicalJson(value, (piece) => pieces.push(piece) > 0);
  return isJson ? pieces.join("") : undefined;
}

/**
 * Hands the canonical JSON of a value (RFC 8785) to `put`, piece by piece, and tells whether it is one. JSON values are null, booleans, finite
 * numbers, well-formed strings, arrays without holes, and plain objects; a member that is undefined counts as absent. `put` returns false to
 * stop. Getters that throw are the caller's to catch.
 */
export function putCanonicalJson(value: unknown, put: (text: string) => boolean, depth = 0): boolean {
  switch (typeof value) {
    case "boolean":
      return put(String(value));
    case "number":
      return Number.isFinite(value) && put(JSON.stringify(value));
    case "string":
      return value.isWellFormed() && put(JSON.stringify(value));
    case "object":
      if (value === null) return put("null");
      if (depth > DEEPEST_JSON) return false;
      if (Array.isArray(value)) return putArray(value, put, depth);
      return isPlainObject(value) && putObject(value, put, depth);
    default:
      return false;
  }
}

function putArray(array: readonly unknown[], put: (text: string) => boolean, depth: number): boolean {
  for (let i = 0; i < array.length; i++) {
    if (!put(i === 0 ? "[" : ",") || !putCanonicalJson(array[i], put, depth + 1)) return false;
  }
  return put(array.length === 0 ? "[]" : "]");
}

function putObject(object: Readonly<Record<string, unknown>>, put: (text: string) => boolean, depth: number): boolean {
  let separator = "{";
  // The default order is that of UTF-16 code units, as section 3.2.3 wants it.
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === undefined) continue;
    if (!name.isWellFormed() || !put(`${separator}${JSON.stringify(name)}:`)) return false;
    if (!putCanonicalJson(value, put, depth + 1)) return false;
    separator = ",";
  }
  return put(separator === "{" ? "{}" : "}");
}
