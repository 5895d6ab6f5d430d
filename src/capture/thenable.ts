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
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const own = Object.getOwnPropertyDescriptor(value, THEN);
  if (own ? !own.configurable || !("value" in own) : !Object.isExtensible(value)) return false;
  const then: unknown = (value as { then?: unknown }).then;
  if (typeof then !== "function") return false;

  const observed = function (this: unknown, onValue?: unknown, onError?: unknown): unknown {
    if (own) Object.defineProperty(value, THEN, own);
    else delete (value as { then?: unknown }).then;
    return Reflect.apply(then, this, [observing(complete, onValue, pass), observing(fail, onError, rethrow)]);
  };
  Object.defineProperty(value, THEN, {
    value: observed,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return true;
}

const THEN = "then";

type Callback = (value: unknown) => unknown;

function observing(observe: (value: unknown) => void, callback: unknown, otherwise: Callback): Callback {
  return (value) => {
    observe(value);
    return typeof callback === "function" ? (callback as Callback)(value) : otherwise(value);
  };
}

function pass(value: unknown): unknown {
  return value;
}

function rethrow(error: unknown): never {
  throw error;
}
