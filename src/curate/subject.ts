import { ProvenanceError } from "../model/error.ts";
import { partsOfId } from "../query/ids.ts";
import type { Graph } from "../query/index.ts";

/**
 * What a person means: the run of that name or id, else the model, else any one thing.
 * @throws {ProvenanceError} `not-found`, `ambiguous`
 */
export async function subjectOf(graph: Graph, name: string): Promise<string> {
  const run = await found(graph.run(name));
  if (run !== undefined) return run.id;
  const models = (await graph.models({ states: "all" })).filter(
    ({ id, label, formerNames }) => id === name || label === name || formerNames?.includes(name),
  );
  const [only] = models;
  if (only !== undefined && models.length === 1) return only.id;
  return (await graph.show(name)).id;
}

async function found<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProvenanceError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** The base of the ids beside a thing's, where it lies below an execution. */
export function baseOf(about: string, otherwise: string): string {
  const parts = partsOfId(about);
  return parts === undefined ? otherwise : parts.namespace.slice(0, -parts.uuid.length - 1);
}
