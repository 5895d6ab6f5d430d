import { clearTimeout, setTimeout } from "node:timers";
import type { Brief, BriefValue, Name } from "../../model/brief.ts";
import type { Activity } from "../activity.ts";
import { now } from "../clock.ts";
import type { BriefAttribute } from "../content/shape.ts";
import { cleanName } from "../secrets.ts";
import { type Distribution, Sketch } from "./distributions.ts";
import type { EventId } from "./event-hash.ts";
import { EventRange } from "./event-range.ts";
import type { WindowLimits } from "./options.ts";

/** What a window counts, and how it is stated, in that order. All that was offered is processed, failed, dropped or skipped. */
const COUNTS = {
  processed: "provml:processedCount",
  failed: "provml:failedCount",
  dropped: "provml:droppedCount",
  sampled: "provml:sampledCount",
  selected: "provml:selectedCount",
  skipped: "provml:skippedCount",
  fallback: "provml:fallbackCount",
  droppedRecord: "provml:droppedRecordCount",
} as const;
type Counted = keyof typeof COUNTS;
const COUNTED = Object.keys(COUNTS) as Counted[];
const PROCESSED = 0;
const OFFERED = (["processed", "failed", "dropped", "skipped"] as const).map((what) => COUNTED.indexOf(what));
/** Those that are stated where they are 0 too. */
const ALWAYS_STATED = 5;

/** What one name's windows have in common. */
export interface WindowsOf {
  /** What the windows are part of. */
  readonly owner: Activity;
  readonly label: string;
  readonly limits: WindowLimits;
  readonly models: readonly Name[];
  readonly scores?: Distribution | undefined;
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly device?: string | undefined;
  readonly sample?: number;
  /** The number of the next window among those of this owner and label. */
  readonly nextNumber: () => number;
  /** What must be written before a window closes. */
  readonly beforeClose?: () => void;
}

/** Classes of errors that are counted one by one in a window; all others are one more. */
const MOST_ERROR_TYPES = 32;
/** The clock is read once in so many events, more often where they take long: each costs 1 and its milliseconds. */
const PATIENCE = 16;
/** How late the timer may be in a program that is busy. */
const MOST_LATE_MS = 50;

