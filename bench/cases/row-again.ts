import type { WorkCase } from "../case.ts";
import { measured as row } from "./row.ts";

/** The control: the same once more, so that what differs is noise. It is not judged twice. */
export const measured: WorkCase = {
  ...row,
  name: "row-again",
  what: "the same again (A/A)",
  peer: "row",
  targets: [],
};
