import type { StudyCase } from "../case.ts";

/** The rate of a whole trigger farm's node: with `--long` for a minute. */
export const measured: StudyCase = {
  kind: "study",
  name: "inference-100k",
  what: "a stream of 100,000 events a second",
  program: new URL("../programs/inference.js", import.meta.url),
  // Events a second, seconds.
  args: ["100000", "10"],
  quickArgs: ["100000", "1"],
  longArgs: ["100000", "60"],
};
