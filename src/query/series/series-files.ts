import { listSeriesFiles } from "../../series/layout.ts";
import { partsOfId } from "../ids.ts";
import type { Source } from "../source.ts";
import { seriesOfRun } from "./series.ts";

/** Where the rows of a run's series lie as Parquet, for DuckDB, pandas, Polars or Spark. */
export interface SeriesFiles {
  /** Paths of the files; they may hold series of other runs, too. Rows that were not flushed yet are in none. */
  readonly files: readonly string[];
  /** The series of the run: `series` in the files is the id. */
  readonly series: readonly { readonly id: string; readonly name: string }[];
  /** What DuckDB reads the run's rows with, each once: name, step, value, time, series, activity. Empty where there is no file. */
  readonly sql: string;
}

export async function readSeriesFiles(source: Source, run: string): Promise<SeriesFiles> {
  const series = (await seriesOfRun(source, run)).map(({ id, name }) => ({ id, name }));
  const executions = new Set(series.flatMap(({ id }) => partsOfId(id)?.uuid ?? []));
  const files: string[] = [];
  if (source.place !== undefined) {
    for (const execution of executions) {
      for (const { path } of await listSeriesFiles(source.place.series, execution)) files.push(path);
    }
  }
  const ids = series.map(({ id }) => id);
  return { files, series, sql: files.length === 0 ? "" : sqlOf(files, ids) };
}

/** Two flushers may have written a row each. */
function sqlOf(files: readonly string[], series: readonly string[]): string {
  const list = (texts: readonly string[]) => texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ");
  return [
    "SELECT name, step, value, time, series, activity",
    `FROM (SELECT DISTINCT ON (series, writer, sequence) * FROM read_parquet([${list(files)}]) WHERE series IN (${list(series)}))`,
    "ORDER BY name, time, writer, sequence",
  ].join("\n");
}
