import { ROW_FIELDS, type SeriesDescription } from "../model/row.ts";
import type { SeriesAnnouncement } from "./frame.ts";

/** No announcement may outgrow its frame. */
const LONGEST_NAME = 65_536;

/**
 * Knows which series a segment has announced. Each is announced before its first row in the segment, and once more before
 * the next rows or the segment's end, so that no single damage makes rows nameless.
 */
export class Announcements {
  readonly #series: { readonly announcement: SeriesAnnouncement; announcedIn: number }[] = [];
  #segment = -1;
  #announced = 0;
  #once: SeriesAnnouncement[] = [];

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
  }

  /** Writes what the waiting rows (the first `end` doubles) need. What a throwing write leaves undone comes again. */
  before(rows: Float64Array, end: number, write: (announcement: SeriesAnnouncement) => void): void {
    this.again(write);
    for (let at = 0; at < end && this.#announced < this.#series.length; at += ROW_FIELDS) {
      const series = this.#series[rows[at] as number];
      if (!series || series.announcedIn === this.#segment) continue;
      write(series.announcement);
      series.announcedIn = this.#segment;
      this.#announced++;
      this.#once.push(series.announcement);
    }
  }

  /** Writes the second copies that are due. */
  again(write: (announcement: SeriesAnnouncement) => void): void {
    if (this.#once.length === 0) return;
    for (const announcement of this.#once) write(announcement);
    this.#once = [];
  }
}
