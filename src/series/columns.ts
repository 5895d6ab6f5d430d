import type { Row, SeriesDescription } from "../model/row.ts";

/** Rows of one writer, in the writer's order, as columns of equal length. */
export interface SeriesColumns {
  /** The name of the writer that gave out the sequence numbers. */
  readonly writer: string;
  readonly series: readonly SeriesDescription[];
  /** Of each row: the position of its series in `series`. */
  readonly index: Int32Array;
  readonly step: Float64Array;
  readonly value: Float64Array;
  /** Milliseconds since 1970-01-01T00:00Z. Files keep microseconds; what is not representable in them reads as NaN. */
  readonly time: Float64Array;
  /** The sequence number of the first row; the following ones count up by one unless `sequence` says otherwise. */
  readonly firstSequence: number;
  /** The sequence number of each row, rising; needed where drops have left gaps. */
  readonly sequence?: Float64Array;
}

export function sequenceOf(columns: SeriesColumns, row: number): number {
  return columns.sequence ? columns.sequence[row]! : columns.firstSequence + row;
}

export function lastSequenceOf(columns: SeriesColumns): number {
  return columns.index.length === 0 ? columns.firstSequence : sequenceOf(columns, columns.index.length - 1);
}

/** The rows one by one. Objects cost much more than columns: for small numbers of rows. */
export function* rowsOf(columns: SeriesColumns): Generator<Row> {
  const { series, index, step, value, time } = columns;
  for (let row = 0; row < index.length; row++) {
    yield {
      series: series[index[row]!]!.id,
      step: step[row]!,
      value: value[row]!,
      time: time[row]!,
      sequence: sequenceOf(columns, row),
    };
  }
}

/**
 * Whole microseconds since 1970 of a time in milliseconds, as files and digests hold it: a Parquet timestamp that DuckDB,
 * pandas and Spark all read has microseconds at best. NaN for what is no time or lies outside the years 1684 to 2255,
 * beyond which a double cannot count microseconds.
 */
export function microseconds(time: number): number {
  const whole = Math.round(time * 1000);
  return Number.isSafeInteger(whole) ? whole + 0 : Number.NaN;
}
