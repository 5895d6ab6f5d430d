// biome-ignore-all lint/suspicious/noThenProperty: thenables are what is tried here
import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "node:util";
import { describe, expect, expectTypeOf, it } from "vitest";
import { record } from "./memory-sink.ts";

describe("a wrapped function", () => {
  it("stays synchronous and returns the very value", () => {
    const { prov, recorded } = record();
    const rows = [{ a: 1 }];
    const clean = prov.dataPreparation("clean", () => rows);
    expect(clean()).toBe(rows);
    expect(recorded().activity("clean").types).toContain("provml:DataPreparationExecution");
  });

  it("stays asynchronous, and its step ends only when the promise settles", async () => {
    const { prov, recorded } = record();
    let settle = (_: number) => {};
    const pending = prov.training(
      "fit",
      () =>
        new Promise<number>((done) => {
          settle = done;
        }),
    )();
    expect(pending).toBeInstanceOf(Promise);
    expect(recorded().activity("fit").endTime).toBeUndefined();
    settle(1);
    expect(await pending).toBe(1);
    expect(recorded().status("fit")).toBe("provml:Completed");
  });

  it("keeps its type, whatever that is", () => {
    const { prov } = record();
    function parse(text: string): number;
    function parse(text: string, all: true): number[];
    function parse(text: string, all?: true): number | number[] {
      return all ? [text.length] : text.length;
    }
    const first = <T>(list: readonly T[]): T | undefined => list[0];
    const fit = async (_: { x: number }, rate: number) => rate;
    expectTypeOf(prov.activity("parse", parse)).toEqualTypeOf<typeof parse>();
    const wrappedFirst: typeof first = prov.activity("first", first);
    expectTypeOf(wrappedFirst(["x"])).toEqualTypeOf<string | undefined>();
    expectTypeOf(prov.training("fit")(fit)).toEqualTypeOf<typeof fit>();
    expectTypeOf(prov.run("all", (run) => run.number)).toEqualTypeOf<number>();
    expect(prov.activity("parse", parse)("abc", true)).toEqual([3]);
    expect(prov.activity("first", first)(["x"])).toBe("x");
  });

  it("keeps name, length, prototype and what the program put on it", () => {
    const { prov } = record();
    const fit = Object.assign(async function fitAll(_a: number, _b: number) {}, { version: 2 });
    const wrapped = prov.training("fit", fit);
    expect([wrapped.name, wrapped.length, wrapped.version]).toEqual(["fitAll", 2, 2]);
    expect(Object.prototype.toString.call(wrapped)).toBe("[object AsyncFunction]");
  });

  it("passes `this`, arguments and default values on", () => {
    const { prov } = record();
    const counter = {
      n: 5,
      add: prov.activity("add", function (this: { n: number }, x: number, y = 2) {
        return this.n + x + y;
      }),
    };
    expect(counter.add(1)).toBe(8);
    expect(Reflect.apply(counter.add, { n: 1 }, [1, 1])).toBe(3);
  });

  it("records nothing, and makes nothing, before it is called", () => {
    const { prov, sinks } = record();
    prov.training("fit", () => 1);
    prov.evaluation("test")(() => 1);
    expect(sinks).toHaveLength(0);
  });

  it("takes a method named class, and refuses a class", () => {
    const { prov } = record();
    const school = {
      class: (x: number) => x,
      method: {
        class(x: number) {
          return x;
        },
      }.class,
    };
    expect(prov.activity("class", school.method)(3)).toBe(3);
    class Model {}
    expect(() => prov.training("fit", Model as never)).toThrow(expect.objectContaining({ code: "bad-decorator" }));
  });

  it.each([
    ["no name", () => record().prov.training("", () => 1)],
    ["no function", () => record().prov.training("fit", 5 as never)],
    ["an undefined function", () => record().prov.training("fit", undefined as never)],
    ["a run without name", () => record().prov.run(undefined as never, () => 1)],
    ["a run of no function", () => record().prov.run("all", 5 as never)],
  ])("is not made of %s", (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "bad-argument" }));
  });

  it("names arguments as the inner function does when it is wrapped twice", () => {
    const { prov, recorded } = record();
    prov.activity(
      "outer",
      prov.activity("inner", (rate: number) => rate),
    )(3);
    expect(recorded().valuesUsedBy("outer")).toEqual({ rate: 3 });
  });
});

