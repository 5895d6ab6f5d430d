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
