import { types } from "node:util";

/** The names of the members of an object, in order: the first thousand of them, and how many there are. */
export interface OwnNames {
  readonly names: readonly string[];
  readonly count: number;
}

const MANY = 1000;

/**
 * The names of an object's own members. To list a million takes a second, however few of them are wanted, so an object with many is asked once:
 * what it has gained or lost by the next time is not seen. Throws what a Proxy throws.
 */
export function ownNames(object: object): OwnNames {
  const known = hasLarge ? LARGE.get(object) : undefined;
  if (known !== undefined) return known;
  const names = types.isProxy(object) ? namesOfProxy(object) : Object.keys(object);
  const count = names.length;
  if (count <= MANY) return { names, count };
  const large = { names: names.slice(0, MANY), count };
  LARGE.set(object, large);
  hasLarge = true;
  return large;
}

/**
 * `Object.keys` asks a Proxy about each of its names: of many those that are looked at are asked about alone. That it lists them all cannot be helped,
 * for nothing lists a part.
 */
function namesOfProxy(proxy: object): string[] {
  const names = Reflect.ownKeys(proxy).filter((name) => typeof name === "string");
  return names.length > MANY ? names : Object.keys(proxy);
}

/** Whether an object has been seen to have so many members that they are not to be listed again. */
export function isKnownLarge(object: object): boolean {
  return hasLarge && LARGE.has(object);
}

const LARGE = new WeakMap<object, OwnNames>();
let hasLarge = false;