describe("a step that fails", () => {
  it("is recorded as failed, and the very error reaches the caller", () => {
    const { prov, recorded } = record();
    const error = new TypeError("no rows");
    const clean = prov.dataPreparation("clean", () => {
      throw error;
    });
    expect(catching(clean)).toBe(error);
    expect(recorded().status("clean")).toBe("provml:Failed");
    expect(recorded().activity("clean").get("provml:errorType")).toBe("TypeError");
    expect(recorded().activity("clean").get("provml:errorMessage")).toBe("no rows");
  });

  it("rejects with the very error", async () => {
    const { prov, recorded } = record();
    const error = { reason: "a plain object" };
    await expect(prov.training("fit", () => Promise.reject(error))()).rejects.toBe(error);
    expect(recorded().status("fit")).toBe("provml:Failed");
  });

  it.each([
    ["nothing", undefined],
    ["a symbol", Symbol("s")],
    ["an error whose name is an object", Object.assign(new Error("m"), { name: { deep: 1n } })],
    ["an error without a message", Object.assign(new Error("m"), { message: undefined })],
    [
      "an error that throws when read",
      Object.defineProperty(new Error("m"), "message", {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
    ["a Proxy that is gone", revoked()],
    ["half a surrogate pair", `${"x".repeat(255)}😀`],
  ])("may throw %s", (_, thrown) => {
    const { prov, recorded } = record();
    const fail = prov.activity("fail", () => {
      throw thrown;
    });
    expect(catching(fail) === thrown).toBe(true);
    expect(recorded().status("fail")).toBe("provml:Failed");
  });

  it("tells no secrets in its message", () => {
    const { prov, recorded } = record();
    const fail = prov.activity("fail", () => {
      throw new Error("GET https://ada:hunter2hunter2@host/x failed");
    });
    catching(fail);
    expect(recorded().activity("fail").get("provml:errorMessage")).toBe("GET https://[redacted]@host/x failed");
  });
});

describe("promises other than plain ones", () => {
  class Job extends Promise<number> {
    #token = "";
    static start(token: string) {
      const job = new Job((done) => done(4));
      job.#token = token;
      return job;
    }
    get token() {
      return this.#token;
    }
  }

  it.each([
    ["awaited", async (job: Job) => await job],
    ["among others", async (job: Job) => (await Promise.all([1, job]))[1]],
    ["with callbacks", (job: Job) => job.then((n) => n).finally(() => {})],
  ])("keep class and private state (%s)", async (_, wait) => {
    const { prov, recorded } = record();
    const job = prov.activity("job", Job.start)("abc");
    expect(job.token).toBe("abc");
    expect(await wait(job)).toBe(4);
    expect(recorded().status("job")).toBe("provml:Completed");
    expect(recorded().valuesGeneratedBy("job")).toEqual({ job: 4 });
  });

  it("keep what was put on them, and none of Node's own state", async () => {
    const { prov } = record();
    const cancel = () => "cancelled";
    const start = prov.activity("start", () => Object.assign(Promise.resolve(1), { cancel }));
    const storage = new AsyncLocalStorage<number>();
    const pending = storage.run(1, start);
    expect(pending.cancel()).toBe("cancelled");
    expect(await storage.run(2, async () => [await pending, storage.getStore()])).toEqual([1, 2]);
  });

  it("do not start when they are lazy and nobody waits", async () => {
    const { prov, recorded } = record();
    let started = 0;
    class Query extends Promise<string> {
      static override get [Symbol.species]() {
        return Promise;
      }

      override then(...args: Parameters<Promise<string>["then"]>): never {
        started++;
        return super.then(...args) as never;
      }
    }
    const query = prov.activity("query", () => new Query((done) => done("rows")))();
    expect([query instanceof Query, started]).toEqual([true, 0]);
    expect(await query).toBe("rows");
    expect([started, recorded().status("query")]).toEqual([1, "provml:Completed"]);
  });
});

describe("a thenable that is no promise", () => {
  const lazy = (value: unknown) => ({
    started: 0,

    then(onValue: (v: unknown) => void, onError: (e: unknown) => void) {
      this.started++;
      value instanceof Error ? onError(value) : onValue(value);
    },
  });

  it("that steps hand out again and again is observed by one property, for the steps that it goes through", async () => {
    const { prov, recorded } = record();
    let callers = 0;
    const query = {
      then(done: (value: unknown) => void) {
        callers += new Error("here").stack?.split("\n").filter((line) => line.includes("thenable.ts")).length ?? 0;
        done("rows");
      },
    };
    const inner = prov.activity("inner", () => query);
    const outer = prov.activity("outer", inner);
    outer();
    expect(["inner", "outer"].map((name) => recorded().status(name))).toEqual([undefined, undefined]);
    for (let n = 0; n < 4000; n++) prov.activity("again", () => query)();
    expect(await query).toBe("rows");
    expect(callers).toBe(1);
    expect(["inner", "outer"].map((name) => recorded().status(name))).toEqual(["provml:Completed", "provml:Completed"]);
    expect(
      new Set(
        recorded()
          .ofType("provml:DataTransformationExecution")
          .map((step) => step.get("provml:status")),
      ),
    ).toEqual(new Set(["provml:Completed"]));
  });

  it("is returned as it is, started once and by the caller, and ends its step", async () => {
    const { prov, recorded } = record();
    const query = lazy("rows");
    const result = prov.activity("query", () => query)();
    expect(result).toBe(query);
    expect(query.started).toBe(0);
    expect(recorded().activity("query").endTime).toBeUndefined();
    expect(await (result as unknown as Promise<unknown>)).toBe("rows");
    expect(query.started).toBe(1);
    expect(Object.keys(query)).toEqual(["started", "then"]);
    expect(recorded().status("query")).toBe("provml:Completed");
  });

  it("fails its step when it fails", async () => {
    const { prov, recorded } = record();
    const error = new Error("no table");
    const wait = async () => await (prov.activity("query", () => lazy(error))() as unknown as Promise<unknown>);
    await expect(wait()).rejects.toBe(error);
    expect(recorded().status("query")).toBe("provml:Failed");
  });

  it.each([
    ["frozen", Object.freeze({ then: (done: (v: number) => void) => done(1) })],
    [
      "throws when its then is read",
      Object.create({
        get then(): never {
          throw new Error("no");
        },
      }),
    ],
  ])("may be one that is %s", (_, thing) => {
    const { prov, recorded } = record();
    expect(prov.activity("query", () => thing)() === thing).toBe(true);
    expect(recorded().status("query")).toBe("provml:Completed");
  });

  it("passes on every value of one that gives several", () => {
    const { prov } = record();
    const deferred = { then: (done: (...values: number[]) => void) => done(1, 2) };
    const seen: number[] = [];
    prov
      .activity("query", () => deferred)()
      .then((...values) => seen.push(...values));
    expect(seen).toEqual([1, 2]);
  });
});

describe("a generator", () => {
  it("runs inside its step, which ends with it", () => {
    const { prov, recorded } = record();
    const labels: string[] = [];
    const batches = prov.dataPreparation("batches", function* (n: number) {
      for (let i = 0; i < n; i++) {
        labels.push(prov.current().label);
        yield i;
      }
      return "done";
    });
    const all = batches(3);
    expect(Object.prototype.toString.call(all)).toBe("[object Generator]");
    expect(recorded().activity("batches").endTime).toBeUndefined();
    expect([...all]).toEqual([0, 1, 2]);
    expect(labels).toEqual(["batches", "batches", "batches"]);
    expect(recorded().status("batches")).toBe("provml:Completed");
    expect(recorded().valuesGeneratedBy("batches")).toEqual({ batches: "done" });
  });

  it("takes values, errors and an early return as before", () => {
    const { prov, recorded } = record();
    const echo = prov.activity("echo", function* (): Generator<unknown, void, unknown> {
      for (let got: unknown = "first"; ; )
        try {
          got = yield got;
        } catch (error) {
          got = ["caught", error];
        }
    });
    const it = echo();
    expect([it.next().value, it.next("x").value, it.throw("oops").value]).toEqual(["first", "x", ["caught", "oops"]]);
    expect(it.return()).toEqual({ done: true, value: undefined });
    expect(recorded().status("echo")).toBe("provml:EndedEarly");
  });

  it("that fails fails its step", () => {
    const { prov, recorded } = record();
    const error = new Error("no more");
    const bad = prov.activity("bad", function* () {
      yield 1;
      throw error;
    });
    expect(catching(() => [...bad()])).toBe(error);
    expect(recorded().status("bad")).toBe("provml:Failed");
  });

  it("may be asynchronous", async () => {
    const { prov, recorded } = record();
    const stream = prov.activity("stream", async function* () {
      yield prov.current().label;
      await null;
      yield prov.current().label;
    });
    const seen: string[] = [];
    for await (const label of stream()) seen.push(label);
    expect(seen).toEqual(["stream", "stream"]);
    expect(recorded().status("stream")).toBe("provml:Completed");
  });
});

describe("an asynchronous generator", () => {
  const counting = () => {
    const { prov, recorded } = record();
    const left: unknown[] = [];
    const count = prov.activity("count", async function* (this: unknown, upTo: number): AsyncGenerator<number, string> {
      try {
        for (let n = 0; n < upTo; n++) yield n;
        return "all";
      } finally {
        left.push(this);
      }
    });
    return { count, recorded, left };
  };

  it("that is left by break has cleaned up, and its step has ended early", async () => {
    const { count, recorded, left } = counting();
    const self = {};
    for await (const n of count.call(self, 9)) if (n === 2) break;
    expect([left, recorded().status("count")]).toEqual([[self], "provml:EndedEarly"]);
  });

  it("takes an error that is thrown into it as before", async () => {
    const { count, recorded } = counting();
    const error = new Error("no more");
    const numbers = count(9);
    await numbers.next();
    await expect(numbers.throw(error)).rejects.toBe(error);
    expect(recorded().status("count")).toBe("provml:Failed");
  });

  it("gives its value to another that delegates to it, and many run at once", async () => {
    const { count, recorded } = counting();
    const whole = async function* () {
      return yield* count(3);
    };
    const drain = async () => {
      const numbers = whole();
      const seen: unknown[] = [];
      for (let next = await numbers.next(); ; next = await numbers.next()) {
        seen.push(next.value);
        if (next.done) return seen;
      }
    };
    expect(await Promise.all([drain(), drain()])).toEqual([
      [0, 1, 2, "all"],
      [0, 1, 2, "all"],
    ]);
    const ends = recorded()
      .ofType("provml:DataTransformationExecution")
      .map((step) => step.get("provml:status"));
    expect(ends).toEqual(["provml:Completed", "provml:Completed"]);
  });

  it("that nobody runs to its end is on record as begun", () => {
    const { count, recorded } = counting();
    count(3);
    expect(recorded().activity("count").endTime).toBeUndefined();
  });
});

describe("a decorator called by hand", () => {
  const context = (kind: string) => ({ kind, name: "score", static: false, private: false }) as never;

  it("wraps a method and a field that holds a function", () => {
    const { prov, recorded } = record();
    const method = prov.evaluation("test")(function score(this: unknown) {
      return 0.5;
    }, context("method"));
    const field = prov.evaluation("field")(undefined, context("field"))(() => 0.25);
    expect([(method as () => number)(), field()]).toEqual([0.5, 0.25]);
    expect(recorded().valuesGeneratedBy("test")).toEqual({ test: "5.0E-1 xsd:double" });
  });

  it("takes the three arguments of experimentalDecorators and keeps the descriptor", () => {
    const { prov } = record();
    const target = { score: () => 1 };
    const descriptor = { value: target.score, writable: false, enumerable: true, configurable: true };
    const made = prov.evaluation("test")(target, "score", descriptor);
    expect(made).toMatchObject({ writable: false, enumerable: true, configurable: true });
    expect(made.value).not.toBe(target.score);
    expect(made.value?.()).toBe(1);
  });

  it.each(["class", "accessor", "getter", "setter"])("refuses to stand before a %s", (kind) => {
    const decorate = record().prov.evaluation("test") as (a: unknown, b: unknown) => unknown;
    expect(() => decorate(() => 1, context(kind))).toThrow(expect.objectContaining({ code: "bad-decorator" }));
  });

  it("refuses getters, fields and parameters in the old form", () => {
    const decorate = record().prov.evaluation("test") as (...args: unknown[]) => unknown;
    for (const third of [{ get: () => 1 }, undefined, 0]) {
      expect(() => decorate({}, "score", third)).toThrow(expect.objectContaining({ code: "bad-decorator" }));
    }
  });
});

function catching(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(types.isProxy(proxy)).toBe(true);
  return proxy;
}
