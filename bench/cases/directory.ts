import type { StudyCase } from "../case.ts";

/** What it costs to look again at a directory that did not change, so that one can be used in every run. */
export const measured: StudyCase = {
  kind: "study",
  name: "directory",
  what: "a directory that is used in every run (100,000 files)",
  program: new URL("../programs/directory.js", import.meta.url),
  args: ["100000"],
  quickArgs: ["2000"],
};
