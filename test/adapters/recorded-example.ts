import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Graph, open } from "provml/query";
import { expect, onTestFinished } from "vitest";

const run = promisify(execFile);

const built = (path: string) => fileURLToPath(new URL(`../../dist/${path}.js`, import.meta.url));

/** Runs an example in a process and a folder of its own, holds what it recorded against PROV-CONSTRAINTS and the shapes, and opens it. */
export async function recordedExample(
  example: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ printed: string; graph: Graph }> {
  const folder = mkdtempSync(join(tmpdir(), `provml-${example}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const directory = join(folder, ".provml");
  const others = Object.entries(process.env).filter(([name]) => !/^(PROVML_|VITEST)/.test(name));
  const env = { ...Object.fromEntries(others), PROVML_DIR: directory, ...variables };
  const { stdout, stderr } = await run(process.execPath, [built(`examples/${example}`)], { cwd: folder, env });
  expect(stderr).toBe("");
  const graph = await open(directory);
  onTestFinished(() => graph.close());
  const [execution] = await graph.sparql`SELECT ?x WHERE { ?x a provml:WorkflowExecution }`;
  const id = String(execution?.x).replace(/^<|>$/g, "");
  await run(process.execPath, [built("src/cli/main"), "validate", id, "--dir", directory]);
  return { printed: stdout, graph };
}
