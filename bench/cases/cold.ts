import type { StudyCase } from "../case.ts";

/** Commands from the start of their process, and questions about a run that goes on. */
export const measured: StudyCase = {
  kind: "study",
  name: "cold",
  what: "commands from a cold start, and what goes on",
  program: new URL("../programs/cold.js", import.meta.url),
  args: ["7"],
  quickArgs: ["1"],
};
