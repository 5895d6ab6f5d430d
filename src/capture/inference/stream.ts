import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import { ProvenanceError } from "../../model/error.ts";
import { type BriefEvent, UNKNOWN } from "../../model/sampled-events.ts";
import { Activity } from "../activity.ts";
import { isFollowable } from "../checks.ts";
import { now } from "../clock.ts";
import type { BriefAttribute } from "../content/shape.ts";
import type { Execution } from "../execution.ts";
import { failureAttributes } from "../failure.ts";
import { entitiesOf, stateUse } from "../flow.ts";
import { cleanName, redact } from "../secrets.ts";
import { toNumber } from "../series.ts";
import { stepAround } from "../step.ts";
import { LONGEST_STRING, scalarValue } from "../values.ts";
import { Histogram, Sketch } from "./distributions.ts";
import { EVENT_HASH, type EventId, eventHash } from "./event-hash.ts";
import { eventValue } from "./event-range.ts";
import { type EventDetails, plainValues, type RecordedAs, stateDetails, stateEvent } from "./event-record.ts";
import type { InferenceStream } from "./handle.ts";
import { MOST_EVENTS, type StreamOptions, type StreamSettings, streamSettings } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";
import { InferenceWindows } from "./windows.ts";

/** Sampled events wait for each other, so that one write serves many; for the end of their window at the longest. */
const SAMPLE_BATCH = 32;
/** 2³²: all values of the hash. */
const HASHES = 2 ** 32;

interface Sampled {
  id: EventId | undefined;
  score: number | undefined;
  latencyMs: number | undefined;
  time: number;
  windowNumber: number;
}

export class RecordedStream implements InferenceStream {
  readonly #activity: Activity;
  readonly #settings: StreamSettings;
  readonly #windows: InferenceWindows;
  readonly #device: string | undefined;
  /** Hashes below it are sampled. */
  readonly #sampledBelow: number;
  readonly #sampleLimit: RateLimit;
  readonly #failureLimit: RateLimit;
  #sampled: Sampled[] = [];
  #untilTimed = 1;
  #count = 0;
  #isClosed = false;

