/** The instances of a process: how one is made, and the default one, to which the functions of `provml` and the adapters are bound. */
import { currentStep } from "./capture/context.ts";
import type { Execution } from "./capture/execution.ts";
import { setOffer } from "./capture/placement/threads.ts";
import { type Composition, createProvenance, EXECUTION, INHERITED, type Provenance } from "./capture/provenance.ts";
import type { ProvenanceOptions } from "./capture/settings.ts";

/** Where the default instance is kept: two copies of the package in one process share it. */
const DEFAULT = Symbol.for("provml.default");
const shared = globalThis as { [DEFAULT]?: Provenance };

/**
 * An instance that records into a `.provml` directory. The first one made is the default, to which the functions that this module
 * exports are bound.
 * @throws {ProvenanceError} `bad-option`, `bad-iri`, `bad-plan` for an option that cannot work.
 */
export function provenance(options: ProvenanceOptions = {}): Provenance {
  const made = createProvenance(options, COMPOSITION);
  shared[DEFAULT] ??= made;
  return made;
}

/** Made where a program did not make one itself: there, a variable that cannot work must not throw out of a step. */
export function defaultProvenance(): Provenance {
  shared[DEFAULT] ??= createProvenance({}, { ...COMPOSITION, onBadVariable: warnOfVariable });
  return shared[DEFAULT];
}

/** Makes an instance the default, until what is returned is called. */
export function asDefault(provenance: Provenance): () => void {
  const before = shared[DEFAULT];
  shared[DEFAULT] = provenance;
  return () => {
    if (shared[DEFAULT] !== provenance) return;
    if (before) shared[DEFAULT] = before;
    else delete shared[DEFAULT];
  };
}

const COMPOSITION: Composition = {
  begin: (...args) => recording().begin(...args),
  checkPlan: (plan) => recording().namePlan(plan),
  carrying: () => recording().carrying,
  announce: (execution) => recording().announce(execution),
};

function warnOfVariable(error: unknown): void {
  const { message } = error as Error;
  process.emitWarning(`${message}; until then its default counts`, { code: "PROVML_BAD_VARIABLE" });
}

/** What is recorded without naming an instance belongs to the execution of the step around it, else to the default's. */
export function findExecution(): Execution | undefined {
  return currentStep()?.execution ?? defaultProvenance()[EXECUTION]();
}

/** What a thread that is made now is given: of the step around, else of the default instance, if there is one. */
setOffer(() => {
  const step = currentStep();
  if (step === undefined) return shared[DEFAULT]?.[INHERITED]();
  return { carrier: recording().carrying.carrierFrom(step), process: step.execution.inherited() };
});

/** Most of capture and the spool are loaded by the first step, synchronously: an import that records nothing should cost nothing. */
function recording(): typeof import("./recording.ts") {
  try {
    return process.getBuiltinModule("node:module").createRequire(import.meta.url)("./recording.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" && !isWarned) {
      isWarned = true;
      process.emitWarning(
        "provml records nothing: its files are not beside its entry; tell your bundler to leave provml external",
      );
    }
    throw error;
  }
}
let isWarned = false;
