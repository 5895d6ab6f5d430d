/**
 * `provml/curate`: what a person says of what is recorded, and what goes. No statement is changed: tags, notes and names are statements of their own, and so is a deletion.
 */
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export { type Collected, type CollectOptions, type CollectReport, collect, type Kept } from "./collect.ts";
export { type Deleted, type DeleteOptions, deleteRun } from "./deletion.ts";
export { type Curated, note, rename, tag, untag } from "./remarks.ts";
export type { CurateOptions } from "./said.ts";
