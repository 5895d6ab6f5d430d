import { executionOfId } from "../ids.ts";
import { findRun } from "../runs/run.ts";
import type { Source } from "../source.ts";
import { readPoints, type SeriesPoint } from "./points.ts";
import { seriesOfRun } from "./series.ts";
import { readSeriesFiles, type SeriesFiles } from "./series-files.ts";

export async function readSeriesNames(source: Source, run: string): Promise<string[]> {
  const series = await seriesOfRun(source, await findWhole(source, run));
  return [...new Set(series.map(({ name }) => name))];
}

export async function readSeriesOf(source: Source, run: string, name: string): Promise<SeriesPoint[]> {
  return await readPoints(source, await findWhole(source, run), name);
}

export async function readSeriesFilesOf(source: Source, run: string): Promise<SeriesFiles> {
  return await readSeriesFiles(source, await findWhole(source, run));
}

/** An execution by its own IRI, else a run. */
function findWhole(source: Source, name: string): Promise<string> {
  return executionOfId(name) === name ? Promise.resolve(name) : findRun(source, name);
}
