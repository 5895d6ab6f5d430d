import type { StudyCase } from "../case.ts";

/** A directory into real SPARQL servers, beside a plain POST of the same quads. 1,260 runs are 170 thousand quads, 7,634 over a million. */
export const measured: StudyCase = {
  kind: "study",
  name: "servers",
  what: "170 thousand quads into SPARQL servers",
  program: new URL("../programs/servers.js", import.meta.url),
  args: ["1260", "3"],
  longArgs: ["8400", "3"],
  quickArgs: ["60", "1"],
};
