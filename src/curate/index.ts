/**
 * `provml/curate`: what a person says of what is recorded. Nothing that was written is changed: tags, notes and names are statements of their own.
 */
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export { type Curated, note, rename, tag, untag } from "./remarks.ts";
export type { CurateOptions } from "./said.ts";
