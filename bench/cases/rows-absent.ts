import type { StudyCase } from "../case.ts";

/** Whether a program that nobody flushes for keeps its memory: rows go to disk, and nothing of them stays. */
export const measured: StudyCase = {
  kind: "study",
  name: "rows-absent",
  what: "rows without a flusher",
  program: new URL("../programs/rows-absent.js", import.meta.url),
  args: ["10000000"],
  quickArgs: ["200000"],
};
