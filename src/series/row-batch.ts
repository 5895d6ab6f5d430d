import type { SeriesDescription } from "../model/row.ts";
import type { SeriesColumns } from "./columns.ts";

/** Rows of one writer as they come out of frames, gathered into columns. */
export class RowBatch {
  readonly #writer: string;
  readonly #known: ReadonlyMap<number, SeriesDescription>;
  readonly #frames: { readonly sequence: number; readonly rows: Float64Array }[] = [];
  #length = 0;

  constructor(writer: string, known: ReadonlyMap<number, SeriesDescription>) {
    this.#writer = writer;
    this.#known = known;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes (and keeps) quadruples series number, step, value, time; the first has the sequence number, the next ones those after it. */
  add(sequence: number, rows: Float64Array): void {
    this.#frames.push({ sequence, rows });
    this.#length += rows.length / 4;
  }

  columns(): SeriesColumns {
    const length = this.#length;
    const columns = {
      index: new Int32Array(length),
      step: new Float64Array(length),
      value: new Float64Array(length),
      time: new Float64Array(length),
      sequence: new Float64Array(length),
    };
    const series: SeriesDescription[] = [];
    const positions = new Map<number, number>();
    const byId = new Map<string, number>();
    let at = 0;
    for (const { sequence, rows } of this.#frames) {
      for (let i = 0; i < rows.length; i += 4, at++) {
        const number = rows[i] as number;
        let position = positions.get(number);
        if (position === undefined) {
          const description = this.#known.get(number) as SeriesDescription;
          // Two numbers may stand for one series.
          position = byId.get(description.id) ?? series.push(description) - 1;
          byId.set(description.id, position);
          positions.set(number, position);
        }
        columns.index[at] = position;
        columns.step[at] = rows[i + 1] as number;
        columns.value[at] = rows[i + 2] as number;
        columns.time[at] = rows[i + 3] as number;
        columns.sequence[at] = sequence + i / 4;
      }
    }
    return { writer: this.#writer, series, firstSequence: columns.sequence[0] ?? 0, ...columns };
  }
}
