import type { Brief, BriefList } from "../model/brief.ts";
import type { Activity } from "./activity.ts";
import { placeName } from "./content/files.ts";
import { entitiesOf, fileEntity, stateUse } from "./flow.ts";
import type { Identity } from "./identity.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { hasUsedModel } from "./used-models.ts";
import { contentsOf, emptyValues, isPlainObject, MOST_VALUES, scalarValue } from "./values.ts";

/**
 * States what a step got: objects, described paths and `this` as used entities, numbers, short strings and the members of plain objects
 * as hyperparameters of a training and parameters of any other step.
 */
export function stateInputs(
  activity: Activity,
  names: readonly (string | undefined)[],
  self: unknown,
  args: readonly unknown[],
  out: Brief[],
): void {
  const { identity } = activity.execution;
  const isFollowed = (value: object) => identity.of(value) !== undefined;
  let values = emptyValues();
  let isEmpty = true;
  let numbers: Numbers | undefined;
  if (isObject(self) && isFollowed(self)) use(activity, self, undefined, "this", out);
  if (
    activity.kind === "training" &&
    typeof self === "object" &&
    self !== null &&
    !isPlainObject(self) &&
    self !== globalThis
  ) {
    activity.subject = self;
  }
  for (let i = 0; i < args.length; i++) {
    const argument = args[i];
    const name = names[i] ?? `argument${i + 1}`;
    const scalar = scalarValue(argument, name);
    if (typeof argument === "string" && usePath(activity, argument, out)) continue;
    if (scalar !== undefined && typeof argument !== "function") {
      values[name] = scalar;
      isEmpty = false;
    } else if (!isObject(argument)) continue;
    else if (isPlainObject(argument) && !isFollowed(argument)) {
      const isAlone = isEmpty && i === args.length - 1;
      const found = isAlone ? numbersOf(argument) : undefined;
      if (found !== undefined && found.values === undefined) {
        numbers = found;
        break;
      }
      const contents = contentsOf(argument, isFollowed, found);
      if (isEmpty) values = contents.values;
      else
        for (const key in contents.values)
          values[key in values ? `${name}.${key}` : key] = contents.values[key] as never;
      isEmpty = false;
      for (const [key, value] of contents.objects) use(activity, value, key, key, out);
    } else if (typeof argument !== "function" || isFollowed(argument)) use(activity, argument, undefined, name, out);
  }
  const kind: BriefList["kind"] =
    activity.kind === "training" || activity.kind === "run" ? "hyperparameters" : "parameters";
  const { name } = activity;
  if (numbers !== undefined) {
    const { names, doubles } = numbers;
    out.push({ kind, id: activity.execution.id(), activity: name, names, doubles });
    return;
  }
  for (const _ in values) {
    out.push({ kind, id: activity.execution.id(), activity: name, values });
    break;
  }
}

/** Of an inference only its models are stated, once for the step around it: inputs and outputs are many and may be private. */
export function stateModelInputs(activity: Activity, self: unknown, args: readonly unknown[], out: Brief[]): void {
  const { parent, execution } = activity;
  for (const value of [self, ...args]) {
    if (!parent || !isObject(value)) continue;
    for (const entity of execution.identity.entitiesOf(value)) {
      if (entity.kind !== "model" && entity.kind !== "checkpoint") continue;
      activity.models = activity.models === undefined ? [entity.name] : [...activity.models, entity.name];
      if (hasUsedModel(parent, entity)) continue;
      // Outside of steps it is no input of the other parts of the execution, and the role says so.
      const role = parent === execution.root ? INFERENCE_ROLE : undefined;
      stateUse(parent, entity, role, activity.startTime, out); // it runs already, so its start is not the time of use
    }
  }
}

const INFERENCE_ROLE = "inference";

function use(activity: Activity, object: object, role: string | undefined, label: string, out: Brief[]): void {
  const members = followedMembers(activity.execution.identity, object);
  if (members === undefined) useOne(activity, object, role, label, out);
  else for (const [i, member] of members.entries()) useOne(activity, member, role, `${label}.${i}`, out);
}

/** Of a list put together for this call from things that are followed, such as `[train, test]`, the members are what is used. */
function followedMembers(identity: Identity, object: object): readonly object[] | undefined {
  try {
    if (!Array.isArray(object) || object.length > MOST_VALUES || identity.of(object) !== undefined) return undefined;
    const members = object.filter(isObject);
    return members.some((member) => identity.of(member) !== undefined) ? members : undefined;
  } catch {
    return undefined; // a Proxy that does not tell
  }
}

function useOne(activity: Activity, object: object, role: string | undefined, label: string, out: Brief[]): void {
  const { execution } = activity;
  const isNew = execution.identity.of(object) === undefined;
  const entities = entitiesOf(execution, object, { label }, out);
  for (const entity of entities) {
    // Whoever encloses this step may turn out to have made it: then it will return it.
    if (isNew) entity.firstSeenIn = activity.parent;
    stateUse(activity, entity, role, undefined, out);
  }
  if (entities[0]) activity.receive(object, entities[0].name);
}

/** A string that someone described as a path or URI is that file. */
function usePath(activity: Activity, text: string, out: Brief[]): boolean {
  const { identity } = activity.execution;
  if (!identity.mayFollowPath(text) || identity.ofPath(placeName(text)) === undefined) return false;
  stateUse(activity, fileEntity(activity.execution, text, {}, out), undefined, undefined, out);
  return true;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
