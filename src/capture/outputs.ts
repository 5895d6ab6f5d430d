import type { Brief, BriefValue, Name } from "../model/brief.ts";
import type { EntityKind } from "../model/ml.ts";
import type { Activity } from "./activity.ts";
import { placeName } from "./content/files.ts";
import { generateResult } from "./generation.ts";
import type { Entity } from "./identity.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { ownNames } from "./own-names.ts";
import { cleanName } from "./secrets.ts";
import { judgedModel } from "./used-models.ts";
import { contentsOf, emptyValues, isPlainObject, membersOf, scalarValue } from "./values.ts";

/** Longer arrays are data, shorter ones of objects may be tuples of results. */
const LONGEST_TUPLE = 8;

/**
 * States what a step returned. Objects become entities that it generated, the members of a returned plain object or tuple each;
 * numbers become the measures of an evaluation and the outputs of any other step.
 */
export function stateResult(activity: Activity, result: unknown, time: number, out: Brief[]): void {
  if (activity.kind === "inference") return;
  const { label, kind } = activity;
  const { identity } = activity.execution;
  const scalar = scalarValue(result);
  if (scalar !== undefined && typeof result !== "function") {
    if (result !== null && !isKnownPath(activity, result))
      stateValues(activity, { [cleanName(label)]: scalar }, time, out);
  } else if (typeof result === "function" || (typeof result === "object" && result !== null)) {
    const isFollowed = (value: object) => identity.of(value) !== undefined;
    if (isTuple(result) && !isFollowed(result)) {
      const members: [string, unknown][] = result.map((member, i) => [String(i), member]);
      stateMembers(activity, result, members, emptyValues(), time, out);
    } else if (isPlainObject(result) && !isFollowed(result)) {
      const numbers = kind === "training" ? undefined : numbersOf(result);
      if (numbers !== undefined && numbers.values === undefined) {
        stateNumbers(activity, result, numbers, time, out);
        return;
      }
      // Measures may be grouped; what other steps return in an object goes on to other steps member by member.
      const { values, objects } =
        kind === "evaluation" ? contentsOf(result, isFollowed, numbers) : membersOf(result, numbers);
      stateMembers(activity, result, objects, values, time, out);
    } else {
      generateResult(activity, result, { kind: resultKind(kind), label }, undefined, time, out);
    }
  }
  if (kind === "training") stateTrainedInPlace(activity, result, time, out);
}

function stateMembers(
  activity: Activity,
  container: object,
  members: readonly (readonly [string, unknown])[],
  values: Record<string, BriefValue>,
  time: number,
  out: Brief[],
): void {
  const { kind, label } = activity;
  const { identity } = activity.execution;
  const entities: Entity[] = [];
  const isNamed = members.some(([name]) => MODEL_NAME.test(name));
  const isWholeModel = kind === "training" && !isNamed && !Array.isArray(container);
  if (isWholeModel) {
    // A training that returns plain data, such as weights by layer, returns its model.
    const model = generateResult(activity, container, { kind: "model", label }, undefined, time, out);
    // Whoever takes it apart hands on parts of the model.
    for (const [, part] of members) {
      if (typeof part === "object" && part !== null && !identity.of(part)) identity.follow(part, model);
    }
    return;
  }
  for (const [name, member] of members) {
    const scalar = typeof member === "function" ? undefined : scalarValue(member);
    if (scalar !== undefined) values[name] = scalar;
    else if (typeof member !== "object" && typeof member !== "function") continue;
    else if (member !== null) {
      const memberKind: EntityKind | undefined = kind === "training" && MODEL_NAME.test(name) ? "model" : undefined;
      const meeting = { kind: memberKind, label: `${label}.${name}` };
      entities.push(...generateResult(activity, member, meeting, name, time, out));
    }
  }
  entities.push(...stateValues(activity, values, time, out));
  if (entities.length > 0) identity.follow(container, entities);
}
const MODEL_NAME = /(^|\.|_)model$|Model$/;

function stateNumbers(activity: Activity, container: object, numbers: Numbers, time: number, out: Brief[]): void {
  const { execution, name: activityName, kind } = activity;
  const { names, doubles } = numbers;
  const id = execution.id();
  if (kind !== "evaluation") out.push({ kind: "outputs", id, activity: activityName, names, doubles, time });
  else {
    const model = judgedModel(activity);
    const of = model === undefined ? {} : { of: model };
    out.push({ kind: "measures", id, activity: activityName, names, doubles, time, ...of });
  }
  execution.identity.follow(container, { list: id, labels: names, time });
}

