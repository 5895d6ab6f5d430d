// biome-ignore-all lint/suspicious/noThenProperty: thenables are what is tried here
import fc from "fast-check";
import { expect, it } from "vitest";
import { anyText } from "../any-text.ts";
import { tries } from "../tries.ts";
import { record } from "./memory-sink.ts";

const refuse = () => {
  throw new Error("do not touch");
};
const traps = ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor", "defineProperty", "set"] as const;

/** Makes a value; fast-check itself would touch the values. */
type Make = () => unknown;

/** Values that a program without types may hand over: what throws, loops or is gone. */
const hostile: fc.Arbitrary<Make> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...traps),
      fc.constantFrom<Make>(
        () => ({}),
        () => [],
        () => () => 1,
      ),
    )
    .map(
      ([trap, target]) =>
        () =>
          new Proxy(target() as object, { [trap]: refuse }),
    ),
  fc
    .constantFrom<Make>(
      () => ({}),
      () => [],
      () => () => 1,
    )
    .map((target) => () => {
      const { proxy, revoke } = Proxy.revocable(target() as object, {});
      revoke();
      return proxy;
    }),
  fc
    .constantFrom("constructor", "shape", "dtype", "then", "length", "toJSON", "name", "kind")
    .map((name) => () => Object.defineProperty({}, name, { get: refuse, enumerable: true })),
  fc
    .constantFrom("constructor", "shape", "then", "toJSON", "byteLength")
    .map((name) => () => Object.create(Object.defineProperty({}, name, { get: refuse })) as object),
  fc.constantFrom<Make>(
    () => {
      const o: Record<string, unknown> = {};
      o.o = o;
      return o;
    },
    () => {
      const a: unknown[] = [1];
      a.push(a, [a]);
      return a;
    },
    () => {
      const a: unknown[] = [];
      a[0] = a;
      return a;
    },
    () => Object.create(null) as object,
    () => Object.assign(Object.create(null), { toString: 5, hasOwnProperty: 6 }) as object,
    () => JSON.parse('{"__proto__": {"polluted": 1}}') as object,
    () => ({ toJSON: refuse }),
    () => new Date(Number.NaN),
    () =>
      new (class extends Date {
        override getTime(): never {
          return refuse();
        }
      })(),
    () => Object.assign(new Map(), { constructor: null }),
    () => new Array(4e9),
    () => Object.assign(new Array(3), { 1: 2 }),
    () => new Uint8Array(new SharedArrayBuffer(4)),
    () => Object.defineProperty(new Uint8Array(4), "length", { get: refuse }),
    () => Object.defineProperty(new Float64Array(4), "byteLength", { get: refuse }),
    () => new WeakRef({}),
    () =>
      new Error("e", {
        cause: {
          get x() {
            return refuse();
          },
        },
      }),
    () => globalThis,
    () => new URL("file://host/share"),
    () => ({ then: 5 }),
    () => Symbol.iterator,
    () => class {},
    ...[Number.NaN, -0, Number.POSITIVE_INFINITY, 2n ** 64n, -(2n ** 5000n), Symbol("s"), "\ud800", "\u0000"].map(
      (v) => () => v,
    ),
  ),
);

const anything: fc.Arbitrary<Make> = fc.oneof(
  hostile,
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withBoxedValues: true,
    })
    .map((v) => () => v),
);

/** What came in, as it is or inside a list or object. */
const value: fc.Arbitrary<Make> = fc.oneof(
  anything,
  fc.tuple(anything, anything).map((pair) => () => pair.map((make) => make())),
  fc
    .array(fc.tuple(anyText(), anything), { maxLength: 5 })
    .map((members) => () => Object.fromEntries(members.map(([name, make]) => [name, make()]))),
  anything.map((make) => () => ({ a: 1, member: make(), b: [make()] })),
);

const KINDS = ["dataPreparation", "training", "evaluation", "inference", "activity", "run"] as const;

it("any value goes in and out of any step as the very same, without a fault", () => {
  const { prov, recorded, sink } = record();
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), value, value, (kind, makeGiven, makeReturned) => {
      const [given, returned] = [makeGiven(), makeReturned()];
      const step = prov[kind](kind)(function (this: unknown, ...args: unknown[]) {
        return [this, args] as unknown;
      });
      const self = { given };
      const [seenSelf, seen] = Reflect.apply(step, self, [given, { given }, returned]) as [unknown, unknown[]];
      expect(seenSelf === self && Object.is(seen[0], given) && Object.is(seen[2], returned)).toBe(true);
      const result = prov[kind](kind)(() => returned)();
      expect(Object.is(result, returned)).toBe(true);
      expect([prov.stats().lastFault, prov.stats().faults]).toEqual([undefined, 0]);
      expect(sink().inexact).toEqual([]);
    }),
    { numRuns: tries(600) },
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(recorded().ofType("provml:TrainingExecution").length).toBeGreaterThan(0);
  expect(
    recorded()
      .ofType("provml:TrainingExecution")
      .every((t) => t.endTime !== undefined),
  ).toBe(true);
}, 120_000);

it("any value can be thrown, and reaches the caller as the very same", () => {
  const { prov, recorded } = record();
  fc.assert(
    fc.property(value, (make) => {
      const thrown = make();
      let caught: { readonly error: unknown } | undefined;
      try {
        prov.activity("fail", () => {
          throw thrown;
        })();
      } catch (error) {
        caught = { error };
      }
      expect(caught !== undefined && Object.is(caught.error, thrown)).toBe(true);
    }),
    { numRuns: tries(200) },
  );
  expect(prov.stats().faults).toBe(0);
  expect(
    recorded()
      .things("fail")
      .every((t) => t.get("provml:status") === "provml:Failed"),
  ).toBe(true);
});

it("any object can be used, generated and described", () => {
  const { prov } = record();
  fc.assert(
    fc.property(value, (make) => {
      const thing = make();
      if ((typeof thing !== "object" || thing === null) && typeof thing !== "function") return;
      prov.activity("step", () => {
        const run = prov.current();
        expect(run.used(thing)).toBe(thing);
        expect(run.generated(thing, { of: thing })).toBe(thing);
        expect(prov.entity(thing, { name: "it", of: thing })).toBe(thing);
      })();
      expect([prov.stats().lastFault, prov.stats().faults]).toEqual([undefined, 0]);
    }),
    { numRuns: tries(300) },
  );
});
