import type { StudyCase } from "../case.ts";

/** What is left of provml where it is switched off. */
export const measured: StudyCase = {
  kind: "study",
  name: "disabled",
  what: "PROVML_DISABLED=1",
  program: new URL("../programs/disabled.js", import.meta.url),
  // Calls in a block, blocks.
  args: ["2000000", "100"],
  quickArgs: ["100000", "10"],
};
