import { describe, expect, it } from "vitest";
import { recordedExample } from "./recorded-example.ts";

describe("the example of TensorFlow.js", () => {
  it("leaves a run with its settings, curves and measures, and a loaded model that is traced back to the raw file", async () => {
    const { printed, graph } = await recordedExample("adapter-tfjs");
    const [fit] = await graph.runs();
    expect(fit).toMatchObject({ name: "penguins.fit", status: "completed" });
    expect(fit?.hyperparameters).toMatchObject({ "optimizer.name": "Adam", batchSize: 16, epochs: 10 });
    expect(printed).toContain(`accuracy ${fit?.measures.accuracy?.toFixed(3) ?? fit?.measures.acc?.toFixed(3)}`);
    expect(await graph.series(fit?.id as string, "val_loss")).toHaveLength(10);
    const { nodes } = await graph.lineage("again", { direction: "up" });
    expect(nodes.map(({ label }) => label)).toContain("penguins.json");
  });
});

describe("the example of ONNX Runtime", () => {
  it("leaves a session that is traced back to the file of its model, which says what it takes", async () => {
    const { printed, graph } = await recordedExample("adapter-onnxruntime");
    expect(printed).toBe("[ 0.5, 2.5 ]\n");
    const { nodes } = await graph.lineage("line", { direction: "up" });
    expect(nodes.map(({ label }) => label)).toEqual(expect.arrayContaining(["line.onnx", "line.create"]));
    const [file] = await graph.sparql`SELECT ?inputs { ?model provml:modelFormat "ONNX" ; provml:modelInputs ?inputs }`;
    expect(JSON.parse(String(file?.inputs))).toEqual([{ name: "x", type: "float32", shape: ["n", 2] }]);
  });
});

describe("the example of estimators", () => {
  it("leaves a run with the settings of the constructor, and the accuracy that it printed", async () => {
    const { printed, graph } = await recordedExample("adapter-estimator");
    const [run] = await graph.runs();
    expect(run).toMatchObject({ name: "forest.train", hyperparameters: { nEstimators: 20, maxFeatures: 2 } });
    expect(printed).toBe(`accuracy ${run?.measures.accuracy?.toFixed(3)}\n`);
    const { nodes } = await graph.lineage("forest", { direction: "up" });
    expect(nodes.map(({ label }) => label)).toContain("penguins.json");
  });
});

describe("the example of streams", () => {
  it("leaves a file that is traced back through the streams to the one that was read", async () => {
    const { graph } = await recordedExample("adapter-streams");
    const { nodes } = await graph.lineage("loud-penguins.json", { direction: "up" });
    expect(nodes.map(({ label }) => label)).toEqual(expect.arrayContaining(["write", "shout", "Palmer penguins"]));
  });
});
