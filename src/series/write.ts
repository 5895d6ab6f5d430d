import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { ProvenanceError } from "../model/error.ts";
import type { SeriesDescription } from "../model/row.ts";
import { microseconds, type SeriesColumns, sequenceOf } from "./columns.ts";
import { digestRows } from "./digest.ts";
import { FOOTER_KEY, SERIES_FORMAT, type SeriesFileSummary } from "./footer.ts";

const ROWS_PER_GROUP = 100_000;

/**
 * Writes rows as a Parquet file, complete and on disk (file and directories fsynced) when the promise resolves, and
 * never half there under its name. Equal rows give equal bytes, so writing a file again changes nothing.
 *
 * Columns: `series`, `name`, `activity`, `writer` (strings, dictionary), `step`, `value` (DOUBLE, every double exactly),
 * `time` (TIMESTAMP in microseconds, UTC; null where there is none), `sequence` (INT64). Snappy.
 *
 * @throws {ProvenanceError} `bad-argument` when the columns do not fit each other; errors of the file system as they are.
 */
export async function writeSeriesFile(
  path: string,
  columns: SeriesColumns,
  fileMode = 0o600,
): Promise<SeriesFileSummary> {
  checkColumns(columns);
  const { writer } = columns;
  const summary: SeriesFileSummary = {
    format: SERIES_FORMAT,
    writer,
    rows: columns.index.length,
    sha256: digestRows(columns),
  };
  await publish(path, encode(columns, summary), fileMode);
  return summary;
}

/** Group by group: texts and large whole numbers of all rows at once would take several times what the rows take. */
function encode(columns: SeriesColumns, summary: SeriesFileSummary): Uint8Array {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: SCHEMA,
    // IRIs differ only at their end: cut ones would be useless bounds.
    statisticsTruncateLength: Number.POSITIVE_INFINITY,
    kvMetadata: [{ key: FOOTER_KEY, value: JSON.stringify(summary) }],
    createdBy: "provml",
  });
  for (let start = 0; start < columns.index.length; start += ROWS_PER_GROUP)
    writer.write({ columnData: columnData(rowsFrom(columns, start)), rowGroupSize: ROWS_PER_GROUP });
  writer.finish();
  return bytes.getBytes();
}

/** The rows of a group. */
function rowsFrom(columns: SeriesColumns, start: number): SeriesColumns {
  const end = start + ROWS_PER_GROUP;
  if (start === 0 && columns.index.length <= end) return columns;
  const { index, step, value, time, sequence, firstSequence } = columns;
  return {
    ...columns,
    index: index.subarray(start, end),
    step: step.subarray(start, end),
    value: value.subarray(start, end),
    time: time.subarray(start, end),
    ...(sequence ? { sequence: sequence.subarray(start, end) } : {}),
    firstSequence: firstSequence + start,
  };
}

const REQUIRED = "REQUIRED" as const;
const string = (name: string): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
  repetition_type: REQUIRED,
});

const SCHEMA: SchemaElement[] = [
  { name: "rows", num_children: 8 },
  string("series"),
  string("name"),
  string("activity"),
  { name: "step", type: "DOUBLE", repetition_type: REQUIRED },
  { name: "value", type: "DOUBLE", repetition_type: REQUIRED },
  {
    name: "time",
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    repetition_type: "OPTIONAL",
  },
  string("writer"),
  { name: "sequence", type: "INT64", repetition_type: REQUIRED },
];

function columnData(columns: SeriesColumns): ColumnSource[] {
  const { series, index, step, value, time, writer } = columns;
  const text = (name: string, data: string[]): ColumnSource => ({ name, data, encoding: "RLE_DICTIONARY" });
  const ofSeries = (field: keyof SeriesDescription) => {
    const texts = series.map((one) => one[field].toWellFormed());
    return Array.from(index, (position) => texts[position]!);
  };
  return [
    text("series", ofSeries("id")),
    text("name", ofSeries("name")),
    text("activity", ofSeries("activity")),
    // PLAIN: the writer's dictionary holds 0 and -0 for the same.
    { name: "step", data: step, encoding: "PLAIN" },
    { name: "value", data: value, encoding: "PLAIN" },
    { name: "time", data: Array.from(time, timestamp), encoding: "DELTA_BINARY_PACKED" },
    text("writer", new Array<string>(index.length).fill(writer)),
    { name: "sequence", data: sequences(columns), encoding: "DELTA_BINARY_PACKED" },
  ];
}

function timestamp(time: number): bigint | null {
  const whole = microseconds(time);
  return Number.isNaN(whole) ? null : BigInt(whole);
}

function sequences(columns: SeriesColumns): bigint[] | Int32Array {
  const { length } = columns.index;
  // The same bytes, but the encoder is much faster with numbers of 32 bits.
  if (length === 0 || sequenceOf(columns, length - 1) < 2 ** 31) {
    return Int32Array.from({ length }, (_, row) => sequenceOf(columns, row));
  }
  return Array.from({ length }, (_, row) => BigInt(sequenceOf(columns, row)));
}

function checkColumns(columns: SeriesColumns): void {
  const bad = (what: string) => new ProvenanceError("bad-argument", `series of writer ${columns.writer}: ${what}`);
  const { length } = columns.index;
  for (const name of ["step", "value", "time", "sequence"] as const) {
    const column = columns[name];
    if (column && column.length !== length) throw bad(`${name} has ${column.length} values for ${length} rows`);
  }
  const ids = new Set(columns.series.map(({ id }) => id.toWellFormed()));
  if (ids.size < columns.series.length) throw bad("its list names a series twice");
  for (let row = 0; row < length; row++) {
    if (columns.series[columns.index[row]!] === undefined) throw bad(`row ${row} belongs to no series of the list`);
    const sequence = sequenceOf(columns, row);
    if (!Number.isSafeInteger(sequence) || sequence < 0 || (row > 0 && sequence <= sequenceOf(columns, row - 1))) {
      throw bad(`the sequence of row ${row} is ${sequence}; give whole numbers that rise`);
    }
  }
}

async function publish(path: string, bytes: Uint8Array, fileMode: number): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", fileMode);
    try {
      if (fileMode !== 0o600) await file.chmod(fileMode).catch(() => {}); // the umask has taken the group's part
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  for (const changed of changedFolders(resolve(folder), made)) await syncFolder(changed);
}

/**
 * The folders that may hold a new name, from the last upwards to the one above the first that was made. Those of the
 * layout always count: whoever made them may have died before they were on disk.
 */
function changedFolders(last: string, made: string | undefined): string[] {
  const highest = made === undefined ? last : dirname(resolve(made));
  const folders = [last];
  while (folders.length < 3 || folders.at(-1)!.length > highest.length) {
    const above = dirname(folders.at(-1)!);
    if (above === folders.at(-1)) break;
    folders.push(above);
  }
  return folders;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
