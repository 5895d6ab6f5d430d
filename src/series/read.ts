import { type FileHandle, open } from "node:fs/promises";
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from "hyparquet";
import { ProvenanceError } from "../model/error.ts";
import type { SeriesDescription } from "../model/row.ts";
import type { SeriesColumns } from "./columns.ts";
import { digestRows } from "./digest.ts";
import { FOOTER_KEY, SERIES_FORMAT, type SeriesFileSummary } from "./footer.ts";

export interface ReadSeriesFileOptions {
  /** Only the rows of the series with this IRI. The file's digest is then not checked: it covers all rows. */
  readonly series?: string;
}

/**
 * The rows of one file, in writer order.
 *
 * ENOENT is thrown as it is: a file that was listed and is gone was compacted, so list again.
 * @throws {ProvenanceError} `corrupt` when the bytes do not parse or the rows are not those of the footer's digest,
 * `unreadable` when provml did not write the file or a newer version did, or it cannot be opened.
 */
export async function readSeriesFile(path: string, options: ReadSeriesFileOptions = {}): Promise<SeriesColumns> {
  return await reading(path, async (file) => {
    const { summary, metadata } = await readFooter(path, file);
    const source = { file, metadata, rows: summary.rows };
    if (options.series !== undefined) return await readOne(source, summary.writer, options.series);
    const columns = await readAll(source, summary.writer);
    if (digestRows(columns) === summary.sha256) return columns;
    throw new ProvenanceError("corrupt", `series: the rows of ${path} do not match the digest in its footer`);
  });
}

/** What the footer of a file says, without reading rows. Errors as of {@link readSeriesFile}. */
export async function readSeriesFileSummary(path: string): Promise<SeriesFileSummary> {
  return await reading(path, async (file) => (await readFooter(path, file)).summary);
}

interface Source {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rows: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Column by column: what a column takes while it is decoded is many times what is kept of it. */
async function readAll(source: Source, writer: string): Promise<SeriesColumns> {
  const all = { start: 0, end: source.rows };
  const firstRows: number[] = [];
  const ids: string[] = [];
  const index = new Int32Array(source.rows);
  const positions = new Map<string, number>();
  for (const [row, id] of (await readTexts(source, all, "series")).entries()) {
    let position = positions.get(id);
    if (position === undefined) {
      position = ids.push(id) - 1;
      firstRows.push(row);
      positions.set(id, position);
    }
    index[row] = position;
  }
  const ofFirst = (texts: readonly string[]) => firstRows.map((row) => texts[row]!);
  const names = ofFirst(await readTexts(source, all, "name"));
  const activities = ofFirst(await readTexts(source, all, "activity"));
  const series = ids.map((id, i): SeriesDescription => ({ id, name: names[i]!, activity: activities[i]! }));
  return { writer, series, index, ...(await readNumbers(source, all)) };
}

async function readTexts(source: Source, range: Range, column: string): Promise<string[]> {
  const texts: string[] = [];
  await readColumns(source, range, { [column]: texts });
  return texts;
}

async function readOne(source: Source, writer: string, id: string): Promise<SeriesColumns> {
  const ids: string[] = [];
  await readColumns(source, { start: 0, end: source.rows }, { series: ids });
  const start = ids.indexOf(id);
  if (start === -1) return { writer, series: [], index: new Int32Array(0), ...pick(noNumbers(0), []) };
  const texts = { name: [] as string[], activity: [] as string[] };
  await readColumns(source, { start, end: start + 1 }, texts);
  const numbers = await readNumbers(source, { start, end: ids.lastIndexOf(id) + 1 });
  const within: number[] = [];
  for (let row = start; row < ids.length; row++) if (ids[row] === id) within.push(row - start);
  return {
    writer,
    series: [{ id, name: texts.name[0]!, activity: texts.activity[0]! }],
    index: new Int32Array(within.length),
    ...pick(numbers, within),
  };
}

type Numbers = Required<Pick<SeriesColumns, "step" | "value" | "time" | "sequence" | "firstSequence">>;

async function readNumbers(source: Source, range: Range): Promise<Numbers> {
  const numbers = noNumbers(range.end - range.start);
  for (const [name, column] of Object.entries(numbers)) await readColumns(source, range, { [name]: column });
  return { ...numbers, firstSequence: numbers.sequence[0] ?? 0 };
}

function noNumbers(rows: number) {
  return {
    step: new Float64Array(rows),
    value: new Float64Array(rows),
    time: new Float64Array(rows),
    sequence: new Float64Array(rows),
  };
}

/** The given rows of these columns. */
function pick(numbers: Omit<Numbers, "firstSequence">, rows: readonly number[]): Numbers {
  const of = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  const { step, value, time, sequence } = numbers;
  return {
    step: of(step),
    value: of(value),
    time: of(time),
    sequence: of(sequence),
    firstSequence: sequence[rows[0]!] ?? 0,
  };
}

/** Fills each of `into` with the column of its name; the first row of the range becomes its element 0. */
async function readColumns(
  source: Source,
  { start, end }: Range,
  into: Readonly<Record<string, string[] | Float64Array>>,
): Promise<void> {
  await parquetRead({
    file: source.file,
    metadata: source.metadata,
    columns: Object.keys(into),
    rowStart: start,
    rowEnd: end,
    parsers: { timestampFromMicroseconds: (micros) => Number(micros) / 1000 },
    onChunk({ columnName, columnData, rowStart }) {
      const column = into[columnName]!;
      const last = Math.min(columnData.length, end - rowStart);
      for (let i = Math.max(0, start - rowStart); i < last; i++) column[rowStart + i - start] = plain(columnData[i]);
    },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a value is depends on the column; hyparquet says any as well
function plain(value: any) {
  return typeof value === "bigint" ? Number(value) : (value ?? Number.NaN);
}

async function readFooter(
  path: string,
  file: AsyncBuffer,
): Promise<{ summary: SeriesFileSummary; metadata: FileMetaData }> {
  const metadata = await parquetMetadataAsync(file);
  const text = metadata.key_value_metadata?.find(({ key }) => key === FOOTER_KEY)?.value;
  if (text === undefined) {
    throw new ProvenanceError(
      "unreadable",
      `series: ${path} is Parquet but not written by provml; take it out of there`,
    );
  }
  const summary = JSON.parse(text) as SeriesFileSummary;
  if (summary.format !== SERIES_FORMAT) {
    throw new ProvenanceError(
      "unreadable",
      `series: ${path} has format ${summary.format}; read it with a newer provml`,
    );
  }
  if (BigInt(summary.rows) === metadata.num_rows) return { summary, metadata };
  throw new ProvenanceError(
    "corrupt",
    `series: ${path} has ${metadata.num_rows} rows, its footer says ${summary.rows}`,
  );
}

/** Opens the file once, so that a compaction in the middle changes nothing, and names it in every error. */
async function reading<T>(path: string, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    return await read(bufferOf(handle, (await handle.stat()).size));
  } catch (error) {
    if (error instanceof ProvenanceError) throw error;
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw error;
    const [fault, message] = syscall
      ? (["unreadable", `series: cannot read ${path} (${code})`] as const)
      : (["corrupt", `series: ${path} does not parse as Parquet; restore it from a copy`] as const);
    throw new ProvenanceError(fault, message, { cause: error });
  } finally {
    await handle?.close();
  }
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(end - start);
      for (let filled = 0; filled < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw new Error(`the file ends at ${start + filled}`);
        filled += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
