import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type BriefStatement, briefPrefixes, expand } from "../../src/model/brief.ts";
import { namePlan, type Plan, stageOf } from "../../src/model/plan.ts";
import { planStatements } from "../../src/model/plan-statements.ts";

function stepWith(fields: object): unknown {
  return { name: "p", steps: [{ name: "a", kind: "training", ...fields }] };
}

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

/** A plan that says all that a plan can say. */
const whole: Plan = {
  name: "birds",
  experiment: "birds by size",
  study: "birds of the islands",
  complete: true,
  ordered: true,
  steps: [
    {
      name: "search",
      kind: "run",
      parameters: [{ name: "strategy", values: ["grid", "random"], default: "grid" }, "trials"],
    },
    {
      name: "fit",
      kind: "training",
      within: "search",
      algorithm: "gradient descent",
      task: "classification of birds",
      parameters: [{ name: "rate", minimum: 0.001, maximum: 1 }, { name: "seed", optional: true }, "epochs"],
      inputs: [
        { name: "train", split: "train" },
        { name: "class count", kind: "characteristic" },
      ],
      outputs: [{ name: "model", kind: "model" }, "epoch-*.json"],
      measures: ["loss"],
      sections: ["epoch"],
    },
    {
      name: "test",
      kind: "evaluation",
      optional: true,
      procedure: "holdout",
      inputs: [{ name: "held back", kind: "dataset", split: "test" }, "model"],
      measures: [{ name: "accuracy", minimum: 0.9 }],
    },
  ],
};

describe("a plan's name", () => {
  it("is what it was before plans could say more, and so is its graph", () => {
    const named = namePlan({
      ...plan,
      steps: [...plan.steps, { name: "search", kind: "run", parameters: ["trials"] }],
    });
    expect(named.name).toBe("id:plan.610a4dfb8573ab4a5bca6a57950ad123");
    const statements = planStatements(named).map((statement) => JSON.stringify(statement));
    const digest = createHash("sha256").update(statements.sort().join("\n")).digest("hex");
    expect(digest).toBe("5675f6cd19a6867ae1e3a986521727b2bd7732dd97d57816d4c5ba37e96ed48a");
  });

  it("is the same for what says nothing and for what is not said", () => {
    const [clean, fit, ...others] = plan.steps;
    const same: Plan = {
      ...plan,
      complete: false,
      steps: [
        { ...clean!, inputs: [{ name: "raw", optional: false }], optional: false, sections: [] },
        { ...fit!, parameters: ["rate", { name: "epochs" }] },
        ...others,
      ],
    };
    expect(namePlan(same).name).toBe(namePlan(plan).name);
    expect(namePlan(same).plan).toEqual(plan);
  });

  it.each<[string, Partial<Plan> | ((step: Plan["steps"][number]) => object)]>([
    ["experiment", { experiment: "bees" }],
    ["study", { study: "bees" }],
    ["claim to be complete", { complete: true }],
    ["order that counts", { ordered: true }],
    ["optional step", () => ({ optional: true })],
    ["section", () => ({ sections: ["fold"] })],
    ["algorithm", () => ({ algorithm: "k-means" })],
    ["task", () => ({ task: "clustering" })],
    ["procedure", () => ({ procedure: "holdout" })],
    ["split", () => ({ inputs: [{ name: "raw", split: "test" }] })],
    ["bound", () => ({ parameters: [{ name: "rate", maximum: 1 }] })],
  ])("differs with another %s", (_, more) => {
    const other =
      typeof more === "function"
        ? { ...plan, steps: plan.steps.map((step) => ({ ...step, ...more(step) })) }
        : { ...plan, ...more };
    expect(namePlan(other).name).not.toBe(namePlan(plan).name);
  });

  it("survives the way through JSON, by which it reaches the flusher", () => {
    const { name, plan: form } = namePlan(whole);
    expect(namePlan(JSON.parse(JSON.stringify(form)))).toMatchObject({ name, plan: form });
  });
});

