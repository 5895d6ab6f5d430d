import { isDeepStrictEqual } from "node:util";
import type { Graph } from "provml/query";
import type { Subject } from "./subjects.ts";

/** Of each question's answer what its peers must come to as well, or their times mean nothing. */
export const GISTS: Readonly<
  Record<string, (graph: Graph, subject: Subject) => Promise<Readonly<Record<string, unknown>>>>
> = {
  Q1: async (graph, { model }) => {
    const { hyperparameters, measures } = await graph.ask("Q1", { model: model.path });
    return { learningRate: hyperparameters.learningRate, loss: measures.loss };
  },
  Q2: async (graph, { run }) => {
    const { all, hosts } = await graph.ask("Q2", { run: run.name });
    return { host: hosts[0]?.host, meanMs: rounded(all.meanMs ?? Number.NaN) };
  },
  Q3: async (graph, { preparation }) => {
    const { best } = await graph.ask("Q3", { dataset: preparation.train.path });
    return { loss: best?.measures.loss };
  },
  Q4: async (graph, { model }) => {
    const { data } = await graph.ask("Q4", { model: model.path });
    return { paths: [...new Set(data.map(({ path }) => path))].sort() };
  },
  Q5: async (graph, { model }) => ({ raws: (await graph.ask("Q5", { model: model.path })).raw.length }),
  Q6: async (graph, { preparation }) => {
    const { preparations } = await graph.ask("Q6", { dataset: preparation.train.path });
    return { scaling: preparations.find(({ parameters }) => parameters.scaling !== undefined)?.parameters.scaling };
  },
  Q7: async (graph, { raw }) => ({ models: (await graph.ask("Q7", { file: raw.path })).retrain.length }),
};

/** Sums of the same numbers in another order may differ in the last bits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

/** @throws where a peer comes to something else than provml */
export function mustAgree(question: string, peer: string, ours: unknown, theirs: unknown): void {
  if (!isDeepStrictEqual(ours, theirs))
    throw new Error(`${question}: provml says ${JSON.stringify(ours)}, ${peer} ${JSON.stringify(theirs)}`);
}
