import { statSync } from "node:fs";
import type { ReadingPlace, SegmentFile } from "../spool/reader.ts";
import type { AnnouncedSeries } from "./announced-series.ts";
import type { SegmentOutcome } from "./report.ts";

/** What a pass leaves for the next one of the same process: how far it came in a segment. Only ever saves work. */
export interface RememberedSegment {
  readonly outcome: SegmentOutcome;
  /** The bytes that the file had when reading began. */
  readonly bytes: number;
  readonly movedAt: number;
  readonly place: ReadingPlace | undefined;
  readonly series: AnnouncedSeries;
}

/** A segment that announces more series is read anew each time, so that memory is bounded. */
const MOST_SERIES = 10_000;
const MOST_SEGMENTS = 20_000;

/** What is still written is moved when so much has come, or when it has waited for the time that the flusher was told. */
const DUE_BYTES = 1024 * 1024;

export class RememberedSegments {
  readonly #lagMs: number;
  readonly #now: () => number;
  #segments = new Map<string, RememberedSegment>();

  constructor(lagMs: number, now: () => number) {
    this.#lagMs = lagMs;
    this.#now = now;
  }

  get now(): number {
    return this.#now();
  }

  of({ writer, segment }: SegmentFile): RememberedSegment | undefined {
    return this.#segments.get(`${writer}-${segment}`);
  }

  set({ writer, segment }: SegmentFile, remembered: RememberedSegment): void {
    const key = `${writer}-${segment}`;
    if (remembered.series.known.size > MOST_SERIES) this.#segments.delete(key);
    else if (this.#segments.size < MOST_SEGMENTS || this.#segments.has(key)) this.#segments.set(key, remembered);
  }

  /** Forgets what is no longer in the spool. */
  keepOnly(listed: readonly SegmentFile[]): void {
    const left = new Map<string, RememberedSegment>();
    for (const { writer, segment } of listed) {
      const key = `${writer}-${segment}`;
      const known = this.#segments.get(key);
      if (known !== undefined) left.set(key, known);
    }
    this.#segments = left;
  }

  /** Whether there is something to move in a segment that has been read before. */
  isDue(path: string, { outcome, bytes, movedAt }: RememberedSegment): boolean {
    if (outcome.isSettled) return false;
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return true; // sealed or taken meanwhile
    return size !== bytes && (size - bytes >= DUE_BYTES || this.#now() - movedAt >= this.#lagMs);
  }
}
