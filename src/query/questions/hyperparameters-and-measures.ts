import type { LineageSubject } from "../lineage/roots.ts";
import type { Source } from "../source.ts";
import { findModel } from "./subjects.ts";
import { type TrainedModel, trainedModels } from "./trained-model.ts";

export interface Q1Parameters {
  /** The model: its id, label, recorded path, digest, a file with its bytes, or the run that made it. */
  readonly model: LineageSubject;
}

/** The hyperparameter values of a trained model's training, and what evaluations of it found. */
export type Q1Answer = TrainedModel;

/** @throws {ProvenanceError} `not-found`, `ambiguous` */
export async function hyperparametersAndMeasures(source: Source, { model }: Q1Parameters): Promise<Q1Answer> {
  const [trained] = await trainedModels(source, [await findModel(source, model)]);
  return trained as TrainedModel;
}
