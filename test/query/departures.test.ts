import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { namePlan, type Plan, type PlannedStep } from "../../src/model/plan.ts";
import type { Found } from "../../src/query/found.ts";
import { departuresFrom } from "../../src/query/plans/departures.ts";
import { stepsFrom } from "../../src/query/plans/planned-steps.ts";
import type { Call, Happened } from "../../src/query/runs/calls.ts";
import { recordOf } from "../../src/query/values.ts";
import { cpuMs } from "../cpu-time.ts";
import { tries } from "../tries.ts";

let count = 0;
const found = (...names: string[]): Found => ({ names });

function call(name: string, fields: Partial<Call> = {}): Call {
  const lists = { parameters: [], inputs: [], outputs: [], measures: [], sections: [], isCut: false };
  const id = `https://w3id.org/prov-ml/id/0199d3c0-0000-7000-8000-000000000001/w-${++count}`;
  const at = new Date(1.76e12 + count).toISOString();
  return {
    id,
    name,
    kind: "activity",
    status: "completed",
    startedAt: at,
    process: "x",
    isSummary: false,
    ...lists,
    ...fields,
  };
}

const texts = (steps: readonly PlannedStep[], calls: readonly Call[], more: Partial<Plan & Happened> = {}) => {
  const { status = "completed", complete, ordered } = more;
  const plan: Plan = { name: "p", steps, ...(complete ? { complete } : {}), ...(ordered ? { ordered } : {}) };
  return departuresFrom(namePlan(plan).plan, { status, calls, processes: [] }).map(({ text }) => text);
};

const step = (fields: Partial<PlannedStep> = {}): PlannedStep => ({ name: "a", kind: "activity", ...fields });

describe("what a function returns, which no program names", () => {
  const whole = { ...found("a"), id: "i:1", position: 0 };
  const member = (n: number) => ({ ...found(`a.${n}`, String(n)), id: `i:${n}`, position: n });

  it("is the one thing that the plan says is made", () => {
    expect(texts([step({ outputs: ["rows"] })], [call("a", { outputs: [whole] })])).toEqual([]);
  });

  it("is what the plan says is made besides what has a name, and is required", () => {
    const outputs = [found("report.txt"), whole];
    expect(
      texts([step({ outputs: ["report.txt", "rows", { name: "log", optional: true }] })], [call("a", { outputs })]),
    ).toEqual([]);
  });

  it("are the members of a tuple in their order, which later steps know by the plan's names", () => {
    const split = step({ outputs: ["train", "test"] });
    const use = (name: string) => step({ name: "b", inputs: [name] });
    const calls = (id: string) => [
      call("a", { outputs: [member(1), member(0)] }),
      call("b", { inputs: [{ ...found(`a.${id}`), id: `i:${id}` }] }),
    ];
    expect(texts([split, use("train")], calls("0"))).toEqual([]);
    expect(texts([split, use("train")], calls("1"))).toEqual([
      'b did not use "train", which is planned',
      'b used "a.1", which is not planned',
    ]);
  });

  it("is not taken for one of several things that are missing", () => {
    expect(texts([step({ outputs: ["rows", "columns"] })], [call("a", { outputs: [whole] })])).toEqual([
      'a did not make "rows", which is planned',
      'a did not make "columns", which is planned',
      'a made "a", which is not planned',
    ]);
  });

  it("never stands for a file of another name", () => {
    expect(texts([step({ outputs: ["model.json"] })], [call("a", { outputs: [found("other.json")] })])).toHaveLength(2);
  });
});

describe("a name with a star", () => {
  it.each([
    ["epoch-*.json", "epoch-12.json", true],
    ["epoch-*.json", "epoch-.json", true],
    ["epoch-*.json", "epoch-1.jsonl", false],
    ["*", "anything", true],
    ["a*b*c", "a1b2c", true],
    ["a*b*c", "acb", false],
    ["ab*bc", "abc", false],
    ["*a*", "b", false],
  ])("%s fits %s: %s", (pattern, name, fits) => {
    const its = texts([step({ inputs: [pattern] })], [call("a", { inputs: [found(name)] })]);
    expect(its.length === 0).toBe(fits);
  });

  it("of many stars takes no time", () => {
    const started = cpuMs();
    texts([step({ inputs: [`${"*a".repeat(200)}*b`] })], [call("a", { inputs: [found("a".repeat(5000))] })]);
    expect(cpuMs() - started).toBeLessThan(2000);
  });

  it("is nothing but a star in a parameter's name", () => {
    expect(texts([step({ parameters: ["l*"] })], [call("a", { parameters: [found("lr")] })])).toHaveLength(2);
  });
});

describe("parameters", () => {
  const given = (name: string, value: Found["value"]): Call =>
    call("a", { parameters: [{ names: [name], value: value as never }] });

  it("of an object are all planned where the object is", () => {
    expect(texts([step({ parameters: ["optimizer"] })], [given("optimizer.rate", 1)])).toEqual([]);
    expect(texts([step({ parameters: ["optimizer"] })], [given("optimizers", 1)])).toHaveLength(2);
  });

  it("that have a default need not be given", () => {
    expect(texts([step({ parameters: [{ name: "rate", default: 0.1 }] })], [call("a")])).toEqual([]);
  });

  it.each([
    [{ values: ["adam", "sgd"] }, "adam", 0],
    [{ values: ["adam", "sgd"] }, "lion", 1],
    [{ values: [1] }, "1", 1],
    [{ minimum: 0 }, 0, 0],
    [{ minimum: 0 }, -1, 1],
    [{ minimum: 0 }, Number.NaN, 1],
    [{ minimum: 0 }, "much", 1],
    [{ minimum: 0 }, null, 1],
    [{ maximum: 1 }, { omitted: "bigint" }, 0],
  ])("within %j are judged: %j", (limits, value, departures) => {
    expect(texts([step({ parameters: [{ name: "x", ...limits }] })], [given("x", value as never)])).toHaveLength(
      departures,
    );
  });

  it("of a hundred forbidden values are told in one line", () => {
    const calls = Array.from({ length: 100 }, (_, n) => given("x", n));
    expect(texts([step({ parameters: [{ name: "x", maximum: 9 }] })], calls)).toEqual([
      'a took the parameter "x" = 10 and 89 other values, planned is at most 9 (90 of 100 calls)',
    ]);
  });
});

