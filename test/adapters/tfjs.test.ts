import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { observe, recordLoading } from "../../src/adapters/tfjs.ts";
import { record } from "../capture/memory-sink.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** y = 2x - 1, in eighty examples. */
function line(): { x: tf.Tensor2D; y: tf.Tensor2D } {
  const numbers = Array.from({ length: 80 }, (_, i) => i / 80);
  return {
    x: tf.tensor2d(numbers, [80, 1]),
    y: tf.tensor2d(
      numbers.map((n) => 2 * n - 1),
      [80, 1],
    ),
  };
}

function regression(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 4, activation: "relu", inputShape: [1] }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError", metrics: ["mse"] });
  return model;
}

/** A handler that keeps what a model is saved as. */
function kept(): { handler: tf.io.IOHandler; artifacts: tf.io.ModelArtifacts[] } {
  const artifacts: tf.io.ModelArtifacts[] = [];
  const handler = tf.io.withSaveHandler(async (given) => {
    artifacts.push(given);
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  });
  return { handler, artifacts };
}

describe("a model of TensorFlow.js that is observed", () => {
  it("has its training recorded: settings, data, epochs, and the model that it leaves", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov, name: "line" });
    const { x, y } = line();
    const history = await model.fit(x, y, { epochs: 3, batchSize: 8, validationSplit: 0.2, verbose: 0 });
    expect(history.epoch).toEqual([0, 1, 2]);

    const found = recorded();
    expect(found.activity("line.fit").types).toContain("mls:Run");
    expect(found.status("line.fit")).toBe("provml:Completed");
    expect(found.valuesUsedBy("line.fit")).toMatchObject({
      "optimizer.name": "Adam",
      "optimizer.learningRate": 0.02,
      loss: "meanSquaredError",
      epochs: 3,
      batchSize: 8,
      validationSplit: 0.2,
      shuffle: true,
    });
    expect(found.objectsUsedBy("line.fit")).toEqual(["x", "y"]);
    for (const name of ["loss", "mse", "val_loss", "val_mse"]) {
      expect(found.series(name), name).toEqual(history.history[name]?.map((value, epoch) => [epoch, value]));
    }
    expect(found.series("epoch.durationMs")).toHaveLength(3);
    const trained = found.entity("line");
    expect(trained.types).toContain("provml:Model");
    expect(found.makersOf(trained)).toEqual(["line.fit"]);
    expect(trained.get("provml:parameterCount")).toBe(13);
    expect(trained.get("dcterms:description")).toBe("2 layers: Dense(4, relu), Dense(1)");
    expect(JSON.parse(String(trained.get("provml:modelInputs")))).toEqual([
      { name: expect.stringContaining("input"), type: "float32", shape: [null, 1] },
    ]);
  });

  it("has the values of every so many batches as rows, which are those that TensorFlow.js computed", async () => {
    const { prov, recorded } = record();
    const seen: number[] = [];
    const { x, y } = line();
    const fit = { epochs: 2, batchSize: 8, verbose: 0, shuffle: false } as const;
    await observe(regression(), { prov, batchEvery: 1 }).fit(x, y, {
      ...fit,
      callbacks: { onBatchEnd: (_, logs) => void seen.push(logs?.loss as number) },
    });
    expect(recorded().series("batch.loss")).toEqual(seen.map((value, batch) => [batch, value]));
    expect(recorded().series("batch.durationMs")).toHaveLength(19);

    await observe(regression(), { prov, name: "tenth", batchEvery: 10 }).fit(x, y, fit);
    const steps = recorded()
      .series("batch.loss")
      .slice(20)
      .map(([step]) => step);
    expect(steps).toEqual([0, 10]);
    await observe(regression(), { prov, batchEvery: 0 }).fit(x, y, fit);
    expect(recorded().series("batch.loss")).toHaveLength(22);
  });

  it("is trained as without being observed: the same weights, history, callbacks, tensors", async () => {
    const run = async (watch: (model: tf.Sequential) => tf.Sequential) => {
      const model = regression();
      const { x, y } = line();
      const start = model.getWeights().map((weight) => tf.fill(weight.shape, 0.25));
      model.setWeights(start);
      const calls: string[] = [];
      class Config {
        onTrainBegin = () => void calls.push("begin");
        onEpochEnd = (epoch: number, logs?: tf.Logs) => void calls.push(`${epoch} ${Object.keys(logs ?? {})}`);
      }
      const observed = watch(model);
      const before = tf.memory().numTensors;
      const { history } = await observed.fit(x, y, { epochs: 2, shuffle: false, verbose: 0, callbacks: new Config() });
      return {
        history,
        calls,
        tensors: tf.memory().numTensors - before,
        weights: model.getWeights().map((w) => [...w.dataSync()]),
      };
    };
    const { prov } = record();
    expect(await run((model) => observe(model, { prov, batchEvery: 1 }))).toEqual(await run((model) => model));
  });

  it("is recorded as having stopped early, with what was watched", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov });
    const { x, y } = line();
    const callbacks = tf.callbacks.earlyStopping({ monitor: "loss", patience: 2, minDelta: 10 });
    const { epoch } = await model.fit(x, y, { epochs: 50, callbacks, verbose: 0 });
    expect(epoch.length).toBeLessThan(50);
    const found = recorded();
    expect(found.valuesUsedBy("fit")).toMatchObject({
      epochs: 50,
      "earlyStopping.monitor": "loss",
      "earlyStopping.patience": 2,
      "earlyStopping.minDelta": 10,
    });
    const [stopping] = found.ofType("provml:EarlyStopping");
    expect(stopping?.get("provml:reason")).toBe("loss did not improve in 2 epochs");
    expect(stopping?.get("provml:stoppedAtStep")).toBe(epoch.length - 1);
    expect(stopping?.get("provml:plannedCount")).toBe(50);
    expect(found.series("loss")).toHaveLength(epoch.length);
  });

  it("learns from a data set and goes on learning: each training leaves a state derived from the last", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov, name: "line" });
    const { x, y } = line();
    const data = tf.data
      .zip<tf.TensorContainer>({
        xs: tf.data.array([...x.dataSync()]).map((n) => [n]),
        ys: tf.data.array([...y.dataSync()]).map((n) => [n]),
      })
      .batch(16);
    await model.fitDataset(data as never, { epochs: 2, verbose: 0 });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const found = recorded();
    const [first, second] = found.things("line").filter((thing) => thing.types.includes("provml:Model"));
    expect(found.objectsUsedBy("line.fitDataset")).toEqual(["dataset"]);
    expect(found.objectsUsedBy("line.fit")).toEqual(["line", "x", "y"]);
    expect(second && found.sourcesOf(second)).toEqual([expect.objectContaining({ id: first?.id })]);
  });

  it("is judged by what it is evaluated to", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov, name: "line" });
    const { x, y } = line();
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const [loss, mse] = model.evaluate(x, y, { batchSize: 80 }) as tf.Scalar[];
    const found = recorded();
    expect(found.valuesGeneratedBy("line.evaluate")).toEqual({
      loss: expect.stringMatching(/xsd:double$/),
      mse: expect.stringMatching(/xsd:double$/),
    });
    const measures = found.generatedBy("line.evaluate");
    expect(measures.map((measure) => Number.parseFloat(String(measure.get("mls:hasValue"))))).toEqual([
      expect.closeTo(loss?.dataSync()[0] as number, 5),
      expect.closeTo(mse?.dataSync()[0] as number, 5),
    ]);
    expect(measures.map((measure) => measure.get("provml:evaluates"))).toEqual(
      measures.map(() => found.entity("line").id),
    );
    expect(found.objectsUsedBy("line.evaluate")).toEqual(["line", "x", "y"]);
  });

  it("predicts as inference: the model is used once, predictions are counted in a window", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov, name: "line" });
    const { x, y } = line();
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const serve = prov.activity("serve", () => {
      for (let i = 0; i < 5; i++) expect((model.predict(x) as tf.Tensor).shape).toEqual([80, 1]);
    });
    serve();
    expect(recorded().objectsUsedBy("serve")).toEqual(["line"]);
    const [window] = recorded().ofType("provml:InferenceWindowExecution");
    expect([window?.get("provml:inferenceName"), window?.get("provml:processedCount")]).toEqual(["line.predict", 5]);
  });

  it("knows a tensor by its data: a clone is the same entity, a reshaped one derived from it", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov });
    const { x, y } = line();
    model.evaluate(x, y);
    model.evaluate(x.clone(), y);
    const flat = tf.tensor1d([...x.dataSync()]);
    const found = recorded();
    expect(found.things("x").filter((thing) => thing.types.includes("provml:AttributeValue"))).toHaveLength(1);
    model.evaluate(flat, y);
    model.evaluate(flat.reshape([80, 1]), y);
    const [, second, third] = recorded()
      .things("x")
      .filter((thing) => thing.types.includes("provml:AttributeValue"));
    expect(
      third &&
        recorded()
          .sourcesOf(third)
          .map(({ id }) => id),
    ).toEqual([second?.id]);
  });

  it("is the same content when it is saved and when it is loaded, whatever it is loaded from", async () => {
    const { prov, recorded, sinks } = record();
    const model = observe(regression(), { prov, name: "line" });
    const { x, y } = line();
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const { handler, artifacts } = kept();
    const result = await model.save(handler);
    expect(result.modelArtifactsInfo.dateSaved).toEqual(new Date(0));
    const saved = recorded();
    expect(saved.objectsUsedBy("line.save")).toEqual(["line"]);
    const content = saved.contentOf(saved.entity("line"));
    expect(content?.get("provml:sha256")).toMatch(/^[0-9a-f]{64}$/);

    await prov.close();
    const json = JSON.parse(JSON.stringify({ ...artifacts[0], weightData: undefined }));
    const load = recordLoading(tf.loadLayersModel, { prov, name: "again" });
    const loaded = await load(tf.io.fromMemory({ ...json, weightData: artifacts[0]?.weightData }));
    expect(sinks).toHaveLength(2);
    expect(recorded().contentOf(recorded().entity("artifacts"))?.id).toBe(content?.id);
    expect(recorded().makersOf(recorded().entity("again"))).toEqual(["again.load"]);
    expect(recorded().contentOf(recorded().entity("again"))?.id).toBe(content?.id);
    expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
    await prov.flush();
    const windows = recorded().ofType("provml:InferenceWindowExecution");
    expect(windows.map((its) => [its.get("provml:inferenceName"), its.get("provml:processedCount")])).toContainEqual([
      "again.predict",
      1,
    ]);
  });

  it("keeps its class, and shows its new methods to nobody", () => {
    const { prov } = record();
    const model = regression();
    const keys = Object.keys(model).join();
    expect(observe(observe(model, { prov }), { prov })).toBe(model);
    expect(model).toBeInstanceOf(tf.Sequential);
    expect(Object.keys(model).join()).toBe(keys);
    expect(model.fit.name).toBe(tf.Sequential.prototype.fit.name);
  });

  it("fails as it would: the error is the caller's, and the training failed", async () => {
    const { prov, recorded } = record();
    const model = observe(regression(), { prov });
    const { y } = line();
    await expect(model.fit(tf.zeros([3, 7]), y, { verbose: 0 })).rejects.toThrow(/shape/);
    expect(recorded().status("fit")).toBe("provml:Failed");
    await expect(model.save("nowhere://model")).rejects.toThrow(/Cannot find any save handlers/);
    expect(recorded().status("save")).toBe("provml:Failed");
    expect(() => observe(null as never)).toThrow(/takes a model of TensorFlow.js/);
    expect(() => observe(Object.freeze({ predict() {} }))).toThrow(/frozen/);
  });
});
