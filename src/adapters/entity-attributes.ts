import type { Activity } from "../capture/activity.ts";
import { now } from "../capture/clock.ts";
import { placeName } from "../capture/content/files.ts";
import type { Execution } from "../capture/execution.ts";
import { contentStatements } from "../capture/flow.ts";
import { contentsOf } from "../capture/values.ts";
import type { Brief, BriefList, BriefValue } from "../model/brief.ts";

export type Attributes = readonly (readonly [name: string, value: BriefValue | undefined])[];

/** States more of the entity that a followed object, path or URI is at the moment; attributes without a value are left out. */
export function stateAttributes(execution: Execution, thing: object | string, attributes: Attributes): void {
  const { identity } = execution;
  const entity = typeof thing === "string" ? identity.ofPath(placeName(thing)) : identity.entitiesOf(thing)[0];
  const present = attributes.filter((one): one is readonly [string, BriefValue] => one[1] !== undefined);
  if (entity === undefined || present.length === 0) return;
  execution.write([{ kind: "entity", id: entity.name, attributes: present }]);
}

/** States which content the entity has that a followed object is at the moment. */
export function stateContent(execution: Execution, thing: object, content: Content): void {
  const [entity] = execution.identity.entitiesOf(thing);
  if (entity === undefined) return;
  const out: Brief[] = [];
  contentStatements(entity.name, content.sha256, content.size, content.mediaType, out);
  execution.write(out);
}

export interface Content {
  /** Hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/** States values that a step took, as its parameters: numbers, booleans, short strings and short lists of a plain object. */
export function stateParameters(step: Activity, values: object): void {
  stateValues(step, "parameters", values, {});
}

/** States values that a step gave. */
export function stateOutputs(step: Activity, values: object): void {
  stateValues(step, "outputs", values, { time: now() });
}

function stateValues(step: Activity, kind: BriefList["kind"], plain: object, more: Pick<BriefList, "time">): void {
  const { execution, name: activity } = step;
  const { values } = contentsOf(plain, () => false);
  if (Object.keys(values).length === 0) return;
  execution.write([{ kind, id: execution.id(), activity, values, ...more }]);
}

/** A list or object as JSON text; undefined for an empty one and for one beyond a bound. */
export function jsonText(value: object): string | undefined {
  if (Object.keys(value).length === 0) return undefined;
  const text = JSON.stringify(value);
  return text.length <= LONGEST_JSON ? text : undefined;
}
const LONGEST_JSON = 16_384;
