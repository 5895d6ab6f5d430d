import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readProvLake } from "../../src/formats/provlake.ts";
import { ProvenanceError } from "../../src/model/error.ts";
import { namePlan } from "../../src/model/plan.ts";
import { describeShared, sharedFiles } from "../shared-data.ts";
import { tries } from "../tries.ts";

const attribute = (name: string, more: object = {}) => ({ name, dtype: "string", ...more });

/** One transformation, which takes and makes these. */
function document(input: readonly object[], output: readonly object[] = []): string {
  const step = { input_datasets: [{ attributes: input }], output_datasets: [{ attributes: output }] };
  return JSON.stringify({ context_name: "c", dataflow_name: "flow", data_transformations: { step } });
}

const stepOf = (...sides: Parameters<typeof document>) => readProvLake(document(...sides)).plan.steps[0];
const ml = (word: string) => attribute("a", { ml_semantics: word });

describe("ProvLake's prospective JSON", () => {
  it.each([
    ["input", "hyper_parameter", { parameters: ["a"] }],
    ["input", "data_characteristic", { inputs: [{ name: "a", kind: "characteristic" }] }],
    ["input", "dataset", { inputs: [{ name: "a", kind: "dataset" }] }],
    ["input", "model", { inputs: [{ name: "a", kind: "model" }] }],
    ["input", "evaluation_measure", { inputs: ["a"] }],
    ["output", "hyper_parameter", { outputs: ["a"] }],
    ["output", "data_characteristic", { outputs: [{ name: "a", kind: "characteristic" }] }],
    ["output", "dataset", { outputs: [{ name: "a", kind: "dataset" }] }],
    ["output", "model", { outputs: [{ name: "a", kind: "model" }] }],
    ["output", "evaluation_measure", { measures: ["a"] }],
  ])("says by the %s attribute's ml_semantics %s what is planned", (side, word, fields) => {
    const { name, kind, ...lists } = stepOf(
      ...((side === "input" ? [[ml(word)]] : [[], [ml(word)]]) as [object[], object[]]),
    )!;
    expect(lists).toEqual(fields);
  });

  it.each([
    [[{ semantics: "PARAMETER" }], [], { parameters: ["a"] }],
    [[{}], [], { parameters: ["a"] }],
    [[{ semantics: "FILE_REFERENCE" }], [], { inputs: ["a"] }],
    [[{ semantics: "KG_REFERENCE", ml_semantics: null }], [], { inputs: ["a"] }],
    [[{ semantics: "FILE_REFERENCE", ml_semantics: "dataset" }], [], { inputs: [{ name: "a", kind: "dataset" }] }],
    [[], [{ semantics: "OUTPUT_VALUE" }], { outputs: ["a"] }],
    [[], [{ semantics: "PARAMETER" }], { outputs: ["a"] }],
  ])("falls back on semantics and side: %j, %j", (input, output, fields) => {
    const named = (list: object[]) => list.map((one) => attribute("a", one));
    const { name, kind, ...lists } = stepOf(named(input), named(output))!;
    expect(lists).toEqual(fields);
  });

  it.each([
    ["training", [ml("hyper_parameter")], [attribute("b")]],
    ["training", [ml("dataset")], [ml("model"), attribute("loss", { ml_semantics: "evaluation_measure" })]],
    ["evaluation", [ml("model")], [attribute("f1", { ml_semantics: "evaluation_measure" })]],
    ["inference", [ml("model")], [attribute("answer")]],
    ["dataPreparation", [attribute("raw", { semantics: "FILE_REFERENCE" })], [ml("dataset")]],
    ["activity", [attribute("x")], [attribute("y")]],
  ])("is a %s by what it takes and makes", (kind, input, output) => {
    expect(stepOf(input, output)?.kind).toBe(kind);
  });

  it("takes an attribute's inner ones where only these say what they are", () => {
    const inner = [attribute("rate", { ml_semantics: "hyper_parameter" }), attribute("note")];
    const plain = {
      ...attribute("settings"),
      dtype: "complex_attribute",
      attributes: [attribute("x"), attribute("y")],
    };
    const { parameters } = stepOf([{ attributes: inner, ...attribute("optimizer") }, plain])!;
    expect(parameters).toEqual(["optimizer.rate", "settings"]);
  });

  it("has an attribute of several data sets once, and tells what a plan has no place for", () => {
    const sets = [
      { attributes: [attribute("id")] },
      { attributes: [ml("dataset"), attribute("id")], owner: [{ a: [1] }] },
    ];
    const text = JSON.stringify({
      data_transformations: { s: { input_datasets: sets } },
      dataflow_name: "f",
      storages: {},
    });
    expect(readProvLake(text)).toEqual({
      plan: {
        name: "f",
        steps: [{ name: "s", kind: "activity", parameters: ["id"], inputs: [{ name: "a", kind: "dataset" }] }],
      },
      leftOut: ["dtype", "owner", "storages"],
    });
    expect(readProvLake(text, "other").plan.name).toBe("other");
  });

  it.each([
    ["no JSON", "{", /line 1, column 2: expected a key in quotes, found the end/],
    [
      "no JSON where nobody looks",
      '{"dataflow_name":"f","storages":{"a":tru},"data_transformations":{}}',
      /^\$: expected JSON: /,
    ],
    ["something after it", `${document([])}]`, /expected the end of the text/],
    ["a list", "[]", /^\$: expected an object, found an array/],
    ["no name", '{"data_transformations":{}}', /expected dataflow_name/],
    ["an empty name", '{"dataflow_name":""}', /^\$\.dataflow_name: expected a name/],
    ["no steps", '{"dataflow_name":"f"}', /expected data_transformations/],
    [
      "steps that are a list",
      '{"dataflow_name":"f","data_transformations":[]}',
      /^\$\.data_transformations: expected an object/,
    ],
    [
      "a step twice",
      '{"dataflow_name":"f","data_transformations":{"a":{},"a":{}}}',
      /^\$\.data_transformations\.a: .*second/,
    ],
    [
      "data sets that are no list",
      '{"dataflow_name":"f","data_transformations":{"a":{"input_datasets":{}}}}',
      /input_datasets: expected an array, found an object/,
    ],
    ["an attribute without name", document([{ dtype: "x" }]), /attributes\[0\]: expected an attribute with a name/],
    ["a name that is a number", document([{ name: 1 }]), /attributes\[0\]\.name: expected a string, found a number/],
    [
      "unknown semantics",
      document([ml("metric")]),
      /attributes\[0\]\.ml_semantics: expected one of hyper_.*found "metric"/,
    ],
    [
      "a fault deep inside",
      document([{ name: "a", attributes: [{ name: "b", attributes: 1 }] }]),
      /attributes\[0\]\.attributes\[0\]\.attributes/,
    ],
  ])("that is or has %s is refused with the place", (_, text, message) => {
    expect(() => readProvLake(text)).toThrow(
      expect.objectContaining({ code: "unreadable", message: expect.stringMatching(message) }),
    );
  });

  it("of any depth and size is refused or read", () => {
    const deep = (n: number) => `{"dataflow_name":"f","x":${"[".repeat(n)}${"]".repeat(n)},"data_transformations":{}}`;
    expect(readProvLake(deep(100_000)).plan.steps).toEqual([]);
    let nested: object = attribute("a");
    for (let n = 0; n < 40; n++) nested = { name: "a", attributes: [nested] };
    expect(() => readProvLake(document([nested]))).toThrow(/at most 16 deep/);
    const many = Array.from({ length: 60_000 }, (_, n) => attribute(`attribute ${n}`));
    expect(() => readProvLake(document(many))).toThrow(expect.objectContaining({ code: "bad-plan" }));
  });
});

