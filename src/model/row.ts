/** Bytes of one row on disk: four doubles, series · step · value · time. */
export const ROW_BYTES = 32;
/** Doubles in one row. */
export const ROW_FIELDS = 4;

/** One number of a series. */
export interface Row {
  /** The series' IRI. */
  readonly series: string;
  /** The step (epoch, batch, event number) as the program gave it; exact up to 2⁵³. */
  readonly step: number;
  readonly value: number;
  /** Milliseconds since 1970-01-01T00:00Z, with fraction. */
  readonly time: number;
  /** The writer's sequence number of this row: (writer, sequence) is unique, and order within a writer. */
  readonly sequence: number;
}

/** What a series is, as it was announced before its first row. */
export interface SeriesDescription {
  /** The series' IRI. */
  readonly id: string;
  /** The measure's name, e.g. `loss`. */
  readonly name: string;
  /** The IRI of the activity that the rows are about. */
  readonly activity: string;
}
