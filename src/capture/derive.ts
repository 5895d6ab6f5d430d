import type { Brief } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Activity } from "./activity.ts";
import { isFollowable } from "./checks.ts";
import { isPlace } from "./content/files.ts";
import type { Execution } from "./execution.ts";
import { entitiesOf, stateSources } from "./flow.ts";
import type { Identity } from "./identity.ts";
import { MOST_VALUES } from "./values.ts";

/** States that a thing was derived from another one, or from each of a list of things, where the user knows better than any step shows. */
export function derive(execution: Execution, step: Activity | undefined, from: unknown, to: unknown): void {
  check("what it was derived from", from);
  check("what was derived", to);
  const around = step?.execution === execution ? step : undefined;
  execution.faults.guard(() => {
    const out: Brief[] = [];
    const { identity } = execution;
    const isNew = !isPlace(to) && identity.of(to as object) === undefined;
    const derived = entitiesOf(execution, to as object | string, {}, out);
    for (const entity of derived) {
      if (isNew) entity.firstSeenIn = around;
      for (const one of sourcesIn(identity, from as object | string)) stateSources(execution, around, entity, one, out);
    }
    execution.write(out);
  });
}

/**
 * The members of a list that was put together for this call: one that is not followed itself, of places and things that are followed. Any other
 * array is one source.
 */
function sourcesIn(identity: Identity, from: object | string): readonly (object | string)[] {
  try {
    if (!Array.isArray(from) || from.length === 0 || from.length > MOST_VALUES) return [from];
    if (identity.of(from) !== undefined) return [from];
    const isSource = (member: unknown) =>
      isFollowable(member) && (isPlace(member) || identity.of(member as object) !== undefined);
    return from.every(isSource) ? from : [from];
  } catch {
    return [from]; // a Proxy that does not tell
  }
}

function check(what: string, thing: unknown): void {
  if (isFollowable(thing)) return;
  const shown = thing === "" ? "an empty string" : typeof thing === "symbol" ? "a symbol" : String(thing);
  throw new ProvenanceError("bad-argument", `derived(from, to): ${what} is ${shown}; give an object, a path or a URI`);
}
