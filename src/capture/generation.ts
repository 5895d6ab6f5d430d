import type { Brief } from "../model/brief.ts";
import type { EntityKind } from "../model/ml.ts";
import type { Activity } from "./activity.ts";
import { now } from "./clock.ts";
import { isPlace, placeName } from "./content/files.ts";
import { placeOf } from "./content/places.ts";
import {
  digestedEntity,
  fileEntity,
  meetObject,
  stateDerivation,
  stateFile,
  stateGeneration,
  typesOf,
} from "./flow.ts";
import type { GeneratedOptions } from "./handle.ts";
import type { Entity } from "./identity.ts";

/** What user code says was generated: always a state of its own, unless it is one that was met here and nothing is known to have made. */
export function generateExplicitly(
  activity: Activity,
  thing: object | string,
  options: GeneratedOptions,
  out: Brief[],
): Entity {
  const meeting = { kind: options.kind, label: options.name ?? options.role, digest: options.digest };
  if (isPlace(thing)) return generateFile(activity, thing, options, out);
  const [earlier] = activity.execution.identity.entitiesOf(thing);
  if (earlier && options.kind !== "checkpoint" && isMadeWithin(earlier, activity)) {
    stateGeneration(activity, earlier, options.role, earlier.firstSeen, out);
    if (!options.digest) return earlier;
    const state = digestedEntity(activity.execution, thing, earlier, out);
    if (state !== earlier) stateGeneration(activity, state, options.role, now(), out);
    return state;
  }
  const entity = meetObject(activity.execution, thing, { ...meeting, kind: meeting.kind ?? earlier?.kind }, out);
  stateGeneration(activity, entity, options.role, now(), out);
  if (earlier) stateDerivation(entity, earlier, out);
  return entity;
}

/** A written file is a new entity even where nothing says that its bytes changed: writing is what generates it. */
function generateFile(activity: Activity, thing: string | URL, options: GeneratedOptions, out: Brief[]): Entity {
  const { execution } = activity;
  const meeting = { kind: options.kind, label: options.name, digest: options.digest };
  const path = placeName(thing);
  const earlier = execution.identity.ofPath(path);
  let entity = fileEntity(execution, thing, meeting, out);
  if (entity === earlier && (entity.isGenerated || !isMadeWithin(entity, activity))) {
    entity = {
      ...earlier,
      name: execution.id(),
      kind: options.kind ?? earlier.kind,
      firstSeen: now(),
      isGenerated: false,
    };
    stateFile(entity, placeOf(execution.rootDirectory, path, entity.file, options.digest), out);
    execution.identity.followPath(path, entity, String(thing));
  }
  stateGeneration(activity, entity, options.role, now(), out);
  return entity;
}

/**
 * An object among a step's results. One that came in is a new state, derived from the one that came in; one that was first met
 * inside was generated here; one that an inner step generated passes through.
 */
export function generateResult(
  activity: Activity,
  object: object,
  meeting: { readonly kind?: EntityKind | undefined; readonly label: string },
  role: string | undefined,
  time: number,
  out: Brief[],
): readonly Entity[] {
  const { identity } = activity.execution;
  const earlier = identity.entitiesOf(object);
  const [only] = earlier;
  if (only === undefined) {
    const entity = meetObject(activity.execution, object, meeting, out);
    stateGeneration(activity, entity, role, time, out);
    return [entity];
  }
  const isSingle = earlier.length === 1;
  // Where an inner step or generated() made a new state of it meanwhile, that state passes through.
  const isAsReceived = activity.received?.get(object) === only.name;
  if (isAsReceived || (isSingle && activity.kind === "training" && only.kind === "checkpoint")) {
    const kind = meeting.kind ?? (!isSingle ? "data" : only.kind === "checkpoint" ? "model" : only.kind);
    const keepsLabel = isSingle && only.kind !== "data" && only.kind !== "checkpoint";
    const label = keepsLabel ? only.label : meeting.label;
    const entity = meetObject(activity.execution, object, { kind, label }, out);
    stateGeneration(activity, entity, role, time, out);
    for (const from of earlier) stateDerivation(entity, from, out);
    return [entity];
  }
  if (!isSingle) return earlier;
  if (isMadeWithin(only, activity)) {
    if (meeting.kind !== undefined && only.kind === "data") promote(only, meeting.kind, out);
    stateGeneration(activity, only, role, only.firstSeen, out);
    // What was validated on the way went on being trained: what is returned is a later state, made of all that was used.
    if (activity.kind === "training" && only.isUsed) {
      const entity = meetObject(activity.execution, object, { kind: only.kind, label: meeting.label }, out);
      stateGeneration(activity, entity, role, time, out);
      stateDerivation(entity, only, out);
      return [entity];
    }
  }
  return earlier;
}

/** What was met as mere data turns out to be, say, a model. */
function promote(entity: Entity, kind: EntityKind, out: Brief[]): void {
  out.push({ kind: "entity", id: entity.name, attributes: typesOf(kind) });
  entity.kind = kind;
}

/** Whether an entity was first met inside this activity or a part of it, and nobody is known to have generated it. */
function isMadeWithin(entity: Entity, activity: Activity): boolean {
  if (entity.isGenerated) return false;
  for (let at = entity.firstSeenIn as Activity | undefined; at; at = at.parent) if (at === activity) return true;
  return false;
}
