import { ProvenanceError } from "../model/error.ts";
import { ENTITY_TYPES } from "../model/ml.ts";
import type { UsedOptions } from "./handle.ts";

/** The checks of what user code hands to a step: they throw at the call that made the mistake. */
export function checkThing(verb: string, thing: unknown): void {
  if (thing !== undefined && thing !== null) return;
  throw new ProvenanceError("bad-argument", `${verb}() got ${String(thing)}; give it the object, path or value`);
}

export function checkOptions(verb: string, { kind, role }: UsedOptions): void {
  if (kind !== undefined && !Object.hasOwn(ENTITY_TYPES, kind)) {
    throw new ProvenanceError(
      "bad-option",
      `${verb}(): kind is ${JSON.stringify(kind)}; one of ${Object.keys(ENTITY_TYPES).join(", ")}`,
    );
  }
  if (role !== undefined && typeof role !== "string") {
    throw new ProvenanceError("bad-option", `${verb}(): role must be a string, not ${typeof role}`);
  }
}
