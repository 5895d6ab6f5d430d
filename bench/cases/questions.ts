import type { StudyCase } from "../case.ts";

/** What was recorded is asked about, warm. 7,740 runs are a million triples. */
export const measured: StudyCase = {
  kind: "study",
  name: "questions",
  what: "questions, of a graph that is open (a million triples)",
  program: new URL("../programs/questions.js", import.meta.url),
  args: ["7740", "25"],
  quickArgs: ["40", "2"],
};
