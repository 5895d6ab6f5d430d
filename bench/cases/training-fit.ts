import type { StudyCase } from "../case.ts";

/** What the adapter adds to `model.fit`. */
export const measured: StudyCase = {
  kind: "study",
  name: "training-fit",
  what: "TensorFlow.js model.fit on WebAssembly, through the adapter",
  program: new URL("../programs/training-fit.js", import.meta.url),
  args: ["200"],
  quickArgs: ["1"],
};
