import { expect, it } from "vitest";
import type { Provenance } from "../../src/capture/provenance.ts";
import { cpuMs } from "../cpu-time.ts";
import { dictionary, HOSTILE_RETURNS, HOSTILE_VALUES } from "./hostile-values.ts";
import { record } from "./memory-sink.ts";

/** No call of capture takes longer, whatever it gets: far more than any takes, so that only what grows with the value is found; the least of some tries counts. */
const LONGEST_MS = 50;
const TRIES = 3;

/** Every way by which a value of the program's comes to capture. Each throws when the program would notice. */
const DOORS: Readonly<Record<string, (prov: Provenance, value: unknown) => void>> = {
  "an argument": (prov, value) => same(prov.activity("step", (given: unknown) => given)(value), value),
  "an argument of a training": (prov, value) =>
    same(prov.training("fit", (given: unknown) => void given)(value), undefined),
  "an argument of an inference": (prov, value) =>
    same(prov.inference("score", (given: unknown) => given)(value), value),
  "a member of an argument": (prov, value) => {
    const options = { a: 1, value };
    same(prov.activity("step", (given: object) => given)(options), options);
  },
  "an element of an argument": (prov, value) => {
    const list = [1, value];
    same(prov.activity("step", (given: object) => given)(list), list);
  },
  this: (prov, value) =>
    same(
      Reflect.apply(
        prov.activity("step", function (this: unknown) {
          return this;
        }),
        value,
        [],
      ),
      value,
    ),
  "a result": (prov, value) => same(prov.dataPreparation("step", () => value)(), value),
  "a result of an evaluation": (prov, value) => same(prov.evaluation("test", () => value)(), value),
  "a member of a result": (prov, value) => {
    const result = { score: 1, value };
    same(prov.evaluation("test", () => result)(), result);
  },
  "a thrown value": (prov, value) => {
    let caught: unknown = DOORS;
    try {
      prov.activity("step", () => {
        throw value;
      })();
    } catch (error) {
      caught = error;
    }
    same(caught, value);
  },
  "used()": (prov, value) => same(prov.current().used(value, { role: "it" }), value),
  "generated()": (prov, value) => same(prov.current().generated(value, { name: "it" }), value),
  "hyperparameters()": (prov, value) => prov.current().hyperparameters({ value }),
  "log()": (prov, value) => prov.current().log({ value: value as number }, value as number),
  "a series": (prov, value) =>
    prov
      .current()
      .series("value")
      .log(value as number, value as number, value as number),
  "a description": (prov, value) => {
    if ((typeof value === "object" && value !== null) || typeof value === "function")
      same(prov.dataset(value, { name: "it" }), value);
  },
  "what something is derived from": (prov, value) => {
    if ((typeof value === "object" && value !== null) || typeof value === "function") prov.model({}, { of: value });
  },
};

/** Those that throw at each look. */
const REFUSING = HOSTILE_VALUES.filter(([what]) => /^a (revoked proxy of an|proxy of an? \w+ whose every)/.test(what));

it.each(REFUSING)("%s is no row and no seed, and what it throws does not get through", (_what, make) => {
  const { prov } = record({}, { mayFail: "yes" });
  const value = make();
  if (typeof value === "object") expect(() => prov.current().log(value as Record<string, number>)).not.toThrow();
  expect(() => prov.seed(value)).toThrow(expect.objectContaining({ code: "bad-argument" }));
});

function same(found: unknown, expected: unknown): void {
  if (!Object.is(found, expected)) throw new Error("the program sees another value");
}

it.each(Object.entries(DOORS))(
  "whatever comes as %s changes nothing, and takes no time",
  { timeout: 120_000 },
  (_door, enter) => {
    const { prov } = record();
    enter(prov, { a: 1 });
    prov.activity("first", (given: object) => typeof given)(dictionary());
    const wrong: string[] = [];
    for (const [what, make] of HOSTILE_VALUES) {
      const faults = prov.stats().faults;
      let least = Number.POSITIVE_INFINITY;
      for (let n = 0; n < TRIES && least > LONGEST_MS; n++) {
        const value = make();
        const start = cpuMs();
        try {
          enter(prov, value);
        } catch (error) {
          wrong.push(`${what}: ${error instanceof Error ? error.message : "throws"}`);
        }
        least = Math.min(least, cpuMs() - start);
      }
      if (prov.stats().faults > faults) wrong.push(`${what}: fault: ${prov.stats().lastFault}`);
      if (least > LONGEST_MS) wrong.push(`${what}: ${least.toFixed(1)} ms`);
    }
    expect(wrong).toEqual([]);
  },
);

it.each(HOSTILE_RETURNS)("a step that returns %s ends for its caller as the function does", async (_what, make) => {
  const { prov } = record();
  for (const fn of [() => make(), async () => make()]) {
    expect(await outcomeOf(prov.activity("step", fn))).toEqual(await outcomeOf(fn));
  }
  expect([prov.stats().lastFault, prov.stats().faults]).toEqual([undefined, 0]);
});

/** What comes of a call whose result is awaited and then iterated. */
async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    const value = await call();
    if (typeof value !== "object" || value === null) return value;
    if (Symbol.asyncIterator in value) for await (const _ of value as AsyncIterable<unknown>);
    if (Symbol.iterator in value) for (const _ of value as Iterable<unknown>);
    return typeof value;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}