  constructor(activity: Activity, settings: StreamSettings, models: readonly Name[]) {
    const { histogram, sample, thresholds, window, recordsPerSecond } = settings;
    const device = settings.device === undefined ? undefined : redact(settings.device);
    let windows = 0;
    this.#activity = activity;
    this.#settings = settings;
    this.#device = device;
    this.#sampledBelow = sample * HASHES;
    this.#sampleLimit = new RateLimit(recordsPerSecond);
    this.#failureLimit = new RateLimit(recordsPerSecond);
    this.#windows = new InferenceWindows({
      owner: activity,
      label: activity.label,
      limits: window,
      models,
      scores: histogram === "sketch" ? new Sketch() : new Histogram(histogram),
      thresholds,
      device,
      sample,
      nextNumber: () => ++windows,
      beforeClose: () => this.#writeSampled(),
    });
  }

  get id(): string {
    return this.#activity.id;
  }

  // The hot path: scalars only. What is sampled is looked after before the event is counted, so that it is in the window that its record names.
  record(score: number | undefined, latencyMs?: number, id?: EventId): void {
    if (this.#isClosed) return;
    const known = typeof score === "number" || score === undefined ? score : toNumber(score);
    const took = typeof latencyMs === "number" || latencyMs === undefined ? latencyMs : toNumber(latencyMs);
    const event = eventOf(id);
    const count = this.#count++;
    if (this.#sampledBelow > 0 && eventHash(event ?? count) < this.#sampledBelow) this.#sample(known, took, event);
    this.#windows.processed(known, took, event);
  }

  begin(): number {
    if (--this.#untilTimed > 0) return Number.NaN;
    this.#untilTimed = this.#settings.timeEvery;
    return now();
  }

  end(began: number, score: number | undefined, id?: EventId): void {
    this.record(score, Number.isNaN(began) ? began : now() - began, id);
  }

  selected(id: EventId, details: EventDetails = {}): void {
    const known: EventDetails = typeof details === "object" && details !== null ? details : {};
    this.#recordEvent("selected", undefined, (time, out) => {
      const last = this.#sampled.at(-1);
      const isSampled = last !== undefined && last.id !== undefined && last.id === id;
      const as: RecordedAs[] = isSampled ? ["selected", "sampled"] : ["selected"];
      const latencyMs = known.latencyMs ?? (isSampled ? last.latencyMs : undefined);
      const name = this.#stateEvent({ id: eventOf(id), as, time, latencyMs }, out);
      if (isSampled) this.#sampled.pop();
      stateDetails(this.#activity, name, known, isSampled ? last.score : undefined, time, out);
    });
  }

  failed(id: EventId | undefined, error?: unknown): void {
    if (this.#isClosed) return;
    const why = error === undefined ? NO_ERROR : failureAttributes(error);
    this.#windows.countError(why[0]?.[1] ?? "Error");
    this.#recordEvent("failed", eventOf(id), (time, out) => {
      if (this.#failureLimit.allows(time)) {
        this.#stateEvent({ id: eventOf(id), as: ["failed"], time, status: "provml:Failed", attributes: why }, out);
      } else this.#windows.count("droppedRecord", 1);
    });
  }

  fallback(id: EventId | undefined, from: string, to: string): void {
    this.#recordEvent("fallback", undefined, (time, out) => {
      if (!this.#failureLimit.allows(time)) {
        this.#windows.count("droppedRecord", 1);
        return;
      }
      const attributes: BriefAttribute[] = [
        ["provml:fallbackFrom", shortText(from)],
        ["provml:fallbackTo", shortText(to)],
      ];
      this.#stateEvent({ id: eventOf(id), as: ["fallback"], time, attributes }, out);
    });
  }

  dropped(count = 1): void {
    this.#countOnly("dropped", count);
  }

  skipped(count = 1): void {
    this.#countOnly("skipped", count);
  }

  swap(model: object | string): void {
    if (!isFollowable(model))
      throw new ProvenanceError(
        "bad-argument",
        `swap() of ${this.#activity.label} takes a model: an object, a path or a URI`,
      );
    if (this.#isClosed) return;
    this.#windows.close(now());
    this.#activity.record((out) => {
      this.#windows.models = useModel(this.#activity, model, out);
      this.#windows.isSwapped = true;
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#activity.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #countOnly(what: "dropped" | "skipped", count: number): void {
    if (this.#isClosed || !(Number.isSafeInteger(count) && count > 0)) return;
    this.#windows.count(what, count);
    this.#windows.look(now());
  }

  /** Counts what happened with an event, and lets it be stated; whatever goes wrong is capture's own affair. */
  #recordEvent(
    what: "selected" | "failed" | "fallback",
    id: EventId | undefined,
    state: (time: number, out: Brief[]) => void,
  ): void {
    if (this.#isClosed) return;
    const { execution } = this.#activity;
    execution.faults.guard(() => {
      const time = now();
      this.#windows.count(what, 1, id);
      const out: Brief[] = [];
      execution.faults.guard(() => state(time, out));
      execution.write(out);
      this.#windows.look(time);
    });
  }

  #sample(score: number | undefined, latencyMs: number | undefined, id: EventId | undefined): void {
    const time = now();
    this.#windows.open(time);
    if (!this.#sampleLimit.allows(time)) {
      this.#windows.count("droppedRecord", 1);
      return;
    }
    this.#windows.count("sampled", 1);
    if (this.#sampled.length >= SAMPLE_BATCH) this.#writeSampled(); // not after it: the event may be selected next
    this.#sampled.push({ id, score, latencyMs, time, windowNumber: this.#windows.number });
  }

  #writeSampled(): void {
    const { execution, name: stream } = this.#activity;
    const sampled = this.#sampled;
    if (sampled.length === 0) return;
    this.#sampled = [];
    const { models } = this.#windows;
    const device = this.#device;
    const label = cleanName(this.#activity.label);
    execution.faults.guard(() => {
      const events = sampled.map(({ id, score, latencyMs = Number.NaN, time, windowNumber }): BriefEvent => {
        const event = id === undefined ? UNKNOWN : eventValue(id);
        const latency = Number.isFinite(latencyMs) ? latencyMs + 0 : UNKNOWN; // -0 is 0
        return [event, time, windowNumber, latency, score === undefined ? UNKNOWN : (scalarValue(score) ?? UNKNOWN)];
      });
      const told = device === undefined ? {} : { device };
      const id = execution.id();
      execution.write([{ kind: "events", id, stream, label, models, ...told, recordedAs: "sampled", events }]);
    });
  }

  #stateEvent(event: Omit<Parameters<typeof stateEvent>[1], "models" | "device" | "windowNumber">, out: Brief[]): Name {
    const { number: windowNumber, models } = this.#windows;
    return stateEvent(this.#activity, { windowNumber, models, device: this.#device, ...event }, out);
  }
}

/** Begins a stream inside the step around, or the execution. @throws {ProvenanceError} `bad-option`, `bad-argument` */
export function beginStream(execution: Execution, label: string, options: StreamOptions): InferenceStream | undefined {
  const settings = streamSettings(label, options);
  return execution.faults.guard(() => {
    const parent = stepAround(execution);
    const startTime = now();
    const activity = new Activity(execution, { name: execution.id(), kind: "inference", label, startTime, parent });
    parent.keepPart(activity);
    let models: readonly Name[] = [];
    activity.record((out) => {
      out.push({ kind: "parameters", id: execution.id(), activity: activity.name, values: parametersOf(settings) });
      if (settings.model !== undefined) models = useModel(activity, settings.model, out);
    });
    return new RecordedStream(activity, settings, models);
  });
}

const NO_ERROR: [string, string][] = [["provml:errorType", "Error"]];

/** What a program without types hands over may be no id. */
function eventOf(id: unknown): EventId | undefined {
  return typeof id === "number" || typeof id === "string" || typeof id === "bigint" ? id : undefined;
}

function useModel(activity: Activity, model: object | string, out: Brief[]): readonly Name[] {
  const entities = entitiesOf(activity.execution, model, { kind: "model" }, out);
  for (const entity of entities) stateUse(activity, entity, undefined, now(), out);
  return entities.map(({ name }) => name);
}

function parametersOf(settings: StreamSettings): Record<string, BriefValue> {
  const { window, sample, histogram, thresholds, device, timeEvery, parameters } = settings;
  return plainValues({
    ...(Number.isFinite(window.ms) ? { windowMs: window.ms } : {}),
    ...(window.events < MOST_EVENTS ? { windowEvents: window.events } : {}),
    sample,
    ...(sample > 0 ? { sampleHash: EVENT_HASH } : {}),
    histogram,
    ...(Object.keys(thresholds).length > 0 ? { threshold: thresholds } : {}),
    ...(device === undefined ? {} : { device }),
    ...(timeEvery > 1 ? { timeEvery } : {}),
    ...parameters,
  });
}

/** Looked through for secrets before it is cut: half of one looks like none. */
function shortText(text: unknown): string {
  return redact(String(text).slice(0, LONGEST_LOOK)).slice(0, LONGEST_STRING);
}
const LONGEST_LOOK = 4096;
