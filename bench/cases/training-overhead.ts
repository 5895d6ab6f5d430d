import type { StudyCase } from "../case.ts";

/** What capture adds to real training: too little for the rounds of the other cases to see. */
export const measured: StudyCase = {
  kind: "study",
  name: "training-overhead",
  what: "TensorFlow.js training on WebAssembly, five rows a step",
  program: new URL("../programs/training-overhead.js", import.meta.url),
  // Rounds of the slope, steps timed in place, pairs of the plain comparison.
  args: ["150", "20000", "100"],
  quickArgs: ["2", "100", "2"],
};
