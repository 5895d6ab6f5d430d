import type { SeriesDescription } from "../model/row.ts";
import { type SeriesColumns, sequenceOf } from "./columns.ts";
import { listSeriesFiles, type SeriesFile } from "./layout.ts";

const MAX_LISTINGS = 100;

export interface ReadRowsOptions {
  /** Only this execution (its UUID). */
  readonly execution?: string;
  /** Only the rows of this writer. */
  readonly writer?: string;
  /** Only the series with this IRI. */
  readonly series?: string;
}

/** The rows of one series. */
export interface SeriesRows {
  readonly series: SeriesDescription;
  /** One for each writer, in the order of the writers' names; a series usually has one. */
  readonly parts: readonly SeriesColumns[];
}

/**
 * All rows of a series: by writer, then sequence, each (writer, sequence) once, from however many files.
 * Undefined when no file holds a row of it.
 */
export async function readSeries(
  seriesDir: string,
  options: ReadRowsOptions & { readonly series: string },
): Promise<SeriesRows | undefined> {
  const byWriter = new Map<string, SeriesColumns[]>();
  for await (const batch of readRows(seriesDir, options)) {
    const batches = byWriter.get(batch.writer);
    if (batches) batches.push(batch);
    else byWriter.set(batch.writer, [batch]);
  }
  const writers = [...byWriter.keys()].sort();
  const parts = writers.map((writer) => mergeColumns(writer, byWriter.get(writer)!));
  const series = parts[0]?.series[0];
  return series && { series, parts };
}

/**
 * Rows in batches of bounded memory (a file, or the files that overlap): by execution, writer and sequence, each
 * (writer, sequence) of an execution once. Compaction at the same moment does no harm.
 */
export async function* readRows(seriesDir: string, options: ReadRowsOptions = {}): AsyncGenerator<SeriesColumns> {
  const { series, execution, writer: only } = options;
  const done = new Map<string, number>();
  for (let listing = 1; ; listing++) {
    try {
      const files = await listSeriesFiles(seriesDir, execution);
      for (const group of overlapping(only === undefined ? files : files.filter(({ writer }) => writer === only))) {
        const { execution: ofExecution, writer } = group[0]!;
        const key = `${ofExecution} ${writer}`;
        const after = done.get(key) ?? -1;
        const last = Math.max(...group.map(({ lastSequence }) => lastSequence));
        if (last <= after) continue;
        const batches: SeriesColumns[] = [];
        const { readSeriesFile } = await import("./read.ts"); // brings Parquet's reader, which those load who read rows
        for (const { path } of group) batches.push(await readSeriesFile(path, series === undefined ? {} : { series }));
        const batch = mergeColumns(writer, batches, after);
        done.set(key, last);
        if (batch.index.length > 0) yield batch;
      }
      return;
    } catch (error) {
      // A listed file is gone: its replacement was published before, so the next listing has it.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || listing === MAX_LISTINGS) throw error;
    }
  }
}

/** Neighbours of one writer whose ranges of sequence numbers touch the same rows: those may hold duplicates. */
function overlapping(files: readonly SeriesFile[]): SeriesFile[][] {
  const groups: SeriesFile[][] = [];
  let last = -1;
  for (const file of files) {
    const group = groups.at(-1);
    const before = group?.[0];
    if (group && before?.execution === file.execution && before.writer === file.writer && file.firstSequence <= last) {
      group.push(file);
      last = Math.max(last, file.lastSequence);
    } else {
      groups.push([file]);
      last = file.lastSequence;
    }
  }
  return groups;
}

/**
 * Columns of one writer as one: in the order of sequence numbers, each once, only those above `after`.
 * Compaction is this and a write.
 */
export function mergeColumns(writer: string, batches: readonly SeriesColumns[], after = -1): SeriesColumns {
  const only = batches.length === 1 ? batches[0] : undefined;
  if (only && only.writer === writer && (only.index.length === 0 || sequenceOf(only, 0) > after)) return only;
  const places = order(batches, after);
  const series: SeriesDescription[] = [];
  const positions = new Map<string, number>();
  const length = places.rows.length;
  const index = new Int32Array(length);
  const [step, value, time, sequence] = [0, 0, 0, 0].map(() => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < length; i++) {
    const batch = batches[places.batches[i]!]!;
    const row = places.rows[i]!;
    const description = batch.series[batch.index[row]!]!;
    let position = positions.get(description.id);
    if (position === undefined) {
      position = series.push(description) - 1;
      positions.set(description.id, position);
    }
    index[i] = position;
    step[i] = batch.step[row]!;
    value[i] = batch.value[row]!;
    time[i] = batch.time[row]!;
    sequence[i] = sequenceOf(batch, row);
  }
  return { writer, series, index, step, value, time, sequence, firstSequence: sequence[0] ?? 0 };
}

interface Places {
  readonly batches: Int32Array;
  readonly rows: Int32Array;
}

/** Where the next row stands, taken from whichever batch has the lowest sequence number left. */
function order(columns: readonly SeriesColumns[], after: number): Places {
  const most = columns.reduce((sum, { index }) => sum + index.length, 0);
  const places: Places = { batches: new Int32Array(most), rows: new Int32Array(most) };
  const next = columns.map(() => 0);
  let last = after;
  let length = 0;
  for (;;) {
    let lowest = -1;
    let lowestSequence = Number.POSITIVE_INFINITY;
    for (let batch = 0; batch < columns.length; batch++) {
      const from = columns[batch]!;
      while (next[batch]! < from.index.length && sequenceOf(from, next[batch]!) <= last) next[batch]!++;
      if (next[batch]! === from.index.length) continue;
      const sequence = sequenceOf(from, next[batch]!);
      if (sequence < lowestSequence) [lowest, lowestSequence] = [batch, sequence];
    }
    if (lowest === -1) return { batches: places.batches.subarray(0, length), rows: places.rows.subarray(0, length) };
    places.batches[length] = lowest;
    places.rows[length++] = next[lowest]!++;
    last = lowestSequence;
  }
}
