import { expandName, type Prefixes } from "../model/names.ts";
import type { SeriesDescription } from "../model/row.ts";

/** The series that a segment announces, by number. */
export class AnnouncedSeries {
  readonly #known = new Map<number, SeriesDescription>();
  readonly #refused = new Map<number, RefusedSeries>();

  get known(): ReadonlyMap<number, SeriesDescription> {
    return this.#known;
  }

  announce(number: number, { id, name, activity }: SeriesDescription, prefixes: Prefixes): void {
    const full = (brief: string) => expandName(brief, prefixes);
    try {
      this.#known.set(number, { id: full(id), name, activity: full(activity) });
    } catch (reason) {
      this.#refused.set(number, { series: { id, name, activity }, reason });
    }
  }

  /** Why no graph can hold the rows of a series; undefined where nothing is wrong with its names. */
  refused(number: number): RefusedSeries | undefined {
    return this.#refused.get(number);
  }
}

/** A series whose names no graph can hold, with the reason. */
export interface RefusedSeries {
  readonly series: SeriesDescription;
  readonly reason: unknown;
}
