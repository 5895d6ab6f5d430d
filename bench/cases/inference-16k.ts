import type { StudyCase } from "../case.ts";

/** The rate of a gravitational-wave search or a level-1 trigger's slice: with `--long` for ten minutes. */
export const measured: StudyCase = {
  kind: "study",
  name: "inference-16k",
  what: "a stream of 16,000 inferences a second",
  program: new URL("../programs/inference.js", import.meta.url),
  // Events a second, seconds.
  args: ["16000", "20"],
  quickArgs: ["16000", "1"],
  longArgs: ["16000", "600"],
};
