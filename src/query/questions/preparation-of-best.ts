import { provml } from "../../vocab/provml.ts";
import type { LineageSubject } from "../lineage/roots.ts";
import { readModelStates } from "../models/model-states.ts";
import type { RunFilter } from "../runs/run-filter.ts";
import { listRuns } from "../runs/run-list.ts";
import { kept, type Source } from "../source.ts";
import { trainedOn } from "./best-of-dataset.ts";
import { DATA_PARTS, learningOf } from "./learning-data.ts";
import { type Ranked, type Ranking, rank } from "./least-loss.ts";
import { type DataStep, describeSteps, originsOf } from "./origins.ts";
import { findData, findModel, isFinal } from "./subjects.ts";
import { type TrainedModel, trainedModels } from "./trained-model.ts";

export interface Q6Parameters extends Ranking {
  /** Only models that were trained on this data, as in Q3. Default: all. */
  readonly dataset?: LineageSubject;
  /** Only models of these runs, as `runs({ where })` takes it. Default: all. */
  readonly where?: RunFilter | string;
}

/** How the learning data of the best model was prepared. */
export interface Q6Answer extends Ranked {
  /** The data steps behind its training, validation and test data, the earliest first, each with its parameters. */
  readonly preparations: readonly DataStep[];
  readonly data: readonly {
    readonly part: string;
    readonly id: string;
    readonly label: string;
    readonly path?: string;
    readonly sha256?: string;
  }[];
}

/** @throws {ProvenanceError} `not-found`, `ambiguous`, `bad-option`, `bad-argument` for a filter that cannot be read */
export async function preparationOfBest(
  source: Source,
  { dataset, where, ...ranking }: Q6Parameters = {},
): Promise<Q6Answer> {
  const ranked = rank(await candidates(source, dataset, where), ranking);
  const model = ranked.best?.model;
  if (model === undefined) return { ...ranked, preparations: [], data: [] };
  const { data } = await learningOf(source, await findModel(source, model.id));
  const { steps, edges } = await originsOf(
    source,
    data.flatMap(({ ids }) => ids),
    [provml.Model],
  );
  const near = new Set(data.flatMap(({ ids }) => ids));
  for (const { from, to, relation } of edges) if (relation === "sameContent" && near.has(from)) near.add(to);
  const makers = new Set(
    edges.flatMap(({ from, to, relation }) => (relation === "wasGeneratedBy" && near.has(from) ? [to] : [])),
  );
  return {
    ...ranked,
    preparations: await describeSteps(source, steps, (step) => (makers.has(step) ? "preparation" : "curation")),
    data: data
      .map(({ part, thing: { id, label, path, sha256 } }) => ({
        part,
        id,
        label,
        ...(path === undefined ? {} : { path }),
        ...(sha256 === undefined ? {} : { sha256 }),
      }))
      .sort((a, b) => DATA_PARTS.indexOf(a.part) - DATA_PARTS.indexOf(b.part)),
  };
}

async function candidates(
  source: Source,
  dataset: LineageSubject | undefined,
  where: RunFilter | string | undefined,
): Promise<TrainedModel[]> {
  const all =
    dataset === undefined
      ? await trainedModels(
          source,
          (await kept(source, readModelStates)).filter((state) => isFinal(state) && state.run !== undefined),
        )
      : (await trainedOn(source, await findData(source, dataset))).filter(({ model }) => model !== undefined);
  if (where === undefined) return all;
  const runs = new Set((await listRuns(source, { where })).map(({ id }) => id));
  return all.filter(({ run }) => run !== undefined && runs.has(run.id));
}
