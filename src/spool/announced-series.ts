import { expandName, type Prefixes } from "../model/names.ts";
import type { SeriesDescription } from "../model/row.ts";

/** The series that a segment announces, by number. */
export class AnnouncedSeries {
  readonly #known = new Map<number, SeriesDescription>();
  readonly #refused = new Map<number, RefusedSeries>();
  #characters = 0;

  /** About how much they take: what they are called, and what an entry costs beside it. */
  get characters(): number {
    return this.#characters;
  }

  get known(): ReadonlyMap<number, SeriesDescription> {
    return this.#known;
  }

  announce(number: number, { id, name, activity }: SeriesDescription, prefixes: Prefixes): void {
    const full = (brief: string) => expandName(brief, prefixes);
    try {
      const series = { id: full(id), name, activity: full(activity) };
      this.#known.set(number, series);
      this.#characters += ENTRY_CHARACTERS + series.id.length + name.length + series.activity.length;
    } catch (reason) {
      this.#refused.set(number, { series: { id, name, activity }, reason });
      this.#characters += ENTRY_CHARACTERS + `${id}${name}${activity}`.length;
    }
  }

  /** Why no graph can hold the rows of a series; undefined where nothing is wrong with its names. */
  refused(number: number): RefusedSeries | undefined {
    return this.#refused.get(number);
  }
}

const ENTRY_CHARACTERS = 100;

/** A series whose names no graph can hold, with the reason. */
export interface RefusedSeries {
  readonly series: SeriesDescription;
  readonly reason: unknown;
}
