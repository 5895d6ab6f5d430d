import type { StudyCase } from "../case.ts";

/** What the context of steps costs a program that does nothing but await: there is no target, only advice. */
export const measured: StudyCase = {
  kind: "study",
  name: "async-context",
  what: "awaits in a step, and the same program with PROVML_DISABLED=1",
  program: new URL("../programs/async-context.js", import.meta.url),
  // Awaits, pairs.
  args: ["3000000", "7"],
  quickArgs: ["20000", "1"],
};
