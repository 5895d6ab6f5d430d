import type { StudyCase } from "../case.ts";

/** From the spool to answers in the embedded store, and how long reopening and the typed questions take. 7,634 runs are a million triples. */
export const measured: StudyCase = {
  kind: "study",
  name: "store",
  what: "the embedded store (a million triples)",
  program: new URL("../programs/store.js", import.meta.url),
  args: ["7634", "3"],
  quickArgs: ["3", "1"],
};
