import { type BriefEvent, UNKNOWN } from "../../model/sampled-events.ts";
import type { Activity } from "../activity.ts";
import { now } from "../clock.ts";
import { cleanName } from "../secrets.ts";
import { scalarValue } from "../values.ts";
import type { EventId } from "./event-hash.ts";
import { eventValue } from "./event-range.ts";
import { RateLimit } from "./rate-limit.ts";
import type { InferenceWindows } from "./windows.ts";

/** Sampled events wait for each other, so that one write serves many; for the end of their window at the longest. */
const SAMPLE_BATCH = 32;

export interface Sampled {
  readonly id: EventId | undefined;
  readonly score: number | undefined;
  readonly latencyMs: number | undefined;
  readonly time: number;
  readonly windowNumber: number;
}

/** The sampled events of a stream that are still to be written. */
export class SampledEvents {
  readonly #stream: Activity;
  readonly #windows: InferenceWindows;
  readonly #device: string | undefined;
  readonly #limit: RateLimit;
  #waiting: Sampled[] = [];

  constructor(
    stream: Activity,
    windows: InferenceWindows,
    { device, recordsPerSecond }: { readonly device: string | undefined; readonly recordsPerSecond: number },
  ) {
    this.#stream = stream;
    this.#windows = windows;
    this.#device = device;
    this.#limit = new RateLimit(recordsPerSecond);
  }

  /** The one that came last, where it is not written yet. */
  get last(): Sampled | undefined {
    return this.#waiting.at(-1);
  }

  /** The one that came last has a record of its own. */
  takeLast(): void {
    this.#waiting.pop();
  }

  add(score: number | undefined, latencyMs: number | undefined, id: EventId | undefined): void {
    const time = now();
    const windows = this.#windows;
    windows.open(time);
    if (!this.#limit.allows(time)) {
      windows.count("droppedRecord", 1);
      return;
    }
    windows.count("sampled", 1);
    if (this.#waiting.length >= SAMPLE_BATCH) this.write(); // not after it: the event may be selected next
    this.#waiting.push({ id, score, latencyMs, time, windowNumber: windows.number });
  }

  write(): void {
    const { execution, name: stream } = this.#stream;
    const sampled = this.#waiting;
    if (sampled.length === 0) return;
    this.#waiting = [];
    const { models } = this.#windows;
    const device = this.#device;
    const label = cleanName(this.#stream.label);
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
}
