import type { StudyCase } from "../case.ts";

/** A directory into real SPARQL servers, beside a plain POST of the same quads. 8,400 runs are a million triples. */
export const measured: StudyCase = {
  kind: "study",
  name: "servers",
  what: "a million quads into SPARQL servers",
  program: new URL("../programs/servers.js", import.meta.url),
  args: ["8400", "3"],
  quickArgs: ["60", "1"],
};
