import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { lastSequenceOf, type SeriesColumns } from "./columns.ts";
import { digestRows } from "./digest.ts";

/**
 * A file of rows: `execution=<uuid>/<writer>-<first sequence>-<last sequence>.parquet` below the series directory; a compacted one has 16 of
 * the digest of its rows before the extension, since rows may be missing between its ends.
 */
export interface SeriesFile {
  readonly path: string;
  readonly execution: string;
  readonly writer: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/**
 * Where rows belong. `execution=…` is a Hive partition: DuckDB, pandas and Spark add it as a column.
 * @throws {ProvenanceError} `bad-argument` when a name could lead out of the directory.
 */
export function seriesPath(seriesDir: string, execution: string, columns: SeriesColumns): string {
  const { writer, firstSequence } = columns;
  const first = columns.sequence?.[0] ?? firstSequence;
  return join(seriesDir, partition(execution), `${checkName(writer)}-${first}-${lastSequenceOf(columns)}.parquet`);
}

/** Where rows belong that several files held. */
export function compactSeriesPath(seriesDir: string, execution: string, columns: SeriesColumns): string {
  return seriesPath(seriesDir, execution, columns).replace(/parquet$/, `${digestRows(columns).slice(0, 16)}.parquet`);
}

/** The files of one execution or of all, by execution, writer and sequence; of two that begin together the longer one first. */
export async function listSeriesFiles(seriesDir: string, execution?: string): Promise<SeriesFile[]> {
  const partitions = execution === undefined ? await namesIn(seriesDir) : [partition(execution)];
  const files: SeriesFile[] = [];
  for (const folder of partitions) {
    const uuid = /^execution=([\w-]+)$/.exec(folder)?.[1];
    if (uuid === undefined) continue;
    for (const name of await namesIn(join(seriesDir, folder))) {
      const [, writer, first, last] = /^([\w-]+)-(\d+)-(\d+)(?:\.[0-9a-f]{16})?\.parquet$/.exec(name) ?? [];
      if (writer === undefined) continue;
      files.push({
        path: join(seriesDir, folder, name),
        execution: uuid,
        writer,
        firstSequence: Number(first),
        lastSequence: Number(last),
      });
    }
  }
  return files.sort(
    (a, b) =>
      compareText(a.execution, b.execution) ||
      compareText(a.writer, b.writer) ||
      a.firstSequence - b.firstSequence ||
      b.lastSequence - a.lastSequence,
  );
}

/** By code units, so that the order is the same everywhere. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function partition(execution: string): string {
  return `execution=${checkName(execution)}`;
}

function checkName(name: string): string {
  if (/^[\w-]+$/.test(name)) return name;
  throw new ProvenanceError(
    "bad-argument",
    `series: ${JSON.stringify(name.slice(0, 200))} names no execution or writer; use letters, digits, - and _`,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    // Most writers have no rows here, and to be told so by an error takes long.
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new ProvenanceError("unreadable", `series: cannot list ${folder}; check its permissions`, { cause: error });
  }
}
