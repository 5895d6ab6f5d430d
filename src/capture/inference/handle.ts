import type { EventId } from "./event-hash.ts";
import type { EventDetails } from "./event-record.ts";

/**
 * The inferences of one model at a rate at which a record of each would be too dear. They are counted in windows, one activity each; selected, sampled and
 * failed events and fallbacks have a record of their own. Only `record` and the like say that an event was offered: `selected` and `fallback` say more of
 * an event that is recorded besides. None of its methods throws, waits, or keeps what it is given; an argument
 * that it cannot take is an operating fault (`prov.stats()`).
 */
export interface InferenceStream {
  /** The stream's activity: its absolute IRI. */
  readonly id: string;
  /**
   * An event was scored. `latencyMs` in milliseconds; without it the clock is read to know when the window ends. Without an id the stream's own count,
   * from 0, decides whether the event is sampled.
   */
  record(score: number | undefined, latencyMs?: number, id?: EventId): void;
  /** The start of an inference, for `end`; NaN where this one is not timed. */
  begin(): number;
  /** An event was scored that began then. */
  end(began: number, score: number | undefined, id?: EventId): void;
  /** The event was accepted: always a record of its own. */
  selected(id: EventId, details?: EventDetails): void;
  /** An event could not be scored. */
  failed(id: EventId | undefined, error?: unknown): void;
  /** The event was scored by other means than meant, e.g. `("cuda:0", "cpu")`. */
  fallback(id: EventId | undefined, from: string, to: string): void;
  /** Events that the program was offered and lost: a full queue, a timeout. */
  dropped(count?: number): void;
  /** Events that were not to be scored: a prescale, a veto. */
  skipped(count?: number): void;
  /** From here on another model scores, or the same one in a new state. The window is split: none holds events of two. */
  swap(model: object | string): void;
  /** Closes the window, and the stream. */
  close(): void;
  [Symbol.dispose](): void;
}
