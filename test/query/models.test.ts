import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shortId } from "../../src/query/ids.ts";
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

  test("the object that a run made and the one model file that it wrote are one model, with what the run found", async () => {
    const root = folder();
    for (const rate of [0.5, 0.25]) {
      const prov = recorder(root);
      const train = prov.dataset(file(join(root, "train.csv"), "a,b\n1,2\n"), { split: "train" });
      const learn = prov.training("fit", (_train: string, _given: object) => {
        prov.current().log({ loss: rate / 2 });
        prov.current().generated(file(join(root, "model.json"), JSON.stringify({ rate })), { kind: "model" });
        return { weights: [rate] };
      });
      prov.evaluation("score", (_model: object) => ({ accuracy: rate }))(learn(train, { rate }));
      await prov.close();
    }
    const graph = await opened(root);
    const models = await graph.models();
    expect(models.map(({ measures, files }) => [measures, files.length])).toEqual([
      [{ accuracy: 0.25, loss: 0.125 }, 1],
      [{ accuracy: 0.5, loss: 0.25 }, 1],
    ]);
    const { trained, considered, best } = await graph.ask("Q3", { dataset: join(root, "train.csv") });
    expect([trained, considered, best?.model?.id, best?.measures.loss]).toEqual([2, 2, models[0]?.id, 0.125]);
    const { preparations: _, ...sixth } = await graph.ask("Q6", { dataset: join(root, "train.csv") });
    expect([sixth.considered, sixth.best?.model?.id]).toEqual([2, models[0]?.id]);
    const named = await graph.ask("Q1", { model: join(root, "model.json") });
    expect(named.model?.id).toBe(models[0]?.id);
    rmSync(join(root, "model.json"));
    const refused = await graph.ask("Q1", { model: "model.json" }).catch((error: Error) => error.message);
    expect(refused).toMatch(
      /^"model.json" fits 2 models; name one by its id: \S+ \(fit of the run fit \S+, 20\S+Z\), /,
    );
    for (const { id } of await graph.runs()) expect(refused).toContain(`run fit ${shortId(id)}, 20`);
  });

  test("a model that runs of the same workflow made again, byte by byte, is the latest's; its execution's graph is not meant", async () => {
    const root = folder();
    for (const time of [1, 2]) {
      const prov = recorder(root, { workflow: "bare" });
      prov.training("bare", () => {
        prov.current().generated(file(join(root, "model.json"), WEIGHTS), { kind: "model" });
        return { weights: [1] };
      })();
      await prov.close();
      const graph = await opened(root);
      const [newest] = await graph.models();
      for (const model of ["model.json", join(root, "model.json"), newest?.run as string])
        expect((await graph.ask("Q1", { model })).model?.id, model).toBe(newest?.id);
      if (time === 1) expect((await graph.retrain("bare")).model?.id).toBe(newest?.id);
    }
  });

  test("several files of a run are several models, and each is ranked by what the run found of none in particular", async () => {
    const root = folder();
    const prov = recorder(root);
    const train = prov.dataset(file(join(root, "train.csv"), "a,b\n1,2\n"), { split: "train" });
    const [a, b] = ["a.json", "b.json"].map((name) => join(root, name)) as [string, string];
    prov.training("fit", (_train: string) => {
      prov.current().log({ loss: 0.5 });
      for (const path of [a, b]) prov.current().generated(file(path, path), { kind: "model" });
    })(train);
    prov.evaluation("score", (_path: string) => ({ accuracy: 0.75 }))(b);
    await prov.close();
    const graph = await opened(root);
    expect(await graph.models()).toHaveLength(2);
    const dataset = join(root, "train.csv");
    expect(await graph.ask("Q3", { dataset })).toMatchObject({
      trained: 2,
      considered: 2,
      best: { measures: { loss: 0.5 } },
    });
    expect(await graph.ask("Q3", { dataset, measure: "accuracy" })).toMatchObject({ trained: 2, considered: 1 });
    expect((await graph.ask("Q1", { model: a })).measures).toEqual({ loss: 0.5 });
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
