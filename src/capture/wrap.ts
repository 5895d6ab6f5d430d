import { ProvenanceError } from "../model/error.ts";
import type { StepKind } from "../model/ml.ts";
import type { Execution } from "./execution.ts";
import { IS_DISABLED } from "./options.ts";
import { sameParameterNames } from "./parameter-names.ts";
import { offerToThreads } from "./placement/threads.ts";

// biome-ignore lint/suspicious/noExplicitAny: any function can be a step, and its type comes through unchanged
export type AnyFunction = (...args: any[]) => any;

/**
 * Makes functions into steps. One value is both: called with a function it returns the wrapped function, of the same type; written
 * as `@…` before a method (static, private, overriding; TC39 or `experimentalDecorators`) or a field holding a function, it is a decorator.
 */
export interface StepWrapper {
  <F extends AnyFunction>(fn: F): F;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  <This, F extends (this: This, ...args: any) => any>(method: F, context: ClassMethodDecoratorContext<This, F>): F;
  <This, F extends AnyFunction>(field: undefined, context: ClassFieldDecoratorContext<This, F>): (initial: F) => F;
  <F extends AnyFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/** `training("fit", fn)` wraps at once; `training("fit")` is the {@link StepWrapper}. */
export interface StepMaker {
  <F extends AnyFunction>(name: string, fn: F): F;
  (name: string): StepWrapper;
}

/** Finds, at each call of a step, the execution that records it; undefined where none can be had. */
export type FindExecution = () => Execution | undefined;

export function stepMaker(kind: StepKind, find: FindExecution): StepMaker {
  function make(name: string, ...rest: AnyFunction[]): unknown {
    if (typeof name !== "string" || name === "") {
      throw new ProvenanceError(
        "bad-argument",
        `${kind}() takes the step's name first, e.g. ${kind}("clean", rows => …)`,
      );
    }
    if (rest.length > 0) return wrap(rest[0], kind, name, find);
    return (...args: unknown[]) => decorate(args, kind, name, find);
  }
  return make as StepMaker;
}

/** The function as a step. From outside it looks the same; nothing is recorded, and nothing made, before it is called. */
function wrap(fn: unknown, kind: StepKind, label: string, find: FindExecution): AnyFunction {
  if (typeof fn !== "function") {
    throw new ProvenanceError(
      "bad-argument",
      `${kind}(${JSON.stringify(label)}) wraps a function, not ${fn === null ? "null" : typeof fn}`,
    );
  }
  if (/^class(?!\s*\()\b/.test(Function.prototype.toString.call(fn))) throw cannotDecorate("class", label, kind);
  if (IS_DISABLED) return fn as AnyFunction;
  offerToThreads();
  const { step } = {
    step(this: unknown, ...args: unknown[]): unknown {
      const execution = find();
      return execution ? execution.call(kind, label, fn as never, this, args) : Reflect.apply(fn, this, args);
    },
  };
  resemble(step, fn);
  return step;
}

/** Name, length, what the program put on the function, and its class: some libraries treat an AsyncFunction differently. */
function resemble(step: AnyFunction, fn: object): void {
  for (const key of Reflect.ownKeys(fn)) {
    const property = Reflect.getOwnPropertyDescriptor(fn, key);
    if (property && key !== "arguments" && key !== "caller") Reflect.defineProperty(step, key, property);
  }
  Reflect.setPrototypeOf(step, Reflect.getPrototypeOf(fn));
  sameParameterNames(step, fn);
}

function decorate(args: readonly unknown[], kind: StepKind, label: string, find: FindExecution): unknown {
  const [target, second, descriptor] = args;
  if (isContext(second)) {
    if (second.kind === "method") return wrap(target, kind, label, find);
    if (second.kind === "field") return (initial: unknown) => wrap(initial, kind, label, find);
    throw cannotDecorate(second.kind, label, kind);
  }
  if (args.length >= 2) {
    const method = descriptor as TypedPropertyDescriptor<unknown> | undefined;
    if (typeof method?.value !== "function") throw cannotDecorate("property without a function", label, kind);
    return { ...method, value: wrap(method.value, kind, label, find) };
  }
  return wrap(target, kind, label, find);
}

function isContext(value: unknown): value is { kind: string } {
  return typeof value === "object" && value !== null && "kind" in value && "name" in value;
}

function cannotDecorate(what: string, label: string, kind: StepKind): ProvenanceError {
  return new ProvenanceError(
    "bad-decorator",
    `@${kind}(${JSON.stringify(label)}) stands before a ${what}; put it before a method, or a field that holds a function`,
  );
}
