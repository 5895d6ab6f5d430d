import { provml } from "../../vocab/provml.ts";

/**
 * The class of a question in the papers' taxonomy of data analyses, by the IRIs of the ontology's concepts: which data it is about, whether it is asked while the workflow
 * runs or afterwards, and inside one training or across trainings. A dimension of which the papers say nothing is empty.
 */
export interface AnalysisClass {
  readonly data: readonly AnalysedData[];
  readonly execution: readonly ExecutionTiming[];
  readonly training: readonly TrainingTiming[];
}

export type AnalysedData =
  | typeof provml.DomainSpecificData
  | typeof provml.MachineLearningData
  | typeof provml.ExecutionData;
export type ExecutionTiming = typeof provml.OnlineAnalysis | typeof provml.OfflineAnalysis;
export type TrainingTiming = typeof provml.IntraTrainingAnalysis | typeof provml.InterTrainingAnalysis;

/** The class by the short names of its concepts. */
export function analysisClass(
  data: readonly (keyof typeof DATA)[],
  execution: readonly (keyof typeof EXECUTION)[],
  training: readonly (keyof typeof TRAINING)[],
): AnalysisClass {
  return {
    data: data.map((name) => DATA[name]),
    execution: execution.map((name) => EXECUTION[name]),
    training: training.map((name) => TRAINING[name]),
  };
}

const DATA = {
  domain: provml.DomainSpecificData,
  learning: provml.MachineLearningData,
  execution: provml.ExecutionData,
} as const;
const EXECUTION = { online: provml.OnlineAnalysis, offline: provml.OfflineAnalysis } as const;
const TRAINING = { intra: provml.IntraTrainingAnalysis, inter: provml.InterTrainingAnalysis } as const;
