import { type SeriesColumns, sequenceOf } from "../../series/columns.ts";
import { mergeColumns, readRows } from "../../series/merge.ts";
import { pendingRows } from "../pending/pending-rows.ts";
import type { Source } from "../source.ts";

/** What the rows of a series come to, as far as they are known now. */
export interface RowSummary {
  readonly rowCount: number;
  /** Absent where every value is NaN. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly firstValue: number;
  readonly lastValue: number;
  readonly lastStep: number;
}

/**
 * The rows of one series, by writer in its order, each (writer, sequence) once, from Parquet files and from the spool. The spool
 * is read first: what is moved meanwhile then comes twice, and is merged.
 */
export async function rowsOfSeries(source: Source, execution: string, series: string): Promise<SeriesColumns[]> {
  const { place, problems } = source;
  if (place === undefined) return [];
  const byWriter = new Map<string, SeriesColumns[]>();
  const add = (columns: SeriesColumns) => {
    const batches = byWriter.get(columns.writer);
    if (batches) batches.push(columns);
    else byWriter.set(columns.writer, [columns]);
  };
  for (const columns of pendingRows(place, problems, execution)) {
    const kept = only(columns, series);
    if (kept.index.length > 0) add(kept);
  }
  for await (const columns of readRows(place.series, { execution, series })) add(columns);
  const writers = [...byWriter.keys()].sort();
  return writers.map((writer) => merge(writer, byWriter.get(writer) as SeriesColumns[]));
}

/** The summaries of all series of an execution, by the series' IRI. Rows are looked at one by one and not kept. */
export async function summariesOf(source: Source, execution: string): Promise<Map<string, RowSummary>> {
  const { place, problems } = source;
  const running = new Map<string, Running>();
  if (place === undefined) return running;
  const pending = new Map<string, [first: number, last: number][]>();
  for (const columns of pendingRows(place, problems, execution)) {
    addRows(running, columns);
    noteRange(pending, columns);
  }
  // A flusher that was stopped at the wrong moment leaves rows in both places.
  for await (const columns of readRows(place.series, { execution }))
    addRows(running, columns, pending.get(columns.writer));
  return running;
}

/** The sequence numbers that the spool holds rows of, by writer: a frame's numbers are whole ranges. */
function noteRange(ranges: Map<string, [first: number, last: number][]>, columns: SeriesColumns): void {
  if (columns.index.length === 0) return;
  const range: [number, number] = [sequenceOf(columns, 0), sequenceOf(columns, columns.index.length - 1)];
  const known = ranges.get(columns.writer);
  const before = known?.at(-1);
  if (before && before[1] + 1 === range[0]) before[1] = range[1];
  else if (known) known.push(range);
  else ranges.set(columns.writer, [range]);
}

interface Running {
  rowCount: number;
  minimum?: number;
  maximum?: number;
  firstValue: number;
  lastValue: number;
  lastStep: number;
  first: Place;
  last: Place;
}

interface Place {
  readonly writer: string;
  readonly sequence: number;
}

function addRows(
  running: Map<string, Running>,
  columns: SeriesColumns,
  known: readonly (readonly [first: number, last: number])[] = [],
): void {
  const { writer, series, index, step, value } = columns;
  for (let row = 0; row < index.length; row++) {
    const sequence = sequenceOf(columns, row);
    if (known.some(([first, last]) => first <= sequence && sequence <= last)) continue;
    const { id } = series[index[row] as number] as SeriesColumns["series"][number];
    addRow(running, id, step[row] as number, value[row] as number, { writer, sequence });
  }
}

function addRow(all: Map<string, Running>, series: string, step: number, value: number, place: Place): void {
  const known = all.get(series);
  const running = known ?? {
    rowCount: 0,
    firstValue: value,
    lastValue: value,
    lastStep: step,
    first: place,
    last: place,
  };
  if (!known) all.set(series, running);
  running.rowCount++;
  if (isBefore(place, running.first)) [running.first, running.firstValue] = [place, value];
  if (isBefore(running.last, place)) [running.last, running.lastValue, running.lastStep] = [place, value, step];
  if (Number.isNaN(value)) return;
  running.minimum = Math.min(running.minimum ?? value, value);
  running.maximum = Math.max(running.maximum ?? value, value);
}

function isBefore(a: Place, b: Place): boolean {
  return a.writer === b.writer ? a.sequence < b.sequence : a.writer < b.writer;
}

/** Two by two: merging looks at each batch for every row, and the spool has many small ones. */
function merge(writer: string, batches: readonly SeriesColumns[]): SeriesColumns {
  if (batches.length <= 2) return mergeColumns(writer, batches);
  const half = batches.length >> 1;
  return mergeColumns(writer, [merge(writer, batches.slice(0, half)), merge(writer, batches.slice(half))]);
}

function only(columns: SeriesColumns, series: string): SeriesColumns {
  const position = columns.series.findIndex(({ id }) => id === series);
  const rows: number[] = [];
  columns.index.forEach((at, row) => {
    if (at === position) rows.push(row);
  });
  const pick = (from: Float64Array) => Float64Array.from(rows, (row) => from[row] as number);
  const sequence = Float64Array.from(rows, (row) => sequenceOf(columns, row));
  return {
    writer: columns.writer,
    series: columns.series.slice(position, position + 1),
    index: new Int32Array(rows.length),
    step: pick(columns.step),
    value: pick(columns.value),
    time: pick(columns.time),
    sequence,
    firstSequence: sequence[0] ?? 0,
  };
}
