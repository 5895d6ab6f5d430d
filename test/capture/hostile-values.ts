// biome-ignore-all lint/complexity/noStaticOnlyClass: classes that lie are, too
// biome-ignore-all lint/suspicious/noThenProperty: thenables are among what is tried
import { runInNewContext } from "node:vm";

/** Values that a program may hand over by bad luck or bad will: each is made anew for each try. */
export const HOSTILE_VALUES: readonly (readonly [what: string, make: () => unknown])[] = [
  // Proxies.
  ["a proxy of an object whose every trap throws", () => new Proxy({}, everyTrap(refuse))],
  ["a proxy of an array whose every trap throws", () => new Proxy([], everyTrap(refuse))],
  ["a proxy of a function whose every trap throws", () => new Proxy(() => 1, everyTrap(refuse))],
  ["a proxy of a class whose every trap throws", () => new Proxy(class {}, everyTrap(refuse))],
  ["a proxy that answers undefined to everything", () => new Proxy({}, { get: () => undefined, ownKeys: () => [] })],
  ["a proxy that answers itself to everything", () => answering()],
  [
    "a proxy that claims a thousand keys",
    once(
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => manyKeys(1000),
            getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
            get: () => 1,
          },
        ),
    ),
  ],
  [
    "a proxy of an array that claims to be endless",
    () => new Proxy([], { get: (_, key) => (key === "length" ? 2 ** 32 - 1 : 1) }),
  ],
  ["a proxy that changes at each look", () => changing()],
  ["a proxy of a proxy of a proxy that throws", () => new Proxy(new Proxy(new Proxy({}, everyTrap(refuse)), {}), {})],
  ["a revoked proxy of an object", () => revoked({})],
  ["a revoked proxy of an array", () => revoked([])],
  ["a revoked proxy of a function", () => revoked(() => 1)],
  ["a proxy of a date", () => new Proxy(new Date(0), {})],
  [
    "a proxy of an error whose message throws",
    () =>
      new Proxy(new Error("e"), { get: (target, key) => (key === "message" ? refuse() : Reflect.get(target, key)) }),
  ],
  // Getters.
  [
    "an object whose getters throw",
    () => getters({ a: refuse, b: refuse, length: refuse, shape: refuse, then: refuse, constructor: refuse }),
  ],
  [
    "an object whose getter throws a value that throws when it is read",
    () =>
      getters({
        a: () => {
          throw new Proxy({}, everyTrap(refuse));
        },
      }),
  ],
  [
    "an object whose getter adds a member each time",
    () => {
      const grown: Record<string, unknown> = {};
      let n = 0;
      return Object.defineProperty(grown, "a", {
        enumerable: true,
        get: () => {
          grown[`more${n++}`] = n;
          return n;
        },
      });
    },
  ],
  [
    "an object whose getter deletes its members",
    () => {
      const lost: Record<string, unknown> = { b: 1, c: 2 };
      return Object.defineProperty(lost, "a", {
        enumerable: true,
        get: () => {
          delete lost.b;
          delete lost.c;
          return 1;
        },
      });
    },
  ],
  [
    "an object whose getter gives a new object for ever",
    () => {
      const deeper = (): object => getters({ down: deeper });
      return deeper();
    },
  ],
  [
    "an array whose element is a getter that throws",
    () => Object.defineProperty([1, 2, 3], 1, { get: refuse, enumerable: true }),
  ],
  ["a typed array whose length throws", () => Object.defineProperty(new Float32Array(4), "length", { get: refuse })],
  ["an error whose message throws", () => Object.defineProperty(new Error("e"), "message", { get: refuse })],
  [
    "an error whose name, cause and stack throw",
    () =>
      Object.defineProperties(new Error("e"), {
        stack: { get: refuse }, // first: to make it V8 reads the others
        cause: { get: refuse },
        name: { get: refuse },
      }),
  ],
  // Cycles, depth and size.
  [
    "an object that holds itself",
    () => {
      const me: Record<string, unknown> = {};
      me.me = me;
      return me;
    },
  ],
  [
    "an array that holds itself",
    () => {
      const me: unknown[] = [];
      me.push(me);
      return me;
    },
  ],
  [
    "two objects that hold each other",
    () => {
      const a: Record<string, unknown> = {};
      const b = { a };
      a.b = b;
      return [a, b];
    },
  ],
  [
    "an object nested 100,000 deep",
    once(() => {
      let at: object = {};
      for (let i = 0; i < 1e5; i++) at = { at };
      return at;
    }),
  ],
  [
    "an array nested 100,000 deep",
    once(() => {
      let at: unknown[] = [];
      for (let i = 0; i < 1e5; i++) at = [at];
      return at;
    }),
  ],
  [
    "a tree that is small in memory and endless to walk",
    () => {
      let at: object = {};
      for (let i = 0; i < 100; i++) at = { a: at, b: at, c: at, d: at };
      return at;
    },
  ],
  ["a string of 64 MB", once(() => "x".repeat(2 ** 26))],
  ["a string of a million secrets", once(() => "password=hunter22 ".repeat(1e6))],
  ["a string of brackets and quotes", () => "[\"'{(".repeat(1e5)],
  ["a string of lone surrogates", () => "\ud800".repeat(200)],
  ["an object whose key is 16 MB long", once(() => ({ ["k".repeat(2 ** 24)]: 1 }))],
  [
    "an object of keys that mean something elsewhere",
    () => JSON.parse('{"__proto__":1,"constructor":2,"prototype":3,"toString":4,"hasOwnProperty":5,"":6," ":7}'),
  ],
  ["an array of 10 million numbers", once(() => new Array(1e7).fill(0))],
  ["a sparse array of the greatest length", () => new Array(2 ** 32 - 1)],
  [
    "an array of 2³² - 2 with one element",
    () => {
      const sparse: number[] = [];
      sparse[2 ** 32 - 3] = 1;
      return sparse;
    },
  ],
  ["an array with holes and names", () => Object.assign(new Array(3), { 1: 2, name: "x" })],
  ["a map of a million", once(() => new Map(manyKeys(1e6).map((key) => [key, 1])))],
  ["a bigint of a million digits", once(() => 10n ** 100_000n)],
  ["an object of a million members that was looked at before", () => dictionary()],
  // Things that lie about what they are.
  ["an object whose toJSON throws", () => ({ a: 1, toJSON: refuse })],
  [
    "an object whose toJSON gives itself",
    () => {
      const me = { toJSON: (): unknown => me };
      return me;
    },
  ],
  [
    "an object whose toString, valueOf and Symbol.toPrimitive throw",
    () => ({ toString: refuse, valueOf: refuse, [Symbol.toPrimitive]: refuse }),
  ],
  ["an object whose Symbol.toStringTag throws", () => Object.defineProperty({}, Symbol.toStringTag, { get: refuse })],
  ["an object whose Symbol.iterator throws", () => ({ [Symbol.iterator]: refuse, [Symbol.asyncIterator]: refuse })],
  [
    "an instance whose constructor throws when it is read",
    () => {
      class Bad {}
      Object.defineProperty(Bad.prototype, "constructor", { get: refuse });
      return new Bad();
    },
  ],
  [
    "an instance of a class whose name throws",
    () => {
      class Bad {
        static get name(): string {
          return refuse();
        }
      }
      return new Bad();
    },
  ],
  [
    "an instance of a class whose Symbol.hasInstance throws",
    () => {
      class Bad {
        static [Symbol.hasInstance](): never {
          return refuse();
        }
      }
      return new Bad();
    },
  ],
  ["an object without a prototype", () => Object.assign(Object.create(null), { a: 1 })],
  ["an object whose prototype is a proxy that throws", () => Object.create(new Proxy({}, everyTrap(refuse)))],
  [
    "an object with a thousand prototypes",
    once(() => {
      let at: object = {};
      for (let i = 0; i < 1000; i++) at = Object.create(at);
      return at;
    }),
  ],
  ["a shape that is no shape", () => ({ shape: new Proxy([1], everyTrap(refuse)), dtype: "x".repeat(1e6) })],
  ["a date that is none", () => Object.create(Date.prototype)],
  ["a frozen object", () => Object.freeze({ a: 1, b: Object.freeze([1]) })],
  ["a sealed array", () => Object.seal([1, 2])],
  ["an object that cannot be extended", () => Object.preventExtensions({ a: 1 })],
  // Buffers.
  ["a typed array of a detached buffer", () => detached(new Float64Array(8))],
  ["a detached buffer", () => detached(new Float64Array(8)).buffer],
  [
    "a typed array over a buffer that shrinks",
    () => {
      const buffer = new ArrayBuffer(64, { maxByteLength: 128 } as never);
      const view = new Float64Array(buffer);
      (buffer as unknown as { resize(n: number): void }).resize(0);
      return view;
    },
  ],
  ["a BigInt64Array", () => new BigInt64Array([1n, -1n, 2n ** 62n])],
  ["a view of shared memory", () => new Int32Array(new SharedArrayBuffer(64))],
  ["a data view", () => new DataView(new ArrayBuffer(8))],
  // Of other kinds, and from elsewhere.
  ["a weak reference", () => new WeakRef({})],
  ["a weak map", () => new WeakMap()],
  ["a symbol", () => Symbol("s")],
  [
    "an object of another realm",
    () => runInNewContext("({ a: 1, b: [1, 2], c: new Date(0), d: new Float32Array(2) })"),
  ],
  ["an error of another realm", () => runInNewContext("new TypeError('elsewhere')")],
  ["a class of another realm", () => runInNewContext("class Elsewhere {}; new Elsewhere()")],
  ["the global object", () => globalThis],
  ["a module", () => import.meta],
];

