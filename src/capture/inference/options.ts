import { ProvenanceError } from "../../model/error.ts";
import { isFollowable } from "../checks.ts";
import { isPlainObject } from "../values.ts";

/** What a stream of inferences is to record; every part is optional. */
export interface StreamOptions {
  /** The model that scores: an object that is followed, a path or a URI. Another one comes with `swap()`. */
  readonly model?: object | string;
  /** When a window closes: after so long, after so many events, or after either. Default: 10 s. */
  readonly window?: { readonly ms?: number; readonly events?: number };
  /** The part of all events, from 0 to 1, that is recorded in full, by hash of the event's id. Default: 0. */
  readonly sample?: number;
  /** How the scores of a window are counted: in bins of one width, or in buckets within 1/128 of each score. Default: `"sketch"`. */
  readonly histogram?: "sketch" | { readonly low: number; readonly high: number; readonly bins: number };
  /** Working points by name: a window counts the scores at or above each. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Where the model runs, e.g. `cuda:0`: stated of each window. */
  readonly device?: string;
  /** `begin()` reads the clock for one event in so many. Default: 1. */
  readonly timeEvery?: number;
  /** How many sampled events, and how many failures and fallbacks, a second may have a record of their own. What is more is counted. Default: 1000. */
  readonly recordsPerSecond?: number;
  /** What else holds for the whole stream: batch size, precision, engine, calibration. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** How long a window is unless the program says so; that of a wrapped function always is. */
export const WINDOW_MS = 10_000;
const RECORDS_PER_SECOND = 1000;
const MOST_BINS = 10_000;
const MOST_THRESHOLDS = 16;
/** Beyond it a 32-bit count of a bucket could overflow. */
export const MOST_EVENTS = 2 ** 32 - 1;

export interface StreamSettings {
  readonly model: object | string | undefined;
  readonly window: WindowLimits;
  readonly sample: number;
  readonly histogram: NonNullable<StreamOptions["histogram"]>;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly device: string | undefined;
  readonly timeEvery: number;
  readonly recordsPerSecond: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface WindowLimits {
  /** Infinity: no limit of time. */
  readonly ms: number;
  readonly events: number;
}

/** @throws {ProvenanceError} `bad-option`, `bad-argument` */
export function streamSettings(name: unknown, options: StreamOptions): StreamSettings {
  if (typeof name !== "string" || name === "")
    throw new ProvenanceError(
      "bad-argument",
      'stream() takes the stream\'s name first, e.g. stream("trigger", { model })',
    );
  if (!isObject(options)) throw bad(name, "options", "an object");
  for (const option of Object.keys(options)) {
    if (!NAMES.has(option)) throw bad(name, option, `no such option; it may have ${[...NAMES].join(", ")}`);
  }
  const { model, window = {}, sample = 0, histogram = "sketch", thresholds = {}, device, parameters = {} } = options;
  const { timeEvery = 1, recordsPerSecond = RECORDS_PER_SECOND } = options;
  if (model !== undefined && !isFollowable(model)) throw bad(name, "model", "give an object, a path or a URI");
  if (!isNumber(sample) || sample < 0 || sample > 1) throw bad(name, "sample", "give a number from 0 to 1");
  if (!isObject(thresholds) || !Object.values(thresholds).every(isNumber))
    throw bad(name, "thresholds", "give numbers by name, e.g. { tight: 0.9 }");
  if (Object.keys(thresholds).length > MOST_THRESHOLDS)
    throw bad(name, "thresholds", `give at most ${MOST_THRESHOLDS}`);
  if (device !== undefined && (typeof device !== "string" || device === "")) throw bad(name, "device", "give a name");
  if (!isWhole(timeEvery)) throw bad(name, "timeEvery", "give a whole number, 1 or more");
  if (!isNumber(recordsPerSecond) || recordsPerSecond < 0)
    throw bad(name, "recordsPerSecond", "give a number, 0 or more");
  if (!isObject(parameters)) throw bad(name, "parameters", "give values by name");
  checkHistogram(name, histogram);
  return {
    model,
    window: limitsOf(name, window),
    sample,
    histogram,
    thresholds,
    device,
    timeEvery,
    recordsPerSecond,
    parameters,
  };
}

const NAMES = new Set<string>([
  "model",
  "window",
  "sample",
  "histogram",
  "thresholds",
  "device",
  "timeEvery",
  "recordsPerSecond",
  "parameters",
] satisfies (keyof StreamOptions)[]);

function limitsOf(name: string, window: NonNullable<StreamOptions["window"]>): WindowLimits {
  const isKnown = isObject(window) && Object.keys(window).every((key) => key === "ms" || key === "events");
  const { ms, events } = isKnown ? window : {};
  const isTime = ms === undefined || (isNumber(ms) && ms >= 1 && ms <= LONGEST_TIMER_MS);
  if (!isKnown || !isTime || !(events === undefined || (isWhole(events) && events <= MOST_EVENTS)))
    throw bad(name, "window", "give { ms }, 1 or more, { events }, a whole number, or both");
  if (events === undefined) return { ms: ms ?? WINDOW_MS, events: MOST_EVENTS };
  return { ms: ms ?? Number.POSITIVE_INFINITY, events };
}

/** What `setTimeout` takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function checkHistogram(name: string, histogram: unknown): void {
  if (histogram === "sketch") return;
  const { low, high, bins } = (isPlainObject(histogram) ? histogram : {}) as Record<string, unknown>;
  if (
    isNumber(low) &&
    isNumber(high) &&
    high > low &&
    high - low < Number.MAX_VALUE &&
    isWhole(bins) &&
    bins <= MOST_BINS
  )
    return;
  throw bad(
    name,
    "histogram",
    `give "sketch" or { low, high, bins } with high above low and at most ${MOST_BINS} bins`,
  );
}

/** No guard of types, for it checks what the types say already. */
function isObject(value: unknown): boolean {
  return isPlainObject(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function bad(name: string, option: string, wanted: string): ProvenanceError {
  return new ProvenanceError("bad-option", `stream ${JSON.stringify(name.slice(0, 200))}: ${option}: ${wanted}`);
}
