/**
 * `provml/formats`: reads and writes PROV documents in every notation of PROV, and compares them. Pure: touches no disk and no network.
 */
export { type Bundle, type Document, documentOf, statementsOf } from "../model/document.ts";
export { type Difference, difference, isEqual, type Placed } from "../model/equality.ts";
export { ERROR_CODES, type ErrorCode, ProvenanceError } from "../model/error.ts";
export { type Kind, RELATIONS } from "../model/relations.ts";
export type {
  Attribute,
  IriValue,
  KeyEntityPair,
  LanguageValue,
  Statement,
  TypedValue,
  Value,
} from "../model/statement.ts";
export { carriedByAll } from "./carried.ts";
export type { Loss, Lossy, Notation, NotationName } from "./notation.ts";
export { NOTATIONS, notationOf } from "./notations.ts";
export { isProvJsonLdText } from "./prov-jsonld/shape.ts";
export { provNText } from "./prov-n/writer.ts";
export { type Pseudonym, type PseudonymKind, pseudonymised } from "./pseudonyms.ts";
export { type ReadOptions, read } from "./read.ts";
export { type WriteOptions, write, writePieces } from "./write.ts";
