import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { file, folder, opened, recorded, recorder } from "./recorded.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const WEIGHTS = '{"weights":[1,2,3]}';

describe("models", () => {
  test("a model has its run, that run's hyperparameters, its own measures and its files", async () => {
    const graph = await recorded((prov, root) => {
      const learn = prov.training("fit", (_given: object) => new Map());
      const model = learn({ learningRate: 0.5 });
      prov.evaluation("score", (_model: object) => ({ accuracy: 0.75 }))(model);
      prov.activity("save", (_model: object) => {
        prov.current().generated(file(join(root, "model.json"), WEIGHTS), { kind: "model", of: model });
      })(model);
    });
    const [run] = await graph.runs();
    const models = await graph.models();
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      label: "fit",
      kind: "model",
      run: run?.id,
      workflow: "flowers",
      measures: { accuracy: 0.75 },
      hyperparameters: { learningRate: 0.5 },
      derivedFrom: [],
    });
    expect(models[0]?.files).toEqual([{ path: expect.stringMatching(/model\.json$/), sha256: sha256(WEIGHTS) }]);
  });

  test("an untrained model, its checkpoints and its trained state are one model; states are there on request", async () => {
    const graph = await recorded((prov) => {
      const net = prov.model({ weights: new Float32Array(3) }, { name: "net" });
      prov.training("fit", (_net: object) => {
        for (const epoch of prov.current().epochs(2))
          epoch.generated(net, { kind: "checkpoint", name: `epoch ${epoch.number}` });
      })(net);
    });
    const final = await graph.models();
    expect(final.map(({ kind, run }) => [kind, run !== undefined])).toEqual([["model", true]]);
    const all = await graph.models({ states: "all" });
    expect(all.map(({ kind }) => kind).sort()).toEqual(["checkpoint", "checkpoint", "model", "model"]);
    expect(final[0]?.derivedFrom).toHaveLength(3);
    expect((await graph.runs())[0]?.models.map(({ id }) => id)).toEqual([final[0]?.id]);
  });

  test("a model that a second run trained further is another model, derived from the first", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", (net: object) => net);
      learn(learn({ weights: new Float32Array(3) }));
    });
    const [second, first, ...others] = await graph.models();
    expect(others).toEqual([]);
    expect(second?.derivedFrom).toEqual([first?.id]);
    expect(second?.run).not.toBe(first?.run);
  });

  test("a model file that another execution reads is the same model, and what it measures there counts", async () => {
    const root = folder();
    const path = file(join(root, "model.json"), WEIGHTS);
    const first = recorder(root);
    first.training("fit", () => {
      first.current().generated(path, { kind: "model" });
    })();
    await first.close();
    const second = recorder(root);
    second.model(path);
    second.evaluation("score", (_path: string) => ({ accuracy: 0.25 }))(path);
    await second.close();
    const models = await (await opened(root)).models();
    expect(models).toHaveLength(1);
    expect(models[0]?.measures).toEqual({ accuracy: 0.25 });
  });

  test("a model that came from outside is listed once, without a run", async () => {
    const root = folder();
    const path = file(join(root, "resnet.onnx"), "a pretrained model");
    for (let i = 0; i < 2; i++) {
      const prov = recorder(root);
      prov.model(path);
      prov.inference("predict", (_path: string) => 1)(path);
      await prov.close();
    }
    const models = await (await opened(root)).models();
    expect(models.map(({ label, run }) => [label, run])).toEqual([["resnet.onnx", undefined]]);
  });

  test("the best model of a training set is found by its least loss, with its hyperparameters", async () => {
    const graph = await recorded((prov) => {
      const learn = prov.training("fit", ({ learningRate }: { learningRate: number }) => {
        prov.current().log({ loss: Math.abs(learningRate - 0.1) });
        return new Map();
      });
      for (const learningRate of [0.01, 0.1, 1]) learn({ learningRate });
    });
    const models = await graph.models();
    const best = models.sort((a, b) => (a.measures.loss as number) - (b.measures.loss as number))[0];
    expect(best?.hyperparameters).toEqual({ learningRate: 0.1 });
  });
});
