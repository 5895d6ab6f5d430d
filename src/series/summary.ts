import { ProvenanceError } from "../model/error.ts";
import { type SeriesColumns, sequenceOf } from "./columns.ts";
import { RowDigest } from "./digest.ts";

/** What is stated of a series once its writer's stream has ended. Pure function of its rows in writer order. */
export interface SeriesSummary {
  readonly rowCount: number;
  /** Rows whose value is NaN; minimum and maximum leave them out, and are absent when there is nothing else. */
  readonly nanCount: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly firstValue: number;
  readonly lastValue: number;
  readonly lastStep: number;
  /** The digest of the series' rows alone: see {@link digestRows}. */
  readonly rowsDigest: string;
}

/** Summaries of any number of series, built batch by batch from rows in writer order, each row once. */
export class SeriesSummaries {
  readonly #running = new Map<string, Running>();

  /** @throws {ProvenanceError} `bad-argument` when a row does not come after the last one of its series and writer. */
  add(columns: SeriesColumns): void {
    const { writer, series, index, step, value, time } = columns;
    const running: Running[] = [];
    for (let row = 0; row < index.length; row++) {
      const position = index[row]!;
      running[position] ??= this.#of(series[position]!.id);
      addRow(running[position], writer, step[row]!, value[row]!, time[row]!, sequenceOf(columns, row));
    }
  }

  /** The summary of the rows so far, or undefined when there was none of this series. */
  get(series: string): SeriesSummary | undefined {
    const running = this.#running.get(series);
    return running && summaryOf(running);
  }

  /** IRI and summary of each series, in the order of their first rows. */
  *entries(): Generator<[series: string, summary: SeriesSummary]> {
    for (const [series, running] of this.#running) yield [series, summaryOf(running)];
  }

  #of(series: string): Running {
    let running = this.#running.get(series);
    if (!running) {
      running = {
        series,
        digest: new RowDigest([series.toWellFormed()]),
        writer: "",
        sequence: -1,
        rowCount: 0,
        nanCount: 0,
        minimum: Number.POSITIVE_INFINITY,
        maximum: Number.NEGATIVE_INFINITY,
        firstValue: 0,
        lastValue: 0,
        lastStep: 0,
      };
      this.#running.set(series, running);
    }
    return running;
  }
}

interface Running {
  readonly series: string;
  readonly digest: RowDigest;
  writer: string;
  sequence: number;
  rowCount: number;
  nanCount: number;
  minimum: number;
  maximum: number;
  firstValue: number;
  lastValue: number;
  lastStep: number;
}

function addRow(running: Running, writer: string, step: number, value: number, time: number, sequence: number): void {
  if (writer === running.writer ? sequence <= running.sequence : writer < running.writer) {
    throw new ProvenanceError(
      "bad-argument",
      `summary of ${running.series}: row ${sequence} of writer ${writer} comes after row ${running.sequence} of ${running.writer}; merge files first`,
    );
  }
  running.writer = writer;
  running.sequence = sequence;
  if (running.rowCount === 0) running.firstValue = value;
  running.rowCount += 1;
  running.lastValue = value;
  running.lastStep = step;
  if (Number.isNaN(value)) running.nanCount += 1;
  else {
    // Math.min and Math.max put -0 below 0; the comparison operators hold them for equal.
    running.minimum = Math.min(running.minimum, value);
    running.maximum = Math.max(running.maximum, value);
  }
  running.digest.add(0, step, value, time, sequence);
}

function summaryOf(running: Running): SeriesSummary {
  const { rowCount, nanCount, minimum, maximum, firstValue, lastValue, lastStep, digest } = running;
  const bounds = nanCount < rowCount ? { minimum, maximum } : {};
  return { rowCount, nanCount, ...bounds, firstValue, lastValue, lastStep, rowsDigest: digest.hex() };
}