/** One window after the other: what is counted, and the statement of it when it closes. */
export class InferenceWindows {
  /** The open window's, or the last one's. */
  number = 0;
  models: readonly Name[];
  /** Whether another model came with the next window. */
  isSwapped = false;
  readonly #of: WindowsOf;
  readonly #scores: Distribution | undefined;
  readonly #latencies = new Sketch();
  readonly #counts = new Float64Array(COUNTED.length);
  readonly #events = new EventRange();
  readonly #thresholds: Float64Array;
  readonly #passed: Float64Array;
  readonly #mostEvents: number;
  #errorTypes: Map<string, number> | undefined;
  #isOpen = false;
  #startTime = 0;
  #patience = PATIENCE;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(of: WindowsOf) {
    this.#of = of;
    this.#scores = of.scores;
    this.models = of.models;
    this.#mostEvents = of.limits.events;
    this.#thresholds = Float64Array.from(Object.values(of.thresholds ?? {}));
    this.#passed = new Float64Array(this.#thresholds.length);
  }

  get owner(): Activity {
    return this.#of.owner;
  }

  /** Counts an event that a model answered. Without a score there is none to count; a latency of NaN was not measured this time. */
  processed(score: number | undefined, latencyMs: number | undefined, id: EventId | undefined): void {
    if (!this.#isOpen) this.open(now());
    const counts = this.#counts;
    const count = (counts[PROCESSED] as number) + 1;
    counts[PROCESSED] = count;
    if (id !== undefined) this.#events.add(id);
    if (score !== undefined) {
      this.#scores?.add(score);
      for (let i = 0; i < this.#thresholds.length; i++)
        if (score >= (this.#thresholds[i] as number)) this.#passed[i] = (this.#passed[i] as number) + 1;
    }
    if (latencyMs === undefined) {
      this.#patience = 0; // nothing tells how long this took
    } else {
      if (!Number.isNaN(latencyMs)) this.#latencies.add(latencyMs);
      this.#patience -= latencyMs > 0 ? 1 + latencyMs : 1;
    }
    if (this.#patience <= 0) this.look(now());
    if (count >= this.#mostEvents) this.close(now());
  }

  count(what: Counted, count: number, id?: EventId): void {
    if (!this.#isOpen) this.open(now());
    const at = COUNTED.indexOf(what);
    this.#counts[at] = (this.#counts[at] as number) + count;
    if (id !== undefined) this.#events.add(id);
  }

  countError(type: string): void {
    this.#errorTypes ??= new Map();
    const isOther = this.#errorTypes.size >= MOST_ERROR_TYPES && !this.#errorTypes.has(type);
    const key = isOther ? "…" : type;
    this.#errorTypes.set(key, (this.#errorTypes.get(key) ?? 0) + 1);
  }

  /** Closes the window where its time is over and its timer had no turn: a call should not have to wait for that. */
  look(time: number): void {
    this.#patience = PATIENCE;
    if (time - this.#startTime >= this.#of.limits.ms + MOST_LATE_MS) this.close(time);
  }

  open(time: number): void {
    if (this.#isOpen) return;
    const { owner, limits, nextNumber } = this.#of;
    this.#isOpen = true;
    this.#startTime = time;
    this.#patience = PATIENCE;
    this.number = nextNumber();
    owner.execution.openWindows.add(this);
    if (limits.ms === Number.POSITIVE_INFINITY || owner.execution.isEnded) return;
    this.#timer = setTimeout(() => this.close(now()), limits.ms).unref();
  }

  /** States what the open window came to; the next event opens another one. */
  close(time: number): void {
    if (!this.#isOpen) return;
    const { owner, beforeClose } = this.#of;
    const { execution } = owner;
    execution.faults.guard(() => beforeClose?.());
    this.#isOpen = false;
    clearTimeout(this.#timer);
    execution.openWindows.delete(this);
    execution.faults.guard(() => {
      const out: Brief[] = [];
      owner.start(out);
      this.#state(Math.max(time, this.#startTime), out);
      execution.write(out);
    });
    this.#counts.fill(0);
    this.#passed.fill(0);
    this.#events.clear();
    this.#errorTypes = undefined;
    this.isSwapped = false;
  }

  #state(endTime: number, out: Brief[]): void {
    const { owner, device, sample = 0 } = this.#of;
    const label = cleanName(this.#of.label);
    const id = owner.execution.id();
    const attributes: BriefAttribute[] = [
      ["prov:type", { name: "provml:InferenceWindowExecution" }],
      ["rdfs:label", `${label} window ${this.number}`],
      ["provml:inferenceName", label],
      ["dcterms:isPartOf", { name: owner.name }],
      ["provml:status", { name: "provml:Completed" }],
      ["provml:windowNumber", this.number],
      ["provml:offeredCount", OFFERED.reduce((sum, at) => sum + (this.#counts[at] as number), 0)],
    ];
    COUNTED.forEach((what, i) => {
      const count = this.#counts[i] as number;
      if (i < ALWAYS_STATED || count > 0) attributes.push([COUNTS[what], count]);
    });
    if (sample > 0) attributes.push(["provml:sampleRate", { value: String(sample), type: "xsd:double" }]);
    if (device !== undefined) attributes.push(["provml:device", device]);
    attributes.push(...this.#events.attributes());
    if (this.isSwapped) attributes.push(...this.#events.boundary());
    pushJson(attributes, "provml:scores", this.#scores?.take());
    pushJson(attributes, "provml:latencies", this.#latencies.take());
    if (this.#passed.length > 0) {
      const passed = Object.keys(this.#of.thresholds ?? {}).map((name, i) => [cleanName(name), this.#passed[i]]);
      pushJson(attributes, "provml:decisions", JSON.stringify(Object.fromEntries(passed)));
    }
    if (this.#errorTypes) pushJson(attributes, "provml:failures", JSON.stringify(Object.fromEntries(this.#errorTypes)));
    out.push({ kind: "activity", id, startTime: this.#startTime, endTime, attributes });
    for (const entity of this.models) out.push({ kind: "used", activity: id, entity });
  }
}

function pushJson(attributes: BriefAttribute[], name: Name, json: string | undefined): void {
  if (json !== undefined) attributes.push([name, { value: json, type: "rdf:JSON" } satisfies BriefValue]);
}
