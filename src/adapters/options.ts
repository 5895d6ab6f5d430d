import type { Execution } from "../capture/execution.ts";
import { EXECUTION, type Provenance } from "../capture/provenance.ts";
import { findExecution } from "../instance.ts";

export interface AdapterOptions {
  /** What records. Default: as the functions of `provml`, the instance of the step around, else the first one made. */
  readonly prov?: Provenance | undefined;
}

/** The execution under way that an adapter records into; undefined where none can be had, or recording is switched off. */
export function executionOf({ prov }: AdapterOptions): Execution | undefined {
  return prov ? prov[EXECUTION]() : findExecution();
}
