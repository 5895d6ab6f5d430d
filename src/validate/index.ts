/**
 * `provml/validate`: tells whether a PROV document can be true (PROV-CONSTRAINTS), and whether what it says in PROV-ML is well-formed (SHACL shapes).
 */
export type { Document } from "../model/document.ts";
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export { type CheckOptions, type ConstraintReport, checkConstraints } from "./constraints/check.ts";
export type { Violation } from "./constraints/findings.ts";
export { RULES, type Rule } from "./constraints/rules.ts";
export { checkShapes, isProvMl, type ShapeOptions, type ShapeResult } from "./shapes.ts";
export { type ValidateOptions, type ValidationReport, validate } from "./validate.ts";
