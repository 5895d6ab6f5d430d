import { ProvenanceError } from "../../model/error.ts";
import { quoted } from "../find.ts";

/** What is wanted of a measure. */
export type Goal = "minimize" | "maximize";

/** The words in names of measures that say what is wanted of them. */
const WORDS: Readonly<Record<Goal, readonly string[]>> = {
  minimize: [
    ...["loss", "error", "err", "mae", "mse", "rmse", "mape", "nll", "perplexity", "entropy", "divergence", "regret"],
    ...["wer", "cer", "fid", "latency"],
  ],
  maximize: [
    ...["accuracy", "acc", "auc", "auroc", "auprc", "f1", "precision", "recall", "r2", "iou", "dice", "bleu", "rouge"],
    ...["specificity", "sensitivity", "reward", "mcc"],
  ],
};

/**
 * What is wanted of a measure by the words of its name: `validation.loss` and `logLoss` are to be small, `testAccuracy` and `f1_macro` great.
 * @throws {ProvenanceError} `bad-option` where its name says nothing of it, or both
 */
export function goalFor(measure: string): Goal {
  const words = new Set(
    measure
      .replace(/([a-z\d])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .split(/[^a-z\d]+/),
  );
  const goals = (["minimize", "maximize"] as const).filter((goal) => WORDS[goal].some((word) => words.has(word)));
  const [goal, ...more] = goals;
  if (goal !== undefined && more.length === 0) return goal;
  throw new ProvenanceError(
    "bad-option",
    `the name ${quoted(measure)} does not say whether its least or its greatest value is the best; give a goal, "minimize" or "maximize"`,
  );
}

/** @throws {ProvenanceError} `bad-option` */
export function checkGoal(goal: unknown): Goal {
  if (goal === "minimize" || goal === "maximize") return goal;
  throw new ProvenanceError("bad-option", `goal is ${JSON.stringify(goal)}; give "minimize" or "maximize"`);
}
