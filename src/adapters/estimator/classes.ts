import { isPlainObject } from "../../capture/values.ts";
import type { EstimatorOptions } from "../estimator.ts";
import { executionOf } from "../options.ts";
import { callStated } from "../stated-call.ts";
import { recordTraining } from "./training.ts";

type Class = (new (...args: never[]) => object) & { readonly name: string };
type Observe = (instance: object, options: EstimatorOptions) => object;

/** Static methods that make an instance of what was saved. */
const LOADERS = new Set<unknown>(["load", "fromJSON"]);

/**
 * A class in whose place it can be used: `new`, `extends`, `instanceof` and static methods see the class itself, and what it makes is observed. The options of
 * the constructor are hyperparameters; a constructor that takes data trains.
 */
export function observeClass(type: Class, options: EstimatorOptions, observe: Observe): Class {
  const name = options.name ?? type.name;
  const statics = new WeakMap<object, object>();
  const proxy: Class = new Proxy(type, {
    construct(target, args: unknown[], newTarget) {
      const construct = () => Reflect.construct(target, args, newTarget === proxy ? target : newTarget) as object;
      const hyperparameters = { ...options.hyperparameters };
      for (const argument of args) if (isPlainObject(argument)) Object.assign(hyperparameters, argument);
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
      return observe(made as object, { ...options, name, hyperparameters });
    },
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver === proxy ? target : receiver);
      if (receiver !== proxy || typeof value !== "function" || key === "prototype") return value;
      const known = statics.get(value) ?? observeStatic(value, key);
      statics.set(value, known);
      return known;
    },
  });
  return proxy;

  /** What a static method makes of the class is observed too. */
  function observeStatic(method: object, key: string | symbol): object {
    return new Proxy(method as () => unknown, {
      apply(target, self, args) {
        const call = () => Reflect.apply(target, self === proxy ? type : self, args) as unknown;
        const execution = LOADERS.has(key) ? executionOf(options) : undefined;
        const made = execution
          ? callStated(execution, "activity", `${name}.${String(key)}`, {
              call,
              after(step, loaded) {
                if (loaded instanceof type) step.generated(loaded, { kind: "model", name });
              },
            })
          : call();
        return made instanceof type ? observe(made, { ...options, name }) : made;
      },
    });
  }
}

/** Whether a constructor's argument is data to learn from: a list, an array of numbers, or something with rows such as a matrix. */
function isData(argument: unknown): boolean {
  return (
    Array.isArray(argument) ||
    ArrayBuffer.isView(argument) ||
    (typeof argument === "object" && argument !== null && "rows" in argument)
  );
}
