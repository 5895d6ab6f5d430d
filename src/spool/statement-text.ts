import type { Brief, BriefNumbers, BriefStatement } from "../model/brief.ts";
import { exactJson } from "../model/exact-json.ts";

/**
 * The statements as the JSON of one frame, or undefined when one of them cannot be told exactly: it throws, or JSON would turn
 * a number into null. What each step writes, its beginning, its end and its numbers, is written by hand: `JSON.stringify` takes thrice the time.
 */
export function statementsJson(list: readonly Brief[]): string | undefined {
  try {
    let json = "";
    for (const brief of list) json += `${json === "" ? "[" : ","}${textOf(brief)}`;
    return `${json}]`;
  } catch {
    return undefined;
  }
}

function textOf(brief: Brief): string {
  if (brief.kind === "activity") return activityText(brief as BriefStatement);
  return "doubles" in brief ? numbersText(brief as BriefNumbers) : exactJson(brief);
}

function activityText(brief: BriefStatement): string {
  const { id, startTime, endTime, attributes, graph } = brief;
  if (typeof id !== "string" || graph !== undefined) return exactJson(brief);
  let json = `{"kind":"activity","id":${quoted(id)}`;
  if (startTime !== undefined) json += `,"startTime":${timeText(startTime)}`;
  if (endTime !== undefined) json += `,"endTime":${timeText(endTime)}`;
  if (attributes !== undefined) json += `,"attributes":${attributesText(attributes)}`;
  return `${json}}`;
}

type Attributes = NonNullable<BriefStatement["attributes"]>;

/** Lists that come again are frozen; their text is kept. */
function attributesText(attributes: Attributes): string {
  const known = ATTRIBUTES.get(attributes);
  if (known !== undefined) return known;
  const text = newAttributesText(attributes);
  if (Object.isFrozen(attributes)) ATTRIBUTES.set(attributes, flat(text));
  return text;
}
const ATTRIBUTES = new WeakMap<Attributes, string>();

function newAttributesText(attributes: Attributes): string {
  let json = "";
  for (const [name, value] of attributes) {
    json += `${json === "" ? "[[" : ",["}${quoted(name)},`;
    if (typeof value === "string") json += `${quoted(value)}]`;
    else if (typeof value === "object" && "name" in value) json += `{"name":${quoted(value.name)}}]`;
    else json += `${exactJson(value)}]`;
  }
  return json === "" ? "[]" : `${json}]`;
}

function numbersText({ kind, id, activity, names, doubles, time, of, graph }: BriefNumbers): string {
  let text = NAMES.get(names);
  if (text === undefined) {
    text = flat(exactJson(names));
    NAMES.set(names, text);
  }
  let json = `{"kind":"${kind}","id":${quoted(id)},"activity":${quoted(activity)}`;
  if (time !== undefined) json += `,"time":${timeText(time)}`;
  if (of !== undefined) json += `,"of":${quoted(of)}`;
  if (graph !== undefined) json += `,"graph":${quoted(graph)}`;
  return `${json},"names":${text},"doubles":"${doubles}"}`; // base64 holds nothing that JSON escapes
}
/** The same list of names comes with each call of a step. */
const NAMES = new WeakMap<readonly string[], string>();

/** Most strings hold nothing that JSON escapes. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
const PLAIN = /^[ !#-[\]-~]*$/;

/** What a step returned and its end have one time. */
function timeText(time: unknown): string {
  if (typeof time !== "number" || !Number.isFinite(time)) return exactJson(time);
  if (time !== lastTime) {
    lastTime = time;
    lastTimeText = String(time);
  }
  return lastTimeText;
}
let lastTime = 0;
let lastTimeText = "0";

/** V8 keeps what was put together as its pieces until it is read; what is kept for long is better whole. */
function flat(text: string): string {
  PLAIN.test(text);
  return text;
}
