import { describe, expect, it, onTestFinished } from "vitest";
import { numbersOf } from "../../src/capture/numbers.ts";
import { contentsOf, scalarValue } from "../../src/capture/values.ts";
import type { BriefNumbers } from "../../src/model/brief.ts";
import { doublesOf } from "../../src/model/doubles.ts";
import { record } from "./memory-sink.ts";

/** The values recorded of a plain object that a step takes. */
function taken(object: object): Record<string, unknown> {
  const { prov, recorded } = record();
  prov.activity("step", (_: object) => {})(object);
  return recorded().valuesUsedBy("step");
}

describe("a plain object", () => {
  it("becomes hyperparameters of a training and parameters of any other step", () => {
    const { prov, recorded } = record();
    const settings = { rate: 0.1, optimizer: { name: "adam", momentum: null }, layers: [64, 32], shuffle: true };
    prov.training("fit", (_: object) => {})(settings);
    prov.activity("other", (_: object) => {})(settings);
    const values = {
      rate: 0.1,
      "optimizer.name": "adam",
      "optimizer.momentum": "rdf:nil",
      layers: "[64,32] rdf:JSON",
      shuffle: true,
    };
    expect(recorded().valuesUsedBy("fit")).toEqual(values);
    expect(recorded().valuesUsedBy("other")).toEqual(values);
    expect(recorded().ofType("mls:HyperParameterSetting")).toHaveLength(5);
    expect(recorded().ofType("provml:LearningHyperparameter")).toHaveLength(5);
  });

  it.each<[string, unknown, unknown]>([
    ["NaN", Number.NaN, "NaN xsd:double"],
    ["infinity", Number.NEGATIVE_INFINITY, "-INF xsd:double"],
    ["minus zero", -0, "-0.0E0 xsd:double"],
    ["a big integer", 2n ** 70n, "1180591620717411303424 xsd:integer"],
    ["a huge integer", 2n ** 5000n, "bigint provml:Omitted"],
    ["a date", new Date(Date.UTC(2026, 10, 21, 7, 0, 0, 120)), "2026-11-21T07:00:00.12Z xsd:dateTime"],
    ["a date before year 0", new Date(-1e14), "-1199-02-15T14:13:20Z xsd:dateTime"],
    ["a date after year 9999", new Date(8.64e15), "275760-09-13T00:00:00Z xsd:dateTime"],
    ["an invalid date", new Date(Number.NaN), "Date(invalid) provml:Omitted"],
    ["a symbol", Symbol("s"), "symbol provml:Omitted"],
    ["a function", () => 1, "function provml:Omitted"],
    ["a long string", "x".repeat(257), "string(257) provml:Omitted"],
    ["a lone surrogate", "\ud800", "\ud800"],
    ["a list of long strings", ["x".repeat(200), "y".repeat(200)], "Array(2) provml:Omitted"],
  ])("may hold %s", (_, value, expected) => {
    expect(taken({ value })).toEqual({ value: expected });
  });

  it("may hold a getter that throws, beside which everything else is recorded", () => {
    const object = {
      a: 1,
      get b(): never {
        throw new Error("no");
      },
      c: 2,
    };
    expect(taken(object)).toEqual({ a: 1, b: "unreadable provml:Omitted", c: 2 });
  });

  it("may hold itself", () => {
    const settings: Record<string, unknown> = { a: 1, inner: { b: 2 } };
    settings.self = settings;
    (settings.inner as Record<string, unknown>).outer = settings;
    const cyclic = "cyclic provml:Omitted";
    expect(taken(settings)).toEqual({ a: 1, "inner.b": 2, "inner.outer": cyclic, self: cyclic });
  });

  it("may be a Proxy that does not tell its keys", () => {
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    expect(taken({ proxy, a: 1 })).toEqual({ proxy: "unreadable provml:Omitted", a: 1 });
  });

  it("may have keys that JavaScript treats in its own way", () => {
    const object = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3, "10": 4, "9": 5, "": 6}') as object;
    expect(Object.entries(taken(object)).sort()).toEqual(
      Object.entries(JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3, "10": 4, "9": 5, "": 6}')).sort(),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("is recorded up to 100 values, and how many more there are", () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`k${i}`, i]));
    const values = taken(many);
    expect(Object.keys(values)).toHaveLength(101);
    expect(values["…"]).toBe("150 more values provml:Omitted");
  });

  it("keeps names within bounds", () => {
    const [name] = Object.keys(taken({ ["x".repeat(1000)]: 1 }));
    expect(name).toHaveLength(256);
  });

  it("hands its objects on as things that the step used, under their names", () => {
    const { prov, recorded } = record();
    prov.activity("step", (_: object) => {})({ data: { train: new Map([[1, 2]]) }, n: 1 });
    expect(recorded().objectsUsedBy("step")).toEqual(["data.train"]);
  });
});

