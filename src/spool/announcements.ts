import { ROW_FIELDS, type SeriesDescription } from "../model/row.ts";
import type { SeriesAnnouncement } from "./frame.ts";

/** No announcement may outgrow its frame. */
const LONGEST_NAME = 65_536;

/** Disks lose sectors of 512 or 4096 bytes. */
const FAR_BYTES = 4096;

/**
 * Knows which series a segment has announced. Each is announced before its first row in the segment, and once more before
 * the next rows or the segment's end, so that no single damage makes rows nameless; where both lie so close that one broken
 * sector takes them together, a third time at the segment's end.
 */
export class Announcements {
  readonly #series: { readonly announcement: SeriesAnnouncement; announcedIn: number }[] = [];
  #segment = -1;
  #announced = 0;
  #once: Placed[] = [];
  /** Announced twice, in the same place so to speak. */
  #near: Placed[] = [];

  add({ id, name, activity }: SeriesDescription): number {
    const number = this.#series.length;
    this.#series.push({ announcement: { number, id, name: name.slice(0, LONGEST_NAME), activity }, announcedIn: -1 });
    return number;
  }

  /** A new segment knows none. */
  begin(segment: number): void {
    this.#segment = segment;
    this.#announced = 0;
    this.#once = [];
    this.#near = [];
  }

  /** Writes what the waiting rows (the first `end` doubles) need. What a throwing write leaves undone comes again. */
  before(rows: Float64Array, end: number, position: number, write: Write): void {
    this.#again(position, write);
    for (let at = 0; at < end && this.#announced < this.#series.length; at += ROW_FIELDS) {
      const series = this.#series[rows[at] as number];
      if (!series || series.announcedIn === this.#segment) continue;
      write(series.announcement);
      series.announcedIn = this.#segment;
      this.#announced++;
      this.#once.push({ announcement: series.announcement, position });
    }
  }

  /** Writes the second copies that are due. */
  #again(position: number, write: Write): void {
    if (this.#once.length === 0) return;
    for (const { announcement, position: first } of this.#once) {
      write(announcement);
      if (position - first < FAR_BYTES) this.#near.push({ announcement, position });
    }
    this.#once = [];
  }

  /** Writes what is due before the segment's end. */
  last(position: number, write: Write): void {
    this.#again(position, write);
    for (const near of this.#near) if (position - near.position >= FAR_BYTES) write(near.announcement);
    this.#near = [];
  }
}

type Write = (announcement: SeriesAnnouncement) => void;

/** An announcement, and about where it was written. */
interface Placed {
  readonly announcement: SeriesAnnouncement;
  readonly position: number;
}
