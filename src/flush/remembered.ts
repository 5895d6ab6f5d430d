import { statSync } from "node:fs";
import type { AnnouncedSeries } from "../spool/announced-series.ts";
import type { ReadingPlace, SegmentFile } from "../spool/reader.ts";
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

/** What series are called may take so many characters, of all segments together; one that does not fit is read anew each time. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
const MOST_SEGMENTS = 20_000;

/** What is still written is moved when so much has come, or when it has waited for the time that the flusher was told. */
const DUE_BYTES = 1024 * 1024;

export class RememberedSegments {
  readonly #lagMs: number;
  readonly #now: () => number;
  readonly #mostCharacters: number;
  readonly #segments = new Map<string, RememberedSegment & { readonly characters: number }>();
  #characters = 0;

  constructor(lagMs: number, now: () => number, mostCharacters = MOST_CHARACTERS) {
    this.#lagMs = lagMs;
    this.#now = now;
    this.#mostCharacters = mostCharacters;
  }

  /** What the series that are remembered are called, in characters. */
  get characters(): number {
    return this.#characters;
  }

  get now(): number {
    return this.#now();
  }

  of({ writer, segment }: SegmentFile): RememberedSegment | undefined {
    return this.#segments.get(`${writer}-${segment}`);
  }

  set({ writer, segment }: SegmentFile, remembered: RememberedSegment): void {
    const key = `${writer}-${segment}`;
    this.#forget(key);
    const { characters } = remembered.series;
    if (this.#segments.size >= MOST_SEGMENTS || this.#characters + characters > this.#mostCharacters) return;
    this.#segments.set(key, { ...remembered, characters });
    this.#characters += characters;
  }

  /** Forgets what is no longer in the spool. */
  keepOnly(listed: readonly SegmentFile[]): void {
    const left = new Set(listed.map(({ writer, segment }) => `${writer}-${segment}`));
    for (const key of this.#segments.keys()) if (!left.has(key)) this.#forget(key);
  }

  #forget(key: string): void {
    this.#characters -= this.#segments.get(key)?.characters ?? 0;
    this.#segments.delete(key);
  }

  /** Whether there is something to move in a segment that has been read before. */
  isDue(path: string, { outcome, bytes, movedAt }: RememberedSegment): boolean {
    if (outcome.isSettled) return false;
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return true; // sealed or taken meanwhile
    return size !== bytes && (size - bytes >= DUE_BYTES || this.#now() - movedAt >= this.#lagMs);
  }
}
