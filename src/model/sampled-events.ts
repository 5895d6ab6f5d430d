import type { Brief, BriefStatement, BriefValue, Name } from "./brief.ts";

/**
 * Inferences of single events of one stream and model, of which score and latency are known: each becomes an activity `<id>-<n>` that used the model, and its
 * score an entity `<id>-<n>-1`.
 */
export interface BriefEvents {
  readonly kind: "events";
  readonly id: Name;
  readonly stream: Name;
  /** The stream's label; an event's is followed by its id. */
  readonly label: string;
  readonly models: readonly Name[];
  readonly device?: string;
  /** Why they have records of their own. */
  readonly recordedAs: string;
  readonly events: readonly BriefEvent[];
}

/** Time in milliseconds since 1970: when the inference ended; latency in milliseconds. */
export type BriefEvent = readonly [
  event: BriefValue | Unknown,
  time: number,
  windowNumber: number,
  latencyMs: number | Unknown,
  score: BriefValue | Unknown,
];

/** What is not known: an empty list, for it is no value, and statements hold no null (what JSON cannot tell becomes null). */
export type Unknown = readonly [];
export const UNKNOWN: Unknown = Object.freeze([]) as Unknown;

/** A null of another writer says no more. */
function isKnown<T extends BriefValue>(value: T | Unknown | null): value is T {
  return value !== null && !Array.isArray(value);
}

/** The statements for which a list of events stands. */
export function eventStatements(brief: BriefEvents): Brief[] {
  return brief.events.flatMap((event, i) => oneEvent(brief, `${brief.id}-${i + 1}`, event));
}

function oneEvent(brief: BriefEvents, id: Name, [event, time, windowNumber, latencyMs, score]: BriefEvent): Brief[] {
  const { stream, label, models, device, recordedAs } = brief;
  const attributes: [Name, BriefValue][] = [
    ["prov:type", { name: "provml:EventInferenceExecution" }],
    ["rdfs:label", isKnown(event) ? `${label} ${shownValue(event)}` : label],
    ["dcterms:isPartOf", { name: stream }],
    ["provml:windowNumber", windowNumber],
    ["provml:status", { name: "provml:Completed" }],
    ["provml:recordedAs", recordedAs],
  ];
  if (isKnown(event)) attributes.push(["provml:eventId", event]);
  if (isKnown(latencyMs)) attributes.push(["provml:latencyMs", { value: String(latencyMs), type: "xsd:double" }]);
  if (device !== undefined) attributes.push(["provml:device", device]);
  const startTime = startOf(time, isKnown(latencyMs) ? latencyMs : 0);
  const used = models.map((entity): BriefStatement => ({ kind: "used", activity: id, entity }));
  const statements: Brief[] = [{ kind: "activity", id, startTime, endTime: time, attributes }, ...used];
  if (isKnown(score)) statements.push({ kind: "outputs", id, activity: id, values: { score }, time });
  return statements;
}

/** When an inference began that ended then. */
export function startOf(endTime: number, latencyMs: number): number {
  return latencyMs > 0 && latencyMs < endTime ? endTime - latencyMs : endTime;
}

/** A value as a label has it. */
export function shownValue(value: BriefValue): string {
  return typeof value === "object" && "value" in value ? value.value : String(value);
}
