/**
 * The words of PROV-ML and ML Schema that capture writes, as qualified names: which classes each kind of step and of
 * entity gets. The executions' classes are PROV-ML's; `mls:Run` marks what `provml runs` lists.
 */

/** What a step is, as the API names it. */
export type StepKind = "dataPreparation" | "training" | "evaluation" | "inference" | "activity" | "run" | "section";

export const STEP_TYPES: Readonly<Record<StepKind, readonly string[]>> = {
  dataPreparation: ["provml:DataPreparationExecution"],
  training: ["provml:TrainingExecution"],
  evaluation: ["provml:EvaluationExecution"],
  inference: ["provml:InferenceExecution"],
  activity: ["provml:DataTransformationExecution"],
  run: ["provml:LearningStageExecution"],
  section: ["provml:LearningStageSectionExecution"],
};

/** What each kind of step is called on the prospective side, in a plan. */
export const STAGE_TYPES: Readonly<Record<StepKind, string>> = {
  dataPreparation: "provml:DataPreparation",
  training: "provml:Training",
  evaluation: "provml:Evaluation",
  inference: "provml:Inference",
  activity: "provml:DataTransformation",
  run: "provml:LearningStage",
  section: "provml:LearningStageSection",
};

/** The kinds of entity that users can name in `{ kind }`. */
export type EntityKind = "data" | "dataset" | "model" | "checkpoint" | "file";

export const ENTITY_TYPES: Readonly<Record<EntityKind, readonly string[]>> = {
  data: ["provml:AttributeValue"],
  dataset: ["provml:LearningDataSetReference", "mls:Dataset"],
  model: ["provml:Model", "mls:Model"],
  checkpoint: ["provml:Checkpoint", "provml:Model", "mls:Model"],
  file: ["provml:DataReference"],
};

/** How a step ended; absent while it runs, or when nobody lived to say it. */
export type Status = "provml:Completed" | "provml:Failed" | "provml:EndedEarly";