/** Numbers of an evaluation are measures; all other values are outputs. The entities are those that the lists expand to. */
function stateValues(activity: Activity, values: Record<string, BriefValue>, time: number, out: Brief[]): Entity[] {
  const { execution, name: activityName } = activity;
  const model = judgedModel(activity);
  const [measures, outputs] = activity.kind === "evaluation" ? numbersApart(values) : [NO_VALUES, values];
  const entities: Entity[] = [];
  for (const [kind, list] of [
    ["measures", measures],
    ["outputs", outputs],
  ] as const) {
    const names = Object.keys(list);
    if (names.length === 0) continue;
    const id = execution.id();
    const of = kind === "measures" && model !== undefined ? { of: model } : {};
    out.push({ kind, id, activity: activityName, values: list, time, ...of });
    names.forEach((label, i) => {
      entities.push({ name: `${id}-${i + 1}`, kind: "data", label, firstSeen: time, isGenerated: true });
    });
  }
  return entities;
}

function numbersApart(values: Record<string, BriefValue>): [numbers: typeof values, others: typeof values] {
  const numbers = emptyValues();
  const others = emptyValues();
  for (const name in values) {
    const value = values[name] as BriefValue;
    const isDouble = typeof value === "object" && "type" in value && value.type === "xsd:double";
    (typeof value === "number" || isDouble ? numbers : others)[name] = value;
  }
  return [numbers, others];
}
const NO_VALUES: Record<string, BriefValue> = emptyValues();

/**
 * A model that came in and was not returned was trained in place: what goes on from here is a new state of it. So was the object
 * whose method the training is, as estimators have it, when the method returned nothing that could be the model.
 */
function stateTrainedInPlace(activity: Activity, result: unknown, time: number, out: Brief[]): void {
  const { identity } = activity.execution;
  const { received = new Map<object, Name>(), subject, label } = activity;
  for (const [object, state] of received) {
    const [followed, ...more] = identity.entitiesOf(object);
    if (followed === undefined || more.length > 0 || isAmong(object, result)) continue;
    const isModel = followed.kind === "model" && followed.name === state;
    const hasCheckpoint = followed.kind === "checkpoint" && followed.name !== state;
    if ((!isModel && !hasCheckpoint) || (isModel && isStudent(object, result))) continue;
    generateResult(activity, object, { kind: "model", label: isModel ? followed.label : label }, undefined, time, out);
  }
  const returnedNothing = result === null || (typeof result !== "object" && typeof result !== "function");
  if (subject && returnedNothing) generateResult(activity, subject, { kind: "model", label }, undefined, time, out);
}

/** Whether a training returned another thing of the same make: then what came in was its teacher or its start, and stayed as it was. */
function isStudent(received: object, result: unknown): boolean {
  try {
    const make = received.constructor as unknown;
    if (make === Object) return isPlainObject(result); // a training that returns plain data returns its model
    return madeOf(result).some((one) => typeof one === "object" && one !== null && one.constructor === make);
  } catch {
    return false; // something that throws when it is read
  }
}

function isAmong(object: object, result: unknown): boolean {
  if (object === result) return true;
  try {
    return madeOf(result).includes(object);
  } catch {
    return false; // a getter that throws
  }
}

/** What a training hands back one by one; of what holds very many things the first. */
function madeOf(result: unknown): readonly unknown[] {
  if (Array.isArray(result)) return result.slice(0, MOST_MADE);
  return isPlainObject(result) ? ownNames(result).names.map((name) => result[name]) : [result];
}
const MOST_MADE = 1000;

function resultKind(kind: Activity["kind"]): EntityKind | undefined {
  return kind === "training" ? "model" : undefined;
}

function isKnownPath(activity: Activity, result: unknown): boolean {
  const { identity } = activity.execution;
  if (typeof result !== "string" || !identity.mayFollowPath(result)) return false;
  return identity.ofPath(placeName(result)) !== undefined;
}

function isTuple(value: object): value is unknown[] {
  try {
    if (!Array.isArray(value) || value.length === 0 || value.length > LONGEST_TUPLE) return false;
    return value.some((member) => typeof member === "object" && member !== null && !isPlainObject(member));
  } catch {
    return false; // a Proxy that does not tell
  }
}
