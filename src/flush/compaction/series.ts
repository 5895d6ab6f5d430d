import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import type { SeriesColumns } from "../../series/columns.ts";
import { compactSeriesPath, listSeriesFiles, type SeriesFile } from "../../series/layout.ts";
import { mergeColumns } from "../../series/merge.ts";
import { readSeriesFile } from "../../series/read.ts";
import { writeSeriesFile } from "../../series/write.ts";
import { accessIn } from "../../spool/access.ts";
import { syncFolder } from "../publish.ts";

/** So many sequence numbers one file may span: it is made in memory, of which a flusher takes less than 256 MB. */
const MOST_ROWS = 250_000;
const MAX_LISTINGS = 100;

/** As `compactGraph`, for an execution's rows: one file a writer, or one for each quarter of a million of its sequence numbers. */
export async function compactSeries(
  seriesDir: string,
  execution: string,
): Promise<{ readonly before: number; readonly after: number }> {
  const before = (await listSeriesFiles(seriesDir, execution)).length;
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    let isComplete = true;
    for (const group of grouped(await listSeriesFiles(seriesDir, execution))) {
      if (!(await compactGroup(seriesDir, group))) isComplete = false;
    }
    if (isComplete) break;
  }
  return { before, after: (await listSeriesFiles(seriesDir, execution)).length };
}

async function compactGroup(seriesDir: string, files: readonly SeriesFile[]): Promise<boolean> {
  if (files.length < 2) return true;
  const { execution, writer } = files[0] as SeriesFile;
  const batches: SeriesColumns[] = [];
  const taken: string[] = [];
  for (const { path } of files) {
    const columns = await readWhole(path);
    if (columns === "gone") return false;
    if (columns === "damaged") continue;
    batches.push(columns);
    taken.push(path);
  }
  if (taken.length < 2) return true;
  const columns = mergeColumns(writer, batches);
  const whole = compactSeriesPath(seriesDir, execution, columns);
  if (!taken.includes(whole)) await writeSeriesFile(whole, columns, accessIn(dirname(whole)).file);
  const folder = dirname(whole);
  if (existsSync(whole)) syncFolder(whole); // it may have been copied here by what does not bring files to the disk
  syncFolder(folder);
  for (const path of taken) if (path !== whole) rmSync(path, { force: true });
  if (existsSync(folder)) syncFolder(folder);
  return true;
}

/** Each writer's files in order, as many together as may be read at once. */
function grouped(files: readonly SeriesFile[]): SeriesFile[][] {
  const groups: SeriesFile[][] = [];
  let [start, end] = [0, 0];
  for (const file of files) {
    const before = groups.at(-1)?.[0];
    end = Math.max(end, file.lastSequence);
    if (before?.writer !== file.writer || end - start >= MOST_ROWS) {
      groups.push([]);
      [start, end] = [file.firstSequence, file.lastSequence];
    }
    groups.at(-1)?.push(file);
  }
  return groups;
}

async function readWhole(path: string): Promise<SeriesColumns | "gone" | "damaged"> {
  try {
    return await readSeriesFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    if (error instanceof ProvenanceError) return "damaged"; // the doctor names it, and a copy may have it whole
    throw error;
  }
}
