import type { StudyCase } from "../case.ts";

/** Commands from the start of their process, and questions about a run that goes on. */
export const measured: StudyCase = {
  kind: "study",
  name: "cold",
  what: "commands from a cold start, and what goes on",
  program: new URL("../programs/cold.js", import.meta.url),
  // Rounds, runs, runs with many parameters, questions about what goes on.
  args: ["7", "100", "200", "12"],
  quickArgs: ["1", "40", "20", "3"],
};