describe("lists that name nothing", () => {
  const calls = [call("a", { parameters: [found("x")], measures: [found("m")], sections: [found("fold")] })];

  it("leave open what may happen, unless the plan is complete", () => {
    expect(texts([step()], calls)).toEqual([]);
    expect(texts([step()], calls, { complete: true })).toHaveLength(3);
  });
});

describe("an execution that did not come to its end", () => {
  const failed = call("a", { status: "failed", error: { type: "RangeError", message: "too much" } });

  it("is the reason why steps are missing", () => {
    const steps = [step({ outputs: ["x"] }), step({ name: "b" })];
    expect(texts(steps, [failed], { status: "failed" })).toEqual([
      "a never came to its end: it failed with RangeError: too much",
      "b never ran (the execution failed: a failed with RangeError: too much)",
    ]);
    expect(texts(steps, [call("a", { status: "running" })], { status: "running" })).toEqual([
      "a never came to its end: it is still running",
      "b never ran (the execution is still running: a is still running)",
    ]);
  });

  it("is no departure of a step that succeeded at another time", () => {
    expect(texts([step({ outputs: ["x"] })], [failed, call("a", { outputs: [found("x")] })])).toEqual([]);
  });
});

describe("steps inside of others", () => {
  it("are missing with the step around them, once", () => {
    expect(texts([step(), step({ name: "b", within: "a" }), step({ name: "c", within: "b" })], [])).toEqual([
      "a never ran",
    ]);
  });

  it("that are steps of one name and two kinds are two steps", () => {
    const steps = [step(), step({ kind: "training" })];
    expect(texts(steps, [call("a"), call("a", { kind: "training" })])).toEqual([]);
    expect(texts(steps, [call("a")])).toEqual(["a never ran"]);
  });
});

test("calls of one millisecond are in the order in which their writer counted them", () => {
  const at = { startedAt: "2026-11-21T10:00:00Z" };
  const [first, second] = [call("a", at), call("b", at)];
  const steps = [step({ name: "b" }), step()];
  expect(texts(steps, [first, second], { ordered: true })).toEqual(["a began before b, which is planned before it"]);
  const other = { ...second, id: second.id.replace("/w-", "/v-") };
  expect(texts(steps, [first, other], { ordered: true })).toEqual([]);
});

/** Any names, those of the language and those that differ in nothing but numbers included. */
const name = fc.oneof(
  fc.constantFrom("a", "b", "c", "a.b", "a.0", "a-1.json", "a-2.json", "__proto__", "constructor"),
  fc.string({ minLength: 1, maxLength: 4 }),
);
const value = fc.oneof(fc.double(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null));
/** A thing has its names for good; the part that it plays is named first. */
const things = ["i:1", "i:2", "i:3"].map((id, n) => ({
  id,
  names: [["a", "b.0"], ["a-1.json", "/x/a-1.json"], ["c"]][n] as string[],
}));
const thing = fc.constantFrom(...things).chain(({ id, names }) =>
  fc
    .record({
      role: fc.option(name, { nil: undefined }),
      kind: fc.constantFrom("dataset" as const, "model" as const, undefined),
      split: fc.constantFrom("train", "test", undefined),
      position: fc.constantFrom(0, 1, undefined),
    })
    .map(({ role, ...more }): Found => {
      const its = Object.entries(more).filter(([, one]) => one !== undefined);
      return { id, names: [...new Set([...(role === undefined ? [] : [role]), ...names])], ...recordOf(its) };
    }),
);
const made = fc
  .tuple(thing, fc.constantFrom(0, 1, undefined))
  .map(([its, section]) => (section === undefined ? its : { ...its, section }));
const named = name.chain((its) => value.map((one): Found => ({ names: [its], value: one })));
const summary = fc.constantFrom("a", "b").map((its) => call(its, { kind: "inference", isSummary: true }));
const stated = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    kind: fc.constantFrom("activity" as const, "training" as const, "evaluation" as const, "inference" as const),
    status: fc.constantFrom("completed" as const, "failed" as const, "endedEarly" as const, "interrupted" as const),
    within: fc.constantFrom("a", "b", undefined),
    parameters: fc.array(named, { maxLength: 4 }),
    inputs: fc.array(thing, { maxLength: 4 }),
    outputs: fc.array(made, { maxLength: 4 }),
    measures: fc.array(named, { maxLength: 4 }),
    isCut: fc.boolean(),
    sections: fc.array(
      name.map((one) => found(one)),
      { maxLength: 2 },
    ),
  })
  .map(({ name: its, within, ...fields }) => call(its, { ...fields, ...(within === undefined ? {} : { within }) }));

const anyCall = fc.oneof({ weight: 5, arbitrary: stated }, summary);

test("whatever happened departs nowhere from the plan made of it", () => {
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 8 }), (calls) => {
      const { plan } = namePlan({ name: "p", complete: true, steps: stepsFrom(calls) });
      expect(departuresFrom(plan, { status: "completed", calls, processes: [] })).toEqual([]);
    }),
    { numRuns: tries(3000) },
  );
});
