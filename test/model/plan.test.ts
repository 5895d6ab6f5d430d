import { describe, expect, it } from "vitest";
import { briefPrefixes, expand } from "../../src/model/brief.ts";
import { namePlan, type Plan, planStatements } from "../../src/model/plan.ts";

const plan: Plan = {
  name: "birds",
  steps: [
    { name: "clean", kind: "dataPreparation", inputs: ["raw"], outputs: ["rows"] },
    { name: "fit", kind: "training", parameters: ["rate", "epochs"] },
    { name: "test", kind: "evaluation", measures: ["accuracy"] },
  ],
};

describe("a plan's name", () => {
  it("is the same for the same content, in whatever order its fields are written", () => {
    const [first, ...others] = plan.steps;
    const { outputs = [], inputs = [], kind, name } = first!;
    const same: Plan = { steps: [{ outputs, inputs, kind, name, measures: [] }, ...others], name: plan.name };
    expect(namePlan(same).name).toBe(namePlan(plan).name);
    expect(namePlan(plan).name).toMatch(/^id:plan\.[0-9a-f]{32}$/);
  });

  it.each<[string, Plan]>([
    ["name", { ...plan, name: "bees" }],
    ["order", { ...plan, steps: plan.steps.toReversed() }],
    ["parameters", { ...plan, steps: plan.steps.map((s) => ({ ...s, parameters: ["rate"] })) }],
    ["kind", { ...plan, steps: plan.steps.map((s) => ({ ...s, kind: "activity" })) }],
  ])("differs with another %s", (_, other) => {
    expect(namePlan(other).name).not.toBe(namePlan(plan).name);
  });
});

describe("a plan", () => {
  it("is stated in a graph of its own: the whole, its steps, and what they declare", () => {
    const named = namePlan(plan);
    const [bundle, ...statements] = planStatements(named);
    expect(bundle).toMatchObject({ id: named.graph, graph: "id:catalogue" });
    expect(new Set(statements.map((s) => "graph" in s && s.graph))).toEqual(new Set([named.graph]));
    const labels = statements.flatMap((s) => ("attributes" in s ? (s.attributes ?? []) : []));
    const texts = labels.flatMap(([name, value]) => (name === "rdfs:label" ? [value] : []));
    expect(texts.sort()).toEqual(["accuracy", "birds", "clean", "epochs", "fit", "rate", "raw", "rows", "test"]);
    const ids = statements.map((s) => ("id" in s ? s.id : undefined));
    expect(new Set(ids).size).toBe(ids.length);
    expect(named.steps.get("fit")).toBe(`${named.name}-2`);
    const prefixes = briefPrefixes("https://example.org/", "https://example.org/x/");
    expect(statements.flatMap((s) => expand(s, prefixes))).toHaveLength(statements.length);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /name and a list/],
    ["no steps", { name: "p" }, /name and a list/],
    ["a step without name", { name: "p", steps: [{ kind: "training" }] }, /step 1 has no name/],
    ["two steps of one name", { name: "p", steps: [plan.steps[0], plan.steps[0]] }, /two steps are named "clean"/],
    ["an unknown kind", { name: "p", steps: [{ name: "a", kind: "toString" }] }, /has kind "toString"; one of data/],
    ["measures that are no list", { name: "p", steps: [{ name: "a", kind: "run", measures: "f1" }] }, /measures of/],
    ["inputs that are no names", { name: "p", steps: [{ name: "a", kind: "run", inputs: [1] }] }, /inputs of/],
  ])("of %s is refused", (_, bad, message) => {
    expect(() => namePlan(bad as Plan)).toThrow(
      expect.objectContaining({ code: "bad-plan", message: expect.stringMatching(message) }),
    );
  });
});
