import { ProvenanceError } from "../model/error.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever a framework's method takes and returns
export type Method = (this: any, ...args: any[]) => any;

/**
 * Puts a method before the one that an object inherits: a property of its own that no listing, copy or JSON shows. Class, prototype
 * and private fields stay what they were.
 */
export function override(object: object, name: string, method: Method): void {
  const original = (object as Record<string, Method>)[name] as Method;
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(method, "name", { value: original.name, configurable: true });
  Object.defineProperty(method, "length", { value: original.length, configurable: true });
  Object.defineProperty(object, name, {
    value: method,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
}

/** Throws for what cannot be given methods of its own. */
export function checkOverridable(thing: unknown, verb: string, wanted: string): asserts thing is object {
  if ((typeof thing !== "object" && typeof thing !== "function") || thing === null) {
    const given = thing === null ? "null" : typeof thing;
    throw new ProvenanceError("bad-argument", `${verb}() takes ${wanted}, not ${given}`);
  }
  if (!Object.isExtensible(thing)) {
    throw new ProvenanceError("bad-argument", `${verb}() got a frozen object; record it before it is frozen`);
  }
}

/** The method of this name, or undefined; a getter that throws has none. */
export function methodOf(object: object, name: string): Method | undefined {
  try {
    const method: unknown = (object as Record<string, unknown>)[name];
    return typeof method === "function" ? (method as Method) : undefined;
  } catch {
    return undefined;
  }
}
