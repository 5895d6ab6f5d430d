import type { ProgramCase } from "../case.ts";

export const measured: ProgramCase = {
  kind: "program",
  name: "import",
  what: 'import "provml", more than an empty program',
  targets: [{ nanoseconds: 15e6, of: "wall" }],
  mostRssBytes: 3e6,
  program: new URL("../programs/import-provml.js", import.meta.url),
  without: new URL("../programs/empty.js", import.meta.url),
};
