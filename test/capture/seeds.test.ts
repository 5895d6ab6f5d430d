import { describe, expect, it } from "vitest";
import { record } from "./memory-sink.ts";

describe("a seed", () => {
  it("is a hyperparameter of the step that it is told in, and comes back", () => {
    const { prov, recorded } = record();
    prov.training("fit", () => {
      expect(prov.seed(42, { of: "weights" })).toBe(42);
      prov.current().seed("birds", { of: "shuffle" });
      prov.current().seed(2n ** 64n - 1n);
      return {};
    })();
    expect(recorded().step("fit").parameters).toEqual({
      "seed.weights": 42,
      "seed.shuffle": "birds",
      seed: 2n ** 64n - 1n,
    });
    const seeds = recorded().ofType("provml:RandomSeed");
    expect(seeds.map((one) => one.get("provml:seedOf"))).toEqual(["weights", "shuffle", undefined]);
    expect(seeds[0]?.types).toEqual([
      "provml:RandomSeed",
      "provml:LearningHyperparameterValue",
      "mls:HyperParameterSetting",
    ]);
    expect(seeds[0]?.get("mls:specifiedBy")).toBe("https://w3id.org/prov-ml/id/hyperparameter.seed.weights");
  });

  it("outside of steps is one of the whole execution", () => {
    const { prov, recorded } = record();
    prov.seed([1, 2, 3]);
    prov.seed(new BigUint64Array([2n ** 63n]), { of: "split" });
    expect(recorded().step("penguins").parameters).toMatchObject({ seed: [1, 2, 3] });
    expect(recorded().things("seed.split")[1]?.get("mls:hasValue")).toBe("[9223372036854775808] rdf:JSON");
  });

  it("of a data preparation or an epoch belongs to it", () => {
    const { prov, recorded } = record();
    prov.dataPreparation("split", () => void prov.seed(7))();
    prov.training("fit", () => {
      for (const epoch of prov.current().epochs(2)) epoch.seed(epoch.number, { of: "shuffle" });
      return {};
    })();
    expect(recorded().step("split").parameters).toEqual({ seed: 7 });
    expect(recorded().step("epoch 1").parameters).toEqual({ "seed.shuffle": 1 });
  });

  it.each([
    ["nothing", undefined, {}],
    ["null", null, {}],
    ["an object", { seed: 1 }, {}],
    ["a list of something else", ["a"], {}],
    ["too many numbers", Array(65).fill(0), {}],
    ["an empty list", [], {}],
  ])("cannot be %s", (_, value, options) => {
    const { prov, recorded } = record();
    prov.activity("step", () => {})();
    expect(() => prov.seed(value, options)).toThrow(expect.objectContaining({ code: "bad-argument" }));
    expect(recorded().ofType("provml:RandomSeed")).toEqual([]);
  });

  it("says in a word what it is of, and has no other option", () => {
    const { prov } = record();
    expect(() => prov.seed(1, { of: "" })).toThrow(expect.objectContaining({ name: "ProvenanceError" }));
    expect(() => prov.seed(1, { kind: "model" } as never)).toThrow(expect.objectContaining({ code: "bad-option" }));
  });
});
