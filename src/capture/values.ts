import { types } from "node:util";
import { type BriefValue, isExactInJson } from "../model/brief.ts";
import { canonicalDouble, dateTime } from "../model/literals.ts";
import { type OwnNames, ownNames } from "./own-names.ts";
import { cleanName, isSecretName, isSecretNumberName, REDACTED, redact, redactArguments } from "./secrets.ts";

/** Longer strings are recorded as their length. */
export const LONGEST_STRING = 256;
/** How many values of one object are recorded; the rest is counted. */
export const MOST_VALUES = 100;
/** How deep nested plain objects are followed. */
export const DEEPEST_VALUE = 4;
/** Integers of more bits are recorded as such, without their digits. */
const WIDEST_INTEGER_BITS = 1024;

/** The values and the objects found in a plain object: names are dotted paths. */
export interface Contents {
  readonly values: Record<string, BriefValue>;
  readonly objects: [name: string, value: object][];
}

/**
 * A record in which a key such as `__proto__` is a key like any other. Made by a constructor: V8 keeps objects of `Object.create(null)`
 * in a slower form.
 */
export function emptyValues(): Record<string, BriefValue> {
  return new Values() as Record<string, BriefValue>;
}

const Values = function Values() {} as unknown as new () => object;
Values.prototype = Object.create(null);

/**
 * Copies what a plain object holds now: scalars and short lists of them as values, everything else, and whatever is followed already,
 * as objects.
 */
export function contentsOf(object: object, isFollowed: (value: object) => boolean, read: Read = NOTHING): Contents {
  const walk: Walk = { values: emptyValues(), objects: [], left: MOST_VALUES, around: [], read, isFollowed };
  collect(object as Record<string, unknown>, "", 0, walk);
  return walk;
}

/** The members of a plain object, not looked into: scalars as values, everything else as objects. */
export function membersOf(object: object, read: Read = NOTHING): Contents {
  const contents: Contents = { values: emptyValues(), objects: [] };
  for (const [i, key] of (keysOf(object)?.names ?? []).slice(0, MOST_VALUES).entries()) {
    const name = shortened(key);
    const value = read.names[i] === key ? read.values[i] : property(object as Record<string, unknown>, key);
    const scalar = scalarValue(value, name);
    if (scalar !== undefined) contents.values[name] = scalar;
    else if (typeof value === "object" && value !== null) contents.objects.push([name, value]);
  }
  return contents;
}

/** What has been read of an object's first members, in their order. */
interface Read {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}
const NOTHING: Read = { names: [], values: [] };

interface Walk extends Contents {
  left: number;
  /** The objects that the walk is inside of. */
  readonly around: object[];
  /** Of the outermost object. */
  readonly read: Read;
  readonly isFollowed: (value: object) => boolean;
}

function collect(object: Record<string, unknown>, path: string, depth: number, into: Walk): void {
  const keys = keysOf(object);
  if (keys === undefined) {
    into.values[path === "" ? "…" : path] = omitted("unreadable");
    return;
  }
  const { names, count } = keys;
  into.around.push(object);
  for (let i = 0; i < names.length; i++) {
    const key = names[i] as string;
    const name = shortened(path === "" ? key : `${path}.${shortened(key)}`);
    if (into.left-- <= 0) {
      into.values["…"] = omitted(`${count - i} more values`);
      break;
    }
    const isRead = depth === 0 && into.read.names[i] === key;
    const value = isRead ? into.read.values[i] : property(object, key);
    const scalar = scalarValue(value, name);
    if (scalar !== undefined) into.values[name] = scalar;
    else if (typeof value !== "object" || value === null) continue;
    else if (into.isFollowed(value)) into.objects.push([name, value]);
    else if (into.around.includes(value)) into.values[name] = omitted("cyclic");
    else if (isPlainObject(value) && depth < DEEPEST_VALUE) collect(value, name, depth + 1, into);
    else {
      const list = listValue(value, name);
      if (list !== undefined) into.values[name] = list;
      else into.objects.push([name, value]);
    }
  }
  into.around.pop();
}