/** Thenables and iterators: what a step returns that is not over yet. */
export const HOSTILE_RETURNS: readonly (readonly [what: string, make: () => unknown])[] = [
  [
    "a thenable that calls back twice",
    () => ({
      then: (done: (value: number) => void) => {
        done(1);
        done(2);
      },
    }),
  ],
  [
    "a thenable that calls back and throws",
    () => ({
      then: (done: (value: number) => void) => {
        done(1);
        refuse();
      },
    }),
  ],
  ["a thenable that throws", () => ({ then: refuse })],
  [
    "a thenable that gives itself for ever, frozen",
    () => Object.freeze({ then: (done: (value: number) => void) => done(1) }),
  ],
  ["a promise whose then throws", () => Object.assign(Promise.resolve(1), { then: refuse })],
  [
    "a promise whose constructor throws",
    () => Object.defineProperty(Promise.resolve(1), "constructor", { get: refuse }),
  ],
  ["a promise of a proxy that throws", () => Promise.resolve([new Proxy({}, everyTrap(refuse))])],
  ["an async iterator that throws", () => ({ [Symbol.asyncIterator]: () => ({ next: refuse, return: refuse }) })],
  ["an iterator whose next throws", () => ({ [Symbol.iterator]: () => ({ next: refuse }) })],
];

