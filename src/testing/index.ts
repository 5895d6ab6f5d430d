/** `provml/testing`: an instance that records into memory, for the tests of programs that use provml. */

export type { Provenance } from "../capture/provenance.ts";
export type { ProvenanceOptions } from "../capture/settings.ts";
export type { Document } from "../model/document.ts";
export type { Statement } from "../model/statement.ts";
export type { RecordedRow } from "./memory-sink.ts";
export type { Recorded, RecordedStep } from "./recorded.ts";
export { type TestProvenance, testProvenance } from "./test-provenance.ts";
export type { Thing } from "./things.ts";