describe("a plan", () => {
  it("says in its graph what each of its parts is", () => {
    const named = namePlan(whole);
    const types = new Map<string, string[]>();
    for (const statement of planStatements(named)) {
      const { id, attributes = [] } = statement as BriefStatement;
      const names = attributes.flatMap(([property, value]) =>
        property === "prov:type" ? [(value as { name: string }).name.replace(/^provml:/, "")] : [],
      );
      types.set(String(id).replace(named.name, "plan"), names);
    }
    expect(Object.fromEntries(types)).toEqual({
      "plan-graph": ["prov:Bundle"],
      plan: ["prov:Plan", "LearningExperiment"],
      "id:study.birds%20of%20the%20islands": ["prov:Plan", "Study"],
      "plan-1": ["prov:Plan", "LearningStage"],
      "plan-1-parameter-1": ["Attribute"],
      "plan-1-parameter-2": ["Attribute"],
      "plan-2": ["prov:Plan", "Training"],
      "plan-2-parameter-1": ["LearningHyperparameter"],
      "plan-2-parameter-2": ["LearningHyperparameter"],
      "plan-2-parameter-3": ["LearningHyperparameter"],
      "plan-2-input-1": ["Attribute", "LearningDataSetReference"],
      "plan-2-input-2": ["Attribute", "DataSetCharacteristic"],
      "plan-2-output-1": ["Attribute", "ModelProspection"],
      "plan-2-output-2": ["Attribute"],
      "plan-2-measure-1": ["EvaluationMeasure"],
      "plan-2-section-1": ["prov:Plan", "LearningStageSection"],
      "id:algorithm.gradient%20descent": ["Algorithm"],
      "id:task.classification%20of%20birds": ["LearningTask"],
      "plan-3": ["prov:Plan", "Evaluation"],
      "plan-3-input-1": ["Attribute", "LearningDataSetReference"],
      "plan-3-input-2": ["Attribute"],
      "plan-3-measure-1": ["EvaluationMeasure"],
      "plan-3-specification": ["prov:Plan", "EvaluationSpecification"],
      "plan-3-procedure": ["prov:Plan", "EvaluationProcedure"],
    });
  });

  it("may have two steps of one name if their kinds differ, each with a part of its own", () => {
    const twice = namePlan({
      name: "p",
      steps: [
        { name: "load", kind: "dataPreparation" },
        { name: "load", kind: "activity" },
      ],
    });
    expect([stageOf(twice, "load", "dataPreparation"), stageOf(twice, "load", "activity")]).toEqual([
      `${twice.name}-1`,
      `${twice.name}-2`,
    ]);
    expect(stageOf(twice, "load", "training")).toBe(`${twice.name}-1`);
    expect(stageOf(twice, "save", "activity")).toBeUndefined();
  });

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
    ["a field that plans have not", { ...plan, order: true }, /no field "order"; its fields are name, experiment/],
    ["a field that steps have not", stepWith({ paramters: [] }), /step "a" has no field "paramters"; .*parameters/],
    ["a field that values have not", stepWith({ parameters: [{ name: "x", max: 1 }] }), /"x" of step "a" has no field/],
    [
      "a bound that is none",
      stepWith({ parameters: [{ name: "x", minimum: "1" }] }),
      /minimum of "x" of step "a" must/,
    ],
    ["a bound that JSON cannot tell", stepWith({ measures: [{ name: "x", maximum: Infinity }] }), /maximum of "x"/],
    ["bounds that exclude each other", stepWith({ measures: [{ name: "x", minimum: 2, maximum: 1 }] }), /"x" of step/],
    ["a default that is not allowed", stepWith({ parameters: [{ name: "x", values: [1], default: 2 }] }), /default of/],
    ["no allowed value", stepWith({ parameters: [{ name: "x", values: [] }] }), /values of "x".*not empty/],
    ["a thing of no kind", stepWith({ inputs: [{ name: "x", kind: "file" }] }), /kind "file"; one of dataset, model/],
    ["a flag that is none", stepWith({ optional: "yes" }), /optional of step "a" must be true or false, not "yes"/],
    ["a name twice in a list", stepWith({ inputs: ["x", { name: "x", split: "test" }] }), /inputs of .* "x" twice/],
    ["sections that are objects", stepWith({ sections: [{ name: "epoch" }] }), /sections of .* list of names$/],
    ["a step within what is none", stepWith({ within: "b" }), /within "b", which is no step/],
    ["a step within itself", stepWith({ within: "a" }), /within itself/],
    ["a name that is no Unicode", stepWith({ inputs: ["\ud800"] }), /inputs of step "a"/],
    [
      "more than a frame can hold",
      stepWith({ inputs: Array.from({ length: 60_000 }, (_, n) => `in ${n}`) }),
      /the most/,
    ],
  ])("of %s is refused", (_, bad, message) => {
    expect(() => namePlan(bad as Plan)).toThrow(
      expect.objectContaining({ code: "bad-plan", message: expect.stringMatching(message) }),
    );
  });
});
