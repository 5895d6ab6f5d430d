import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provenance } from "provml";
import { type Graph, open } from "provml/query";
import { onTestFinished } from "vitest";
import { flattened } from "../../src/model/document.ts";
import { readStatements } from "../../src/rdf/read-statements.ts";
import { validate } from "../../src/validate/index.ts";

/** A folder of its own, gone with the test. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), "provml-curate-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** One run `name`, of an execution of its own, with a model that says `rate`. Returns the execution's UUID. */
export async function record(directory: string, name: string, rate = 0.1): Promise<string> {
  const prov = provenance({ directory, workflow: "flowers", agent: "Ada", announce: false });
  const train = prov.training(name, (_settings: { rate: number }) => {
    for (const epoch of prov.current().epochs(3)) epoch.log({ loss: rate / (1 + epoch.number) });
    return new Map([["rate", rate]]);
  });
  train({ rate });
  const uuid = /[0-9a-f-]{36}/.exec(prov.execution)?.[0] as string;
  await prov.close();
  return uuid;
}

export function copyOf(directory: string): string {
  const copy = join(temporary(), ".provml");
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** Whatever `from` has goes into `to`, as rsync brings it: what is there under the same name stays. */
export function merge(from: string, to: string): void {
  cpSync(from, to, { recursive: true, force: false });
}

export async function asked<T>(directory: string, ask: (graph: Graph) => Promise<T>): Promise<T> {
  const graph = await open(directory);
  try {
    return await ask(graph);
  } finally {
    await graph.close();
  }
}

/** That everything recorded can be true, and has its form: each graph by itself, and all as one. */
export async function faultsOf(directory: string): Promise<string[]> {
  const text = await asked(directory, (graph) => graph.quads());
  const { document } = readStatements(text);
  const reports = [await validate(document), await validate(flattened(document))];
  return reports.flatMap(({ constraints, shapes = [] }) => [
    ...constraints.violations.map((violation) => JSON.stringify(violation)),
    ...shapes.filter(({ severity }) => severity === "violation").map((violation) => JSON.stringify(violation)),
  ]);
}

export function below(directory: string, folder: string): string[] {
  return readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" }).sort();
}
