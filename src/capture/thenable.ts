import { types } from "node:util";

/**
 * Observes a thenable that is not a Promise, such as a database query that starts when its `then` is called. Calling `then` here would start
 * it twice, so the caller's own call is observed, once, through a property that removes itself. Returns whether it will be.
 */
export function followThenable(
  value: unknown,
  complete: (value: unknown) => void,
  fail: (error: unknown) => void,
): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value) || hasNoThen(value)) return false;
  const own = Object.getOwnPropertyDescriptor(value, THEN);
  if (own ? !own.configurable || !("value" in own) : !Object.isExtensible(value)) return false;
  const then = own ? (own.value as unknown) : inherited(value);
  if (typeof then !== "function") return false;

  const before = own && OBSERVERS.get(then);
  if (before !== undefined) {
    if (before.length >= MOST_OBSERVERS) return false;
    before.push({ complete, fail });
    return true;
  }
  const observers: Observer[] = [{ complete, fail }];
  const completeAll = (result: unknown) => {
    for (const one of observers) one.complete(result);
  };
  const failAll = (error: unknown) => {
    for (const one of observers) one.fail(error);
  };
  const observed = function (this: unknown, onValue?: unknown, onError?: unknown): unknown {
    if (own) Object.defineProperty(value, THEN, own);
    else delete (value as { then?: unknown }).then;
    return Reflect.apply(then, this, [observing(completeAll, onValue, pass), observing(failAll, onError, rethrow)]);
  };
  OBSERVERS.set(observed, observers);
  Object.defineProperty(value, THEN, {
    value: observed,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return true;
}

interface Observer {
  complete(value: unknown): void;
  fail(error: unknown): void;
}

/** The steps that a thenable was returned by and that nobody has awaited yet, by the property that observes it: one for all of them. */
const OBSERVERS = new WeakMap<object, Observer[]>();
/** A step within a step within a step may return the same one. More than so many are steps that hand out one that is kept, and end at once. */
const MOST_OBSERVERS = 16;

/**
 * A promise that settles the same way, and in whose place it is a failure that nobody handles stays unhandled. What the original has
 * of its own, such as `cancel`, it has too. Undefined for instances of subclasses: their private state cannot be had twice and their
 * `then` may do more, as that of queries does, so they are followed as thenables are.
 */
export function followPromise(
  promise: Promise<unknown>,
  complete: (value: unknown) => void,
  fail: (error: unknown) => void,
): Promise<unknown> | undefined {
  let followed: Promise<unknown>;
  try {
    if (Object.getPrototypeOf(promise) !== Promise.prototype) return undefined;
    followed = Promise.prototype.then.call(
      promise,
      (value) => {
        complete(value);
        return value;
      },
      (error: unknown) => {
        fail(error);
        throw error;
      },
    );
  } catch {
    return undefined;
  }
  // Not the symbols: Node keeps its own state of a promise under some.
  for (const name of Object.getOwnPropertyNames(promise)) {
    const property = Object.getOwnPropertyDescriptor(promise, name);
    if (property) Reflect.defineProperty(followed, name, property);
  }
  return followed;
}

const THEN = "then";

/** The quick answer for most objects; a Proxy among the prototypes may throw. */
function hasNoThen(value: object): boolean {
  try {
    return !(THEN in value);
  } catch {
    return false;
  }
}

/** Reads `then` as `await` would; a getter that throws is for `await` to meet. */
function inherited(value: object): unknown {
  try {
    return (value as { then?: unknown }).then;
  } catch {
    return undefined;
  }
}

type Callback = (...values: unknown[]) => unknown;

function observing(observe: (value: unknown) => void, callback: unknown, otherwise: Callback): Callback {
  return (...values) => {
    observe(values[0]);
    return typeof callback === "function" ? (callback as Callback)(...values) : otherwise(...values);
  };
}

function pass(value: unknown): unknown {
  return value;
}

function rethrow(error: unknown): never {
  throw error;
}
