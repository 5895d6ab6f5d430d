import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import type { Status } from "../../model/ml.ts";
import { definitionName } from "../../model/names.ts";
import { shownValue, startOf } from "../../model/sampled-events.ts";
import type { Activity } from "../activity.ts";
import { isPlace } from "../content/files.ts";
import { type BriefAttribute, typeName } from "../content/shape.ts";
import { entitiesOf, meetObject, stateDerivation } from "../flow.ts";
import { cleanName } from "../secrets.ts";
import { contentsOf, emptyValues, isPlainObject, omitted, scalarValue } from "../values.ts";
import type { EventId } from "./event-hash.ts";
import { eventValue } from "./event-range.ts";

/** What is known of an event that is recorded in full; every part is optional. */
export interface EventDetails {
  /** The score, or several by name. */
  readonly scores?: number | Readonly<Record<string, number>>;
  readonly threshold?: number | Readonly<Record<string, number>>;
  readonly decision?: string | number | boolean;
  readonly latencyMs?: number;
  /** What was scored: an object (recorded as type, shape and digest), a path or a URI that points to the raw data. */
  readonly input?: object | string;
  /** What came of it: the id of an alert or superevent, or an object. */
  readonly downstream?: object | string;
  /** What else holds for this event alone: interferometers, conditions. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Why an event has a record of its own. */
export type RecordedAs = "selected" | "sampled" | "failed" | "fallback";

interface Recorded {
  readonly id: EventId | undefined;
  readonly as: readonly RecordedAs[];
  readonly time: number;
  readonly latencyMs?: number | undefined;
  readonly windowNumber: number;
  readonly models: readonly Name[];
  readonly device?: string | undefined;
  readonly status?: Status;
  readonly attributes?: readonly BriefAttribute[];
}

/** States the inference of one event as an activity of the stream. @returns its name. */
export function stateEvent(stream: Activity, event: Recorded, out: Brief[]): Name {
  const { id, as, time, latencyMs = Number.NaN, windowNumber, models, device } = event;
  const name = stream.execution.id();
  const label = cleanName(stream.label);
  const attributes: BriefAttribute[] = [
    ["prov:type", { name: "provml:EventInferenceExecution" }],
    ["rdfs:label", id === undefined ? label : `${label} ${shownValue(eventValue(id))}`],
    ["dcterms:isPartOf", { name: stream.name }],
    ["provml:windowNumber", windowNumber],
    ["provml:status", { name: event.status ?? "provml:Completed" }],
  ];
  for (const why of as) attributes.push(["provml:recordedAs", why]);
  if (id !== undefined) attributes.push(["provml:eventId", eventValue(id)]);
  if (Number.isFinite(latencyMs))
    attributes.push(["provml:latencyMs", { value: String(latencyMs), type: "xsd:double" }]);
  if (device !== undefined) attributes.push(["provml:device", device]);
  if (event.attributes) attributes.push(...event.attributes);
  out.push({ kind: "activity", id: name, startTime: startOf(time, latencyMs), endTime: time, attributes });
  for (const entity of models) out.push({ kind: "used", activity: name, entity });
  return name;
}

/** States what the event's inference took and came to. `sampledScore`: the one that is known where the details have none. */
export function stateDetails(
  stream: Activity,
  event: Name,
  details: EventDetails,
  sampledScore: number | undefined,
  time: number,
  out: Brief[],
): void {
  const { scores, threshold, decision, input, downstream, parameters } = details;
  const taken = emptyValues();
  addValues(taken, "threshold", threshold);
  if (isPlainObject(parameters)) Object.assign(taken, plainValues(parameters));
  pushList("parameters", stream, event, taken, undefined, out);
  const given = emptyValues();
  addValues(given, "score", scores);
  if (Object.keys(given).length === 0) addValues(given, "score", sampledScore);
  addValues(given, "decision", decision);
  if (typeof downstream === "string") addValues(given, "downstream", downstream);
  pushList("outputs", stream, event, given, time, out);
  if (input !== undefined && input !== null && input !== "") stateInput(stream, event, input, out);
  if (typeof downstream === "object" && downstream !== null) stateDownstream(stream, event, downstream, time, out);
}

function stateInput(stream: Activity, event: Name, input: object | string, out: Brief[]): void {
  const { execution } = stream;
  if (typeof input !== "string" && typeof input !== "object") return;
  for (const entity of entitiesOf(execution, input, { label: isPlace(input) ? undefined : "input" }, out)) {
    entity.isUsed = true;
    const attributes: BriefAttribute[] = [["prov:role", { name: definitionName("role", "input") }]];
    out.push({ kind: "used", activity: event, entity: entity.name, id: execution.id(), attributes });
  }
}

/** An object that was there before is in a new state. */
function stateDownstream(stream: Activity, event: Name, thing: object, time: number, out: Brief[]): void {
  const { execution } = stream;
  const [known] = execution.identity.entitiesOf(thing);
  const isNew = known !== undefined && !known.isGenerated && known.isUsed !== true;
  const entity = isNew ? known : meetObject(execution, thing, { kind: known?.kind, label: "downstream" }, out);
  out.push({ kind: "wasGeneratedBy", entity: entity.name, activity: event, time });
  entity.isGenerated = true;
  if (known && !isNew) stateDerivation(entity, known, out);
}

/** One value under its name, or several under theirs with the name before it. */
function addValues(values: Record<string, BriefValue>, name: string, given: unknown): void {
  if (given === undefined) return;
  if (isPlainObject(given)) {
    const contents = plainValues(given);
    for (const key in contents) values[`${name}.${key}`] = contents[key] as BriefValue;
    return;
  }
  const scalar = scalarValue(given, name);
  if (scalar !== undefined) values[name] = scalar;
}

export function plainValues(object: object): Record<string, BriefValue> {
  const { values, objects } = contentsOf(object, () => false);
  for (const [name, value] of objects) values[name] = omitted(typeName(value));
  return values;
}

function pushList(
  kind: "parameters" | "outputs",
  { execution }: Activity,
  activity: Name,
  values: Record<string, BriefValue>,
  time: number | undefined,
  out: Brief[],
): void {
  if (Object.keys(values).length === 0) return;
  out.push({ kind, id: execution.id(), activity, values, ...(time === undefined ? {} : { time }) });
}
