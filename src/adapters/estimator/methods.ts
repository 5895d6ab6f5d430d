/** What a method of an estimator is to be recorded as; `ignored` leaves it alone. */
export type MethodKind = "training" | "evaluation" | "inference" | "dataPreparation" | "ignored";

export const METHOD_KINDS: readonly string[] = ["training", "evaluation", "inference", "dataPreparation", "ignored"];

export function isMethodKind(kind: unknown): kind is MethodKind {
  return typeof kind === "string" && METHOD_KINDS.includes(kind);
}

/** The usual names of methods, of scikit-learn and of packages of npm. */
export const METHODS: Readonly<Record<string, MethodKind>> = {
  fit: "training",
  train: "training",
  trainAsync: "training",
  partialFit: "training",
  learn: "training",
  predict: "inference",
  predictProbability: "inference",
  predictProba: "inference",
  classify: "inference",
  run: "inference",
  transform: "dataPreparation",
  fitTransform: "dataPreparation",
  inverseTransform: "dataPreparation",
  score: "evaluation",
  test: "evaluation",
  evaluate: "evaluation",
};
