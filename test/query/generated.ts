import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Graph, open } from "provml/query";
import { onTestFinished } from "vitest";
import type { ExecutionInputs, FileInputs } from "../../bench/graph/inputs.ts";
import { type GeneratedGraph, generatedGraph } from "../../bench/graph.ts";
import { EMBEDDED_QUAD_LIMIT, embeddedStore } from "../../dist/src/store/embedded.js";

/**
 * A generated graph, opened in the ways in which questions are answered: where its triples lie, which are few; by SPARQL alone, as of any store; and by
 * look-ups in what an engine holds, which a limit of its own asks for.
 */
export async function generated(runs: number): Promise<Opened> {
  const made = await generatedAndOpen(runs);
  onTestFinished(made.close);
  return made;
}

interface Opened extends GeneratedGraph {
  readonly graphs: readonly [Graph, Graph, Graph];
  close(): Promise<void>;
}

/** The same, to be closed by the caller. */
export async function generatedAndOpen(runs: number): Promise<Opened> {
  const made = generatedGraph({ runs });
  const store = embeddedStore();
  const folder = join(made.directory, "graph");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".nq")) await store.load(readFileSync(join(folder, name)));
  }
  const graphs = [
    await open(made.directory),
    await open(store, { directory: made.directory }),
    await open(made.directory, { quadLimit: EMBEDDED_QUAD_LIMIT }),
  ] as const;
  const close = async () => {
    for (const graph of graphs) await graph.close();
    await store.close();
  };
  return { ...made, graphs, close };
}

interface Flow {
  readonly from: readonly FileInputs[];
  readonly to: readonly FileInputs[];
}

/** What programs read and wrote, one for each step of theirs, in the order in which they ran. */
export function stepsOf(executions: readonly ExecutionInputs[]): Flow[] {
  return executions.flatMap(flowsOf);
}

function flowsOf(one: ExecutionInputs): Flow[] {
  switch (one.kind) {
    case "curation":
      return [{ from: [one.raw], to: [one.curated] }];
    case "preparation":
      return [{ from: one.curated, to: [one.train, one.validation, one.test] }];
    case "training": {
      const { train, validation } = one.preparation;
      const from = [train, validation, ...(one.startsFrom ? [one.startsFrom] : [])];
      return one.runs.map(({ outcome }) => ({ from, to: outcome.status === "completed" ? [outcome.model] : [] }));
    }
    case "application":
      return [{ from: [one.model, one.data], to: [one.predictions] }];
  }
}

/** The paths of what a file came of, or of what came of it, the file's own included. */
export function closureOf(
  file: FileInputs,
  executions: readonly ExecutionInputs[],
  direction: "up" | "down",
): string[] {
  const found = new Set([file.path]);
  const steps = stepsOf(executions);
  for (const { from, to } of direction === "up" ? steps.reverse() : steps) {
    const [here, there] = direction === "up" ? [to, from] : [from, to];
    if (here.some(({ path }) => found.has(path))) for (const { path } of there) found.add(path);
  }
  return [...found].sort();
}
