import type { StudyCase } from "../case.ts";

/** What a process pays in which a run is open and nothing happens: timers, if there were any. */
export const measured: StudyCase = {
  kind: "study",
  name: "idle",
  what: "a run open, and nothing recorded",
  program: new URL("../programs/idle.js", import.meta.url),
  // Milliseconds, pairs.
  args: ["10000", "6"],
  quickArgs: ["200", "1"],
};