function shortened(name: string): string {
  if (name.length <= LONGEST_STRING) return cleanName(name);
  return `${cleanName(name.slice(0, 4 * LONGEST_STRING)).slice(0, LONGEST_STRING - 1)}…`; // half a secret looks like none
}

function keysOf(object: object): OwnNames | undefined {
  try {
    return ownNames(object);
  } catch {
    return undefined;
  }
}

/** Reads a property; one whose getter throws is recorded as such, never passed on. */
function property(object: Record<string, unknown>, key: string): unknown {
  try {
    return object[key];
  } catch {
    return UNREADABLE;
  }
}
const UNREADABLE = Symbol("unreadable");

/** The value of a scalar as recorded, or undefined when it is none (objects, arrays, undefined). */
export function scalarValue(value: unknown, name = ""): BriefValue | undefined {
  switch (typeof value) {
    case "number":
      return isSecretNumberName(name) ? REDACTED : numberValue(value);
    case "boolean":
      return value;
    case "string":
      if (isSecretName(name)) return REDACTED;
      return value.length <= LONGEST_STRING ? redact(value) : omitted(`string(${value.length})`);
    case "bigint":
      if (isSecretNumberName(name)) return REDACTED;
      return BigInt.asIntN(WIDEST_INTEGER_BITS, value) === value
        ? { value: String(value), type: "xsd:integer" }
        : omitted("bigint");
    case "symbol":
      return omitted(value === UNREADABLE ? "unreadable" : "symbol");
    case "function":
      return omitted("function");
    default:
      if (value === null) return { name: "rdf:nil" };
      return types.isDate(value) ? dateValue(value) : undefined;
  }
}

function numberValue(value: number): BriefValue {
  return isExactInJson(value) ? value : { value: canonicalDouble(value), type: "xsd:double" };
}

function dateValue(date: Date): BriefValue {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? omitted("Date(invalid)") : { value: dateTime(time), type: "xsd:dateTime" };
}

/** A short list of scalars as a JSON literal; undefined when it is long or holds anything else. */
function listValue(list: object, name: string): BriefValue | undefined {
  try {
    if (!Array.isArray(list) || list.length > MOST_VALUES) return undefined;
    const isSecret = isSecretName(name);
    const plain: unknown[] = [];
    let length = 0;
    for (let i = 0; i < list.length; i++) {
      const item: unknown = list[i];
      if (typeof item === "string") {
        length += item.length;
        plain.push(isSecret ? REDACTED : length > LONGEST_STRING ? "" : item);
      } else if (typeof item === "boolean" || item === null) plain.push(item);
      else if (typeof item === "number" && Number.isFinite(item)) plain.push(isSecret ? REDACTED : item);
      else return undefined;
    }
    const json = length > LONGEST_STRING ? undefined : JSON.stringify(cleanList(plain));
    if (json === undefined || json.length > LONGEST_STRING) return omitted(`Array(${list.length})`);
    return { value: json, type: "rdf:JSON" };
  } catch {
    return omitted("unreadable");
  }
}

/** Where one is a flag, the list may be a command line, whose secrets stand behind their flags. */
function cleanList(list: readonly unknown[]): readonly unknown[] {
  const isCommand = list.some((item) => typeof item === "string" && item.startsWith("-"));
  const clean = isCommand ? redactArguments(list.map(String)) : undefined;
  return list.map((item, i) => {
    if (clean?.[i] === REDACTED) return REDACTED;
    return typeof item === "string" ? (clean?.[i] ?? redact(item)) : item;
  });
}

/** What stands for a value that is not recorded: its type and size. */
export function omitted(what: string): BriefValue {
  return { value: what, type: "provml:Omitted" };
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  } catch {
    return false; // a Proxy that does not tell
  }
}