/** For what takes long to make, and nobody changes. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export function refuse(): never {
  throw new Error("do not touch");
}

function everyTrap(trap: () => unknown): ProxyHandler<never> {
  return Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap])) as ProxyHandler<never>;
}

function answering(): object {
  const me: object = new Proxy(() => me, {
    get: (_, key) => (key === "then" ? undefined : me),
    getPrototypeOf: () => Object.prototype,
  });
  return me;
}

function changing(): object {
  let looks = 0;
  return new Proxy(
    {},
    {
      get: () => (looks++ % 2 === 0 ? looks : { looks }),
      ownKeys: () => [`k${looks++}`],
      has: () => looks++ % 2 === 0,
      getPrototypeOf: () => (looks++ % 2 === 0 ? Object.prototype : Array.prototype),
    },
  );
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function getters(members: Readonly<Record<string, () => unknown>>): object {
  const object = {};
  for (const [name, get] of Object.entries(members)) Object.defineProperty(object, name, { get, enumerable: true });
  return object;
}

function detached<T extends { readonly buffer: ArrayBufferLike }>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
}

/** To list its members the first time takes as long as they are many. */
export const dictionary = once(() => Object.fromEntries(manyKeys(1e6).map((key) => [key, 1])));

function manyKeys(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `k${n}`);
}
