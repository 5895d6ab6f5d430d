import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Graph, open } from "provml/query";
import { describe, expect, it, onTestFinished } from "vitest";

const run = promisify(execFile);

const built = (path: string) => fileURLToPath(new URL(`../../dist/${path}.js`, import.meta.url));

/** Runs an example in a process and a folder of its own, holds what it recorded against PROV-CONSTRAINTS and the shapes, and opens it. */
async function recorded(example: string): Promise<{ printed: string; graph: Graph }> {
  const folder = mkdtempSync(join(tmpdir(), `provml-${example}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const directory = join(folder, ".provml");
  const others = Object.entries(process.env).filter(([name]) => !/^(PROVML_|VITEST)/.test(name));
  const env = { ...Object.fromEntries(others), PROVML_DIR: directory };
  const { stdout, stderr } = await run(process.execPath, [built(`examples/${example}`)], { cwd: folder, env });
  expect(stderr).toBe("");
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  const [execution] = await graph.sparql`SELECT ?x WHERE { ?x a provml:WorkflowExecution }`;
  const id = String(execution?.x).replace(/^<|>$/g, "");
  await run(process.execPath, [built("src/cli/main"), "validate", id, "--dir", directory]);
  return { printed: stdout, graph };
}

describe("the example of TensorFlow.js", () => {
  it("leaves a run with its settings, curves and measures, and a loaded model that is traced back to the raw file", async () => {
    const { printed, graph } = await recorded("adapter-tfjs");
    const [fit] = await graph.runs();
    expect(fit).toMatchObject({ name: "penguins.fit", status: "completed" });
    expect(fit?.hyperparameters).toMatchObject({ "optimizer.name": "Adam", batchSize: 16, epochs: 10 });
    expect(printed).toContain(`accuracy ${fit?.measures.accuracy?.toFixed(3) ?? fit?.measures.acc?.toFixed(3)}`);
    expect(await graph.series(fit?.id as string, "val_loss")).toHaveLength(10);
    const { nodes } = await graph.lineage("again", { direction: "up" });
    expect(nodes.map(({ label }) => label)).toContain("penguins.json");
  });
});
