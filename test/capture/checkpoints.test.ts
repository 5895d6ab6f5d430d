import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { record } from "./memory-sink.ts";

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-checkpoint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "model.json");
  writeFileSync(path, text);
  return path;
}

describe("a checkpoint", () => {
  it("is the state of the model at a step; the states of one model come one of another, and the trained model of the last", () => {
    const { prov, recorded } = record();
    const net = { weights: new Float32Array(2) };
    const learn = prov.training("fit", (model: typeof net) => {
      const run = prov.current();
      for (const epoch of run.epochs(3)) {
        epoch.log({ loss: epoch.number });
        expect(epoch.checkpoint(model)).toBe(model);
      }
      return model;
    });
    learn(prov.model(net, { name: "net" }));
    const states = [0, 1, 2].map((k) => recorded().entity(`checkpoint ${k}`));
    expect(states.map((one) => one.get("provml:stepNumber"))).toEqual([0, 1, 2]);
    expect(states.map((one) => one.types.includes("provml:Checkpoint"))).toEqual([true, true, true]);
    expect(states.map((one) => recorded().makersOf(one))).toEqual([["epoch 0"], ["epoch 1"], ["epoch 2"]]);
    expect(
      states.map((one) =>
        recorded()
          .sourcesOf(one)
          .map(({ label }) => label),
      ),
    ).toEqual([["net"], ["checkpoint 0"], ["checkpoint 1"]]);
    const final = recorded()
      .generatedBy("fit")
      .filter(({ types }) => types.includes("provml:Model"));
    expect(
      final.map((one) =>
        recorded()
          .sourcesOf(one)
          .map(({ label }) => label),
      ),
    ).toEqual([["checkpoint 2"]]);
  });

  it("of a file has its content", () => {
    const { prov, recorded } = record();
    const path = file("[1]");
    prov.run("fit", (run) => expect(run.checkpoint(path, 7)).toBe(path));
    const made = recorded().entity("model.json");
    expect(made.get("provml:stepNumber")).toBe(7);
    expect(made.types).toEqual(expect.arrayContaining(["provml:Checkpoint", "provml:DataReference"]));
    expect(recorded().contentOf(made)?.get("provml:byteSize")).toBe(3);
  });

  it("of a model and its file is both, the file made of the model", () => {
    const { prov, recorded } = record();
    const path = file("[2]");
    const model = { w: 2 };
    prov.run("fit", (run) => run.checkpoint(model, 3, { path, name: "best" }));
    const [saved, written] = recorded()
      .things("best")
      .sort(
        (a, b) => Number(a.types.includes("provml:DataReference")) - Number(b.types.includes("provml:DataReference")),
      );
    expect([saved, written].map((one) => one?.get("provml:stepNumber"))).toEqual([3, 3]);
    expect(
      recorded()
        .sourcesOf(written!)
        .map(({ id }) => id),
    ).toEqual([saved?.id]);
    expect(recorded().contentOf(written!)).toBeDefined();
  });

  it("has the step of the row that was logged last where none is given, and none before the first", () => {
    const { prov, recorded } = record();
    prov.run("fit", (run) => {
      run.checkpoint({ a: 0 }, undefined, { name: "start" });
      run.log({ loss: 1 }, 41);
      run.checkpoint({ a: 1 });
      for (const epoch of run.epochs(2)) epoch.section("batch", 5, (batch) => batch.checkpoint({ epoch }));
    });
    expect(recorded().entity("start").get("provml:stepNumber")).toBeUndefined();
    expect(recorded().entity("checkpoint 41").get("provml:stepNumber")).toBe(41);
    expect(recorded().entity("checkpoint 5").get("provml:stepNumber")).toBe(5);
    expect(recorded().entity("checkpoint 6").get("provml:stepNumber")).toBe(6); // the sixth batch of all
  });

  it.each([
    [undefined, 1, {}],
    [null, 1, {}],
    ["", 1, {}],
    [5, 1, {}],
    [{}, "1", {}],
    [{}, Number.NaN, {}],
    [{}, 1, { path: "" }],
    [{}, 1, { path: 5 }],
    [{}, 1, { kind: "model" }],
    [{}, 1, null],
    [{}, 1, { name: 5 }],
    [{}, 1, { digest: "later" }],
  ])("is not made of %j at %j with %j", (thing, step, options) => {
    const { prov } = record();
    expect(() => prov.current().checkpoint(thing as object, step as number, options as object)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^bad-(argument|option)$/) }),
    );
  });
});

describe("a resumed series", () => {
  it("says so once, whenever that is said", () => {
    const { prov, recorded } = record();
    prov.run("fit", (run) => {
      run.log({ loss: 1 }, 5);
      run.series("loss", { resumed: true });
      run.series("loss", { resumed: true });
      run.series("accuracy", { resumed: 37 });
      run.series("other", { resumed: false });
    });
    const marks = recorded()
      .ofType("provml:MetricSeries")
      .map((one) => [one.label, one.all("provml:isResumed"), one.get("provml:resumedAfterStep")]);
    expect(marks).toEqual([
      ["loss", [true], undefined],
      ["accuracy", [true], 37],
      ["other", [], undefined],
    ]);
  });

  it.each([5, null, { resume: true }, { resumed: "yes" }, { resumed: Number.NaN }])(
    "is not asked for by %j",
    (options) => {
      const { prov } = record();
      expect(() => prov.current().series("loss", options as never)).toThrow(
        expect.objectContaining({ code: "bad-option" }),
      );
    },
  );
});

describe("a handle that is misused", () => {
  it.each([5, "loss", null, undefined, true])("tells what log(%j) should have been", (values) => {
    const { prov } = record();
    expect(() => prov.current().log(values as never)).toThrow(
      expect.objectContaining({ code: "bad-argument", message: expect.stringContaining("log({ loss: 0.1 })") }),
    );
  });

  it.each([
    "used",
    "generated",
    "hyperparameters",
    "log",
    "series",
    "checkpoint",
    "stoppedEarly",
    "epochs",
    "section",
  ] as const)("says so when %s() is called without it", (verb) => {
    const { prov } = record();
    const method = prov.current()[verb] as () => unknown;
    expect(() => method()).toThrow(
      expect.objectContaining({ code: "bad-argument", message: expect.stringContaining(`step.${verb}(`) }),
    );
  });

  it("tells what section() calls", () => {
    const { prov } = record();
    expect(() => prov.current().section("fold", 1, 5 as never)).toThrow(
      expect.objectContaining({ code: "bad-argument" }),
    );
  });
});
