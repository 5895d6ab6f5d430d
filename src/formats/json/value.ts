import { unreadableAt } from "../unreadable.ts";
import { jsonPath } from "./path.ts";
import { JsonText } from "./text.ts";

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How deep objects and lists may stand in each other. */
export const MOST_JSON_DEPTH = 256;

/**
 * What a JSON text says, as plain values. Unlike `JSON.parse` this refuses an object that says a key twice, of which one would be lost, and has a limit
 * of depth.
 * @throws {ProvenanceError} `unreadable` with line and column, or with the path where the text is well-formed.
 */
export function jsonValue(text: string): unknown {
  const json = new JsonText(text);
  const value = next(json, []);
  json.end();
  return value;
}

function next(json: JsonText, path: (string | number)[]): unknown {
  switch (json.kind()) {
    case "object":
      return object(json, path);
    case "array":
      return list(json, path);
    case "string":
      return json.string();
    case "number":
      return Number(json.number());
    case "boolean":
      return json.boolean();
    case "null":
      json.null();
      return null;
  }
}

function object(json: JsonText, path: (string | number)[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  if (!json.enterObject()) return found;
  do {
    const key = json.key();
    path.push(key);
    checkDepth(path);
    if (Object.hasOwn(found, key)) throw unreadableAt(jsonPath(path), "the key stands twice in one object");
    const value = next(json, path);
    if (key === "__proto__")
      Object.defineProperty(found, key, { value, enumerable: true, writable: true, configurable: true });
    else found[key] = value;
    path.pop();
  } while (json.nextMember());
  return found;
}

function list(json: JsonText, path: (string | number)[]): unknown[] {
  const found: unknown[] = [];
  if (!json.enterArray()) return found;
  do {
    path.push(found.length);
    checkDepth(path);
    found.push(next(json, path));
    path.pop();
  } while (json.nextItem());
  return found;
}

function checkDepth(path: readonly (string | number)[]): void {
  if (path.length <= MOST_JSON_DEPTH) return;
  throw unreadableAt(
    jsonPath(path.slice(0, 8)),
    `objects and lists stand more than ${MOST_JSON_DEPTH} deep in each other`,
  );
}