describe("a plain object of numbers", () => {
  const numbers = { a: 1, b: -0, c: Number.NaN, d: Number.POSITIVE_INFINITY, e: 2 ** 53, f: 5e-324, g: 0.1 };
  const recordedNumbers = { ...numbers, b: "-0.0E0 xsd:double", c: "NaN xsd:double", d: "INF xsd:double" };

  it("is recorded exactly, in one text of doubles under one list of names", () => {
    const { prov, recorded } = record();
    const copy = prov.activity("copy", (given: Record<string, number>) => ({ ...given }));
    copy(numbers);
    copy({ ...numbers, g: 0.2 });
    const lists = recorded().briefs.flatMap((brief) => ("doubles" in brief ? [brief as BriefNumbers] : []));
    expect(lists).toHaveLength(4);
    expect(new Set(lists.map(({ names }) => JSON.stringify(names)))).toEqual(
      new Set([JSON.stringify(Object.keys(numbers))]),
    );
  });

  it("means the same as one with something else beside them", () => {
    expect(taken(numbers)).toEqual(recordedNumbers);
    expect(taken({ ...numbers, h: "else" })).toEqual({ ...recordedNumbers, h: "else" });
    expect(taken({ h: { i: 1 }, ...numbers })).toEqual({ "h.i": 1, ...recordedNumbers });
  });

  it("keeps each value under its own name, whatever names came before", () => {
    const { prov, recorded } = record();
    const objects = [
      { a: 1 },
      { a: 2, b: 3 },
      { b: 4, a: 5 },
      { a: 6, c: 7 },
      { a: 8, b: 9 },
      { b: 10 },
      { a: 11, b: 12, c: 13 },
    ];
    objects.forEach((object, i) => {
      prov.activity(`step ${i}`, (_: object) => {})(object);
    });
    for (const [i, object] of objects.entries()) expect(recorded().valuesUsedBy(`step ${i}`)).toEqual(object);
  });

  it("may come with others: then all are recorded", () => {
    const { prov, recorded } = record();
    prov.activity("before", (_data: object, _options: object) => {})({ a: 1, b: 2 }, { b: 3, c: 4 });
    expect(recorded().valuesUsedBy("before")).toEqual({ a: 1, b: 2, "_options.b": 3, c: 4 });
    prov.activity("with a text", (_name: string, _options: object) => {})("x", { b: 3 });
    expect(recorded().valuesUsedBy("with a text")).toEqual({ _name: "x", b: 3 });
    prov.activity("with data", (_data: object, _options: object) => {})(new Map(), { b: 3 });
    expect(recorded().valuesUsedBy("with data")).toEqual({ b: 3 });
    expect(recorded().objectsUsedBy("with data")).toEqual(["_data"]);
  });

  it("has numbers under secret names replaced", () => {
    expect(taken({ a: 1, password: 1234, apiKey: 5678 })).toEqual({
      a: 1,
      password: "[redacted]",
      apiKey: "[redacted]",
    });
    expect(taken({ a: 1, maxTokens: 100, padToken: 0 })).toEqual({ a: 1, maxTokens: 100, padToken: 0 });
  });

  it("is what it is itself, not what its prototype has", () => {
    Object.assign(Object.prototype, { inherited: 7 });
    onTestFinished(() => {
      delete (Object.prototype as { inherited?: number }).inherited;
    });
    expect(taken({ a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
    expect(taken({})).toEqual({});
  });

  it("may have getters, even one that throws or calls steps on such objects itself", () => {
    const { prov, recorded } = record();
    const inner = prov.activity("inner", (_: object) => {});
    const object = {
      a: 1,
      get b(): number {
        inner({ x: 7, y: 8 });
        return 2;
      },
      c: 3,
    };
    prov.activity("outer", (_: object) => {})(object);
    expect(recorded().valuesUsedBy("outer")).toEqual({ a: 1, b: 2, c: 3 });
    const throwing = {
      a: 1,
      get b(): number {
        throw new Error("no");
      },
    };
    expect(taken(throwing)).toEqual({ a: 1, b: "unreadable provml:Omitted" });
  });

  it("calls each getter once, also where something else comes after the numbers", () => {
    const calls: string[] = [];
    const counted = (name: string, value: unknown) => ({
      enumerable: true,
      get: () => {
        calls.push(name);
        return value;
      },
    });
    const members = { a: counted("a", 1), b: counted("b", 2), c: counted("c", "text"), d: counted("d", 4) };
    expect(taken(Object.defineProperties({}, members))).toEqual({ a: 1, b: 2, c: "text", d: 4 });
    expect(calls).toEqual(["a", "b", "c", "d"]);

    const { prov } = record();
    prov.evaluation("test", () => Object.defineProperties({}, members))();
    prov.activity("step", () => Object.defineProperties({}, members))();
    expect(calls).toEqual(["a", "b", "c", "d", "a", "b", "c", "d", "a", "b", "c", "d"]);
  });

  it("has the values of its own names where a getter takes members away", () => {
    const object: Record<string, unknown> = { a: 1 };
    Object.defineProperty(object, "b", {
      enumerable: true,
      get() {
        delete object.a;
        return "text";
      },
    });
    object.c = 3;
    expect(taken(object)).toMatchObject({ b: "text", c: 3 });
  });

  it("may be a Proxy of very many members, which is not asked about each of them", () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `k${n}`);
    let asked = 0;
    const proxy = new Proxy({} as Record<string, unknown>, {
      ownKeys: () => names,
      get: () => "x",
      getOwnPropertyDescriptor: () => {
        asked++;
        return { value: "x", enumerable: true, configurable: true };
      },
    });
    expect(Object.keys(taken(proxy))).toHaveLength(101);
    expect(asked).toBeLessThan(1000);
  });

  it("keeps its names however many lists of names came", () => {
    const wrong: number[] = [];
    for (let i = 0; i < 30_000; i++) {
      const name = `${"long name ".repeat(10)}${i % 20_000}`;
      const found = numbersOf({ first: 0, [name]: i });
      const isRight = found?.values === undefined && found?.names.join() === `first,${name}`;
      if (!isRight || doublesOf(found.doubles, 2)?.[1] !== i) wrong.push(i);
    }
    expect(wrong).toEqual([]);
  });
});

describe("arguments", () => {
  it("are recorded under the names of the parameters", () => {
    const { prov, recorded } = record();
    const step = prov.activity("step", (first: number, second = 2, ...rest: number[]) => first + second + rest.length);
    step(1, 5, 7, 8);
    expect(recorded().valuesUsedBy("step")).toEqual({ first: 1, second: 5, rest: 7, argument4: 8 });
  });

  it("do not change, whatever they are", () => {
    const { prov } = record();
    const frozen = Object.freeze({ list: Object.freeze([1, 2]), date: new Date(0) });
    prov.activity("step", (_: object) => {})(frozen);
    expect(frozen).toEqual({ list: [1, 2], date: new Date(0) });
    expect(Reflect.ownKeys(frozen)).toEqual(["list", "date"]);
  });
});

describe("an object as such", () => {
  it.each<[string, object, string, string | undefined]>([
    ["a typed array", new Float32Array(12), "Float32Array", "[12]"],
    [
      "a table",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      "Array",
      "[2,3]",
    ],
    ["a map", new Map([[1, 2]]), "Map", "[1]"],
    [
      "a tensor",
      { shape: [2, 3], dtype: "float32", constructor: { name: "Tensor" }, data: new Map() },
      "Tensor",
      "[2,3]",
    ],
    [
      "an object whose shape is endless",
      Object.assign(Object.create({}), { shape: new Array(4e9) }),
      "Object",
      undefined,
    ],
    [
      "an object that throws when read",
      Object.create({
        get constructor(): never {
          throw new Error("no");
        },
      }),
      "Object",
      undefined,
    ],
  ])("says type and shape of %s", (_, value, type, shape) => {
    const { prov, recorded } = record();
    prov.entity(value, { name: "it" });
    expect(recorded().entity("it").get("provml:valueType")).toBe(type);
    expect(recorded().entity("it").get("provml:shape")).toBe(shape);
  });

  it("may be a list that holds itself", () => {
    const list: unknown[] = [];
    list.push(list);
    const { prov, recorded } = record();
    prov.entity(list, { name: "it" });
    expect(recorded().entity("it").get("provml:valueType")).toBe("Array");
  });
});

describe("a value", () => {
  it("is undefined for objects, which are followed instead", () => {
    expect([scalarValue({}), scalarValue([]), scalarValue(undefined)]).toEqual([undefined, undefined, undefined]);
  });

  it("that is followed is handed on and not looked into", () => {
    const inner = { a: 1 };
    const { values, objects } = contentsOf({ inner }, (object) => object === inner);
    expect([Object.keys(values), objects]).toEqual([[], [["inner", inner]]]);
  });
});
