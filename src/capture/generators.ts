import { types } from "node:util";
import type { Activity } from "./activity.ts";
import { runInside } from "./context.ts";

type AnyGenerator = Generator | AsyncGenerator;
type Method = "next" | "return" | "throw";

/**
 * A generator in place of the one that a step returned: it runs the body inside the step and ends the step with the body. Its prototype
 * is the original's, so that `instanceof` and iteration work as before.
 */
export function followGenerator(
  generator: AnyGenerator,
  activity: Activity,
  complete: (value: unknown) => void,
): AnyGenerator {
  const observe = (method: Method, result: IteratorResult<unknown>) => {
    if (result.done) method === "return" ? activity.end("provml:EndedEarly") : complete(result.value);
    return result;
  };
  const fail = (error: unknown) => {
    activity.end("provml:Failed", error);
    throw error;
  };
  const resume = (method: Method) =>
    function (this: unknown, ...args: unknown[]): unknown {
      let result: unknown;
      try {
        result = runInside(activity, generator[method] as never, generator, args);
      } catch (error) {
        return fail(error);
      }
      if (types.isPromise(result)) return result.then((r) => observe(method, r as IteratorResult<unknown>), fail);
      return observe(method, result as IteratorResult<unknown>);
    };
  const own = (value: unknown) => ({ value, writable: true, configurable: true });
  return Object.create(Object.getPrototypeOf(generator) as object, {
    next: own(resume("next")),
    return: own(resume("return")),
    throw: own(resume("throw")),
  }) as AnyGenerator;
}
