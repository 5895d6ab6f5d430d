import { types } from "node:util";
import { followPromise, followThenable } from "../../capture/thenable.ts";
import { isPlainObject } from "../../capture/values.ts";
import type { EstimatorOptions } from "../estimator.ts";
import { executionOf } from "../options.ts";
import { callStated } from "../stated-call.ts";
import { recordTraining } from "./training.ts";

type Class = (new (...args: never[]) => object) & { readonly name: string };
/** Never throws. */
type Observe = (instance: object, options: EstimatorOptions) => void;

/** Static methods that make an instance of what was saved. */
const LOADERS = new Set<unknown>(["load", "fromJSON"]);

/**
 * A class in whose place it can be used: `new`, `extends`, `instanceof` and static methods see the class itself, and what it makes is observed. The options of
 * the constructor are hyperparameters; a constructor that takes data trains. A static method that cannot be replaced is left as it is.
 */
export function observeClass(type: Class, options: EstimatorOptions, observe: Observe): Class {
  const name = options.name ?? type.name;
  const statics = new WeakMap<object, object>();
  const promises = new WeakMap<object, object>();
  const proxy: Class = new Proxy(type, {
    construct(target, args: unknown[], newTarget) {
      const construct = () => Reflect.construct(target, args, newTarget === proxy ? target : newTarget) as object;
      const hyperparameters = settingsAmong(args, options.hyperparameters);
      const execution = args.some(isData) ? executionOf(options) : undefined;
      const made = execution
        ? recordTraining(execution, {
            label: `${name}.new`,
            model: undefined,
            method: target,
            args,
            hyperparameters,
            call: construct,
          })
        : construct();
      observe(made as object, { ...options, name, hyperparameters });
      return made as object;
    },
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver === proxy ? target : receiver);
      if (receiver !== proxy || typeof value !== "function" || isFixed(target, key)) return value;
      const known = statics.get(value) ?? observeStatic(value, key);
      statics.set(value, known);
      return known;
    },
    // A setter may reach for private fields, which the class has and what stands in for it has not.
    set: (target, key, value, receiver) => Reflect.set(target, key, value, receiver === proxy ? target : receiver),
  });
  return proxy;

  /** What a static method makes of the class is observed too. */
  function observeStatic(method: object, key: string | symbol): object {
    return new Proxy(method as () => unknown, {
      apply(target, self, args) {
        const call = () => observeResult(Reflect.apply(target, self === proxy ? type : self, args));
        const execution = LOADERS.has(key) ? executionOf(options) : undefined;
        if (!execution) return call();
        return callStated(execution, "activity", `${name}.${String(key)}`, {
          call,
          after(step, loaded) {
            if (isInstance(loaded)) step.generated(loaded, { kind: "model", name });
          },
        });
      },
    });
  }

  /** The result, or of a promise what settles the same way: the very same each time for the same promise. */
  function observeResult(result: unknown): unknown {
    const observeMade = (made: unknown) => {
      if (isInstance(made)) observe(made, { ...options, name });
    };
    if (!types.isPromise(result) || types.isProxy(result)) observeMade(result);
    else {
      const known = promises.get(result) ?? followPromise(result, observeMade, ignore);
      if (known === undefined) followThenable(result, observeMade, ignore);
      else promises.set(result, known);
      return known ?? result;
    }
    return result;
  }

  function isInstance(made: unknown): made is object {
    try {
      return made instanceof type;
    } catch {
      return false; // a Proxy, or a class with an answer of its own
    }
  }
}

function ignore(): void {}

/** Whether a property must be read as it is: a Proxy that gave anything else in its place would throw. */
function isFixed(target: object, key: string | symbol): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  return key === "prototype" || (own?.configurable === false && own.writable === false);
}

/** The options among the arguments of a constructor. */
function settingsAmong(args: readonly unknown[], told: EstimatorOptions["hyperparameters"]): Record<string, unknown> {
  const settings = { ...told };
  for (const argument of args) {
    try {
      if (isPlainObject(argument)) Object.assign(settings, argument);
    } catch {
      // A getter that throws: the constructor may never read it.
    }
  }
  return settings;
}

/** Whether a constructor's argument is data to learn from: a list, an array of numbers, or something with rows such as a matrix. */
function isData(argument: unknown): boolean {
  try {
    return (
      Array.isArray(argument) ||
      ArrayBuffer.isView(argument) ||
      (typeof argument === "object" && argument !== null && "rows" in argument)
    );
  } catch {
    return false; // a Proxy that does not tell
  }
}