test("any change of a document is read or refused, and nothing else", () => {
  const text = document([ml("hyper_parameter"), { name: "b", attributes: [ml("dataset")] }], [ml("model")]);
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(4), fc.string({ maxLength: 3 }), (at, cut, put) => {
      try {
        namePlan(readProvLake(text.slice(0, at) + put + text.slice(at + cut)).plan);
      } catch (error) {
        expect(error).toBeInstanceOf(ProvenanceError);
        expect((error as Error).message).not.toMatch(/\n/);
      }
    }),
    { numRuns: tries(3000) },
  );
});

describeShared("what ProvLake's own library sends", "provlake", () => {
  it("is read as a plan of twenty steps with all their attributes", () => {
    const [file] = sharedFiles("provlake", /synthetic_dataflow\.json$/);
    const { plan, leftOut } = readProvLake(file?.text() ?? "");
    expect([plan.name, plan.steps.length]).toEqual(["synthetic-workflow", 20]);
    expect(plan.steps.map(({ parameters, outputs }) => [parameters?.length, outputs?.length])).toEqual([
      ...Array.from({ length: 19 }, () => [199, 199]),
      [3, 3],
    ]);
    expect(plan.steps[19]).toMatchObject({ name: "act_20", kind: "activity", parameters: ["a1_lst", "a2", "a3_lst"] });
    expect(leftOut).toEqual(["context_name", "description:", "storages", "dtype", "description", "elementdtype"]);
  });
});
