import type { Brief, Name } from "../../model/brief.ts";
import { ProvenanceError } from "../../model/error.ts";
import type { Activity } from "../activity.ts";
import { isFollowable } from "../checks.ts";
import { now } from "../clock.ts";
import type { BriefAttribute } from "../content/shape.ts";
import { failureAttributes } from "../failure.ts";
import { entitiesOf, stateUse } from "../flow.ts";
import { redact } from "../secrets.ts";
import { LONGEST_STRING } from "../values.ts";
import { WrongArguments } from "./arguments.ts";
import { Histogram, Sketch } from "./distributions.ts";
import { type EventId, eventHash } from "./event-hash.ts";
import { type EventDetails, type RecordedAs, stateDetails, stateEvent } from "./event-record.ts";
import type { InferenceStream } from "./handle.ts";
import type { StreamSettings } from "./options.ts";
import { RateLimit } from "./rate-limit.ts";
import { SampledEvents } from "./sampled.ts";
import { InferenceWindows } from "./windows.ts";

/** 2³²: all values of the hash. */
const HASHES = 2 ** 32;

export class RecordedStream implements InferenceStream {
  readonly #activity: Activity;
  readonly #settings: StreamSettings;
  readonly #windows: InferenceWindows;
  readonly #device: string | undefined;
  readonly #sampled: SampledEvents;
  /** Hashes below it are sampled. */
  readonly #sampledBelow: number;
  readonly #failureLimit: RateLimit;
  readonly #wrong: WrongArguments;
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
    this.#failureLimit = new RateLimit(recordsPerSecond);
    this.#wrong = new WrongArguments(activity.label, activity.execution.faults);
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
      beforeClose: () => this.#sampled.write(),
    });
    this.#sampled = new SampledEvents(activity, this.#windows, { device, recordsPerSecond });
  }

  get id(): string {
    return this.#activity.id;
  }

  // The hot path: scalars only. What is sampled is looked after before the event is counted, so that it is in the window that its record names.
  record(score: number | undefined, latencyMs?: number, id?: EventId): void {
    if (this.#isClosed) return;
    const known =
      typeof score === "number" || score === undefined ? score : this.#wrong.number("record", "score", score);
    const took =
      typeof latencyMs === "number" || latencyMs === undefined
        ? latencyMs
        : this.#wrong.number("record", "latencyMs", latencyMs);
    const event = this.#wrong.id("record", id);
    const count = this.#count++;
    if (this.#sampledBelow > 0 && eventHash(event ?? count) < this.#sampledBelow) this.#sampled.add(known, took, event);
    this.#windows.processed(known, took, event);
  }

  begin(): number {
    if (--this.#untilTimed > 0) return Number.NaN;
    this.#untilTimed = this.#settings.timeEvery;
    return now();
  }

  end(began: number, score: number | undefined, id?: EventId): void {
    if (typeof began !== "number") this.#wrong.report("end", "began", "what begin() gave", began);
    this.record(score, typeof began === "number" && !Number.isNaN(began) ? now() - began : Number.NaN, id);
  }

  selected(id: EventId, details: EventDetails = {}): void {
    const isObject = typeof details === "object" && details !== null;
    if (!isObject) this.#wrong.report("selected", "details", "an object", details);
    const known: EventDetails = isObject ? details : {};
    this.#recordEvent("selected", undefined, (time, out) => {
      const last = this.#sampled.last;
      const isSampled = last !== undefined && last.id !== undefined && last.id === id;
      const as: RecordedAs[] = isSampled ? ["selected", "sampled"] : ["selected"];
      const latencyMs = known.latencyMs ?? (isSampled ? last.latencyMs : undefined);
      const name = this.#stateEvent({ id: this.#wrong.id("selected", id), as, time, latencyMs }, out);
      if (isSampled) this.#sampled.takeLast();
      stateDetails(this.#activity, name, known, isSampled ? last.score : undefined, time, out);
    });
  }

  failed(id: EventId | undefined, error?: unknown): void {
    if (this.#isClosed) return;
    const event = this.#wrong.id("failed", id);
    const why = error === undefined ? NO_ERROR : failureAttributes(error);
    this.#windows.countError(why[0]?.[1] ?? "Error");
    this.#recordEvent("failed", event, (time, out) => {
      if (this.#failureLimit.allows(time)) {
        this.#stateEvent({ id: event, as: ["failed"], time, status: "provml:Failed", attributes: why }, out);
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
      this.#stateEvent({ id: this.#wrong.id("fallback", id), as: ["fallback"], time, attributes }, out);
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
    if (this.#isClosed || count === 0) return;
    if (!Number.isSafeInteger(count) || count < 0) {
      this.#wrong.report(what, "count", "a whole number, 0 or more", count);
      return;
    }
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

  #stateEvent(event: Omit<Parameters<typeof stateEvent>[1], "models" | "device" | "windowNumber">, out: Brief[]): Name {
    const { number: windowNumber, models } = this.#windows;
    return stateEvent(this.#activity, { windowNumber, models, device: this.#device, ...event }, out);
  }
}

const NO_ERROR: [string, string][] = [["provml:errorType", "Error"]];

/** States that a stream uses a model from here on. @returns the names of its entities. */
export function useModel(activity: Activity, model: object | string, out: Brief[]): readonly Name[] {
  const entities = entitiesOf(activity.execution, model, { kind: "model" }, out);
  for (const entity of entities) stateUse(activity, entity, undefined, now(), out);
  return entities.map(({ name }) => name);
}

/** Looked through for secrets before it is cut: half of one looks like none. */
function shortText(text: unknown): string {
  return redact(String(text).slice(0, LONGEST_LOOK)).slice(0, LONGEST_STRING);
}
const LONGEST_LOOK = 4096;
