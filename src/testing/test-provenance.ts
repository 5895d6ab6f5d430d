import { Execution } from "../capture/execution.ts";
import * as carrying from "../capture/placement/carrying.ts";
import { createProvenance, type Provenance } from "../capture/provenance.ts";
import type { ProvenanceOptions } from "../capture/settings.ts";
import { asDefault } from "../instance.ts";
import { briefPrefixes } from "../model/brief.ts";
import { type Document, documentOf } from "../model/document.ts";
import { ProvenanceError } from "../model/error.ts";
import { executionNamespace, PREFIXES } from "../model/names.ts";
import { namePlan } from "../model/plan.ts";
import type { Statement } from "../model/statement.ts";
import { type MemorySink, memorySink, type RecordedRow } from "./memory-sink.ts";
import { Recorded } from "./recorded.ts";

/** An instance that records into memory, and what it recorded. */
export interface TestProvenance {
  /** The instance: give it to the code under test, or let that code use the functions that `provml` exports. */
  readonly prov: Provenance;
  /** What was recorded so far, to be asked; of the latest execution where `prov.close()` began another one. */
  recorded(): Recorded;
  /** The same as PROV-DM statements: absolute IRIs, lists of values as an entity each. */
  statements(): readonly Statement[];
  /** Every row that was logged, in order. */
  rows(): readonly RecordedRow[];
  /** The same as a PROV document, as `provml/formats` writes and `provml/validate` judges it. */
  document(): Document;
  /** Ends the execution and gives the functions that `provml` exports back to the instance they were bound to. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An instance for tests. Nothing is written, no process or thread is started, no listener stays, and no variable of the environment counts.
 * Until it is closed, the functions that `provml` exports record into it too.
 * @throws {ProvenanceError} `bad-option`, `bad-iri`, `bad-plan` for an option that cannot work.
 */
export function testProvenance(options: ProvenanceOptions = {}): TestProvenance {
  let latest: MemorySink | undefined;
  const prov = createProvenance(
    { workflow: "test", agent: "tester", announce: false, ...options },
    {
      environment: {},
      carrying: () => carrying,
      begin: (settings, faults, standing) =>
        new Execution(
          settings,
          faults,
          (request) => {
            latest = memorySink(request);
            return latest;
          },
          () => undefined,
          [],
          standing,
        ),
      checkPlan: namePlan,
    },
  );
  const restore = asDefault(prov);
  const recorded = () => {
    if (latest) return recordedIn(latest);
    throw new ProvenanceError(
      "not-found",
      "nothing was recorded: no step was called yet, or provml is switched off by PROVML_DISABLED",
    );
  };
  const close = async () => {
    restore();
    await prov.close();
  };
  return {
    prov,
    recorded,
    statements: () => recorded().statements,
    rows: () => latest?.rows ?? [],
    document: () => documentOf(recorded().statements, PREFIXES),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export function recordedIn({ request: { base, execution }, briefs, rows }: MemorySink): Recorded {
  return new Recorded(briefs, rows, briefPrefixes(base, executionNamespace(base, execution)));
}
