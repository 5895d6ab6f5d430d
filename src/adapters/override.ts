import { ProvenanceError } from "../model/error.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever a framework's method takes and returns
export type Method = (this: any, ...args: any[]) => any;

/**
 * Puts a method before the one that an object inherits: a property of its own that no listing, copy or JSON shows. Class, prototype
 * and private fields stay what they were. What takes no such property (it is frozen or sealed, the method is not configurable, a Proxy
 * refuses) is left as it is.
 */
export function override(object: object, name: string, method: Method): void {
  try {
    const original = (object as Record<string, Method>)[name] as Method;
    const own = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(method, "name", { value: original.name, configurable: true });
    Object.defineProperty(method, "length", { value: original.length, configurable: true });
    Reflect.defineProperty(object, name, {
      value: method,
      writable: true,
      configurable: true,
      enumerable: own?.enumerable ?? false,
    });
  } catch {
    // A Proxy, or a getter that throws at the second look: nothing is changed, as where the property is refused.
  }
}

/** Throws for what cannot be given methods of its own. */
export function checkOverridable(thing: unknown, verb: string, wanted: string): asserts thing is object {
  if ((typeof thing !== "object" && typeof thing !== "function") || thing === null) {
    const given = thing === null ? "null" : typeof thing;
    throw new ProvenanceError("bad-argument", `${verb}() takes ${wanted}, not ${given}`);
  }
  if (!isExtensible(thing)) {
    throw new ProvenanceError("bad-argument", `${verb}() got a frozen object; record it before it is frozen`);
  }
}

function isExtensible(thing: object): boolean {
  try {
    return Object.isExtensible(thing);
  } catch {
    return false; // a Proxy that does not tell
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
