import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { deletedExecutions } from "../../spool/deleted.ts";
import { checkDirectory, directoryPaths } from "../../spool/directory.ts";
import { listSegments, readSegment } from "../../spool/reader.ts";
import { settleSummaries } from "../summaries.ts";
import { compactGraph } from "./graph.ts";
import { compactSeries } from "./series.ts";

export interface CompactionReport {
  /** Executions that have fewer files than before. */
  executions: number;
  /** The files of all executions that have ended. */
  filesBefore: number;
  filesAfter: number;
  /** What could not be read, with the reason; it stays as it is. */
  readonly unreadable: string[];
}

/**
 * Puts the graph files and series files of each execution together that nothing in the spool belongs to any more: one file of each
 * sort for a run of usual size. It changes no answer; readers, flushers and other compactions may be at work at the same time, and
 * it may be stopped at any instant.
 * @throws {ProvenanceError} `no-directory`, `foreign-directory`
 */
export async function compact(directory: string, options: { readonly spool?: string } = {}): Promise<CompactionReport> {
  checkDirectory(directory);
  const paths = directoryPaths(directory);
  const report: CompactionReport = { executions: 0, filesBefore: 0, filesAfter: 0, unreadable: [] };
  const spools = new Set([paths.spool, options.spool ?? paths.spool]);
  const written = new Set([...spools].flatMap((spool) => [...executionsIn(spool)]));
  const deleted = deletedExecutions(paths.graph);
  for (const execution of foldersIn(paths.graph)) {
    if (written.has(execution) || deleted.has(execution)) continue;
    await settled(directory, execution, report);
    const graph = compactGraph(join(paths.graph, execution));
    const series = await compactSeries(paths.series, execution);
    report.unreadable.push(...graph.unreadable);
    const [before, after] = [graph.before + series.before, graph.after + series.after];
    if (after < before) report.executions++;
    report.filesBefore += before;
    report.filesAfter += after;
    for (const folder of [join(paths.graph, execution), join(paths.series, `execution=${execution}`)]) sweep(folder);
  }
  return report;
}

/** What two copies say of a series is one again before it is put together. */
async function settled(directory: string, execution: string, report: CompactionReport): Promise<void> {
  try {
    await settleSummaries(directory, execution);
  } catch (error) {
    report.unreadable.push(`${execution}: ${(error as Error).message}`); // both stay
  }
}

/** The executions that the spool holds something of. */
function* executionsIn(spool: string): Generator<string> {
  for (const { path } of listSegments(spool)) {
    try {
      const reading = readSegment(path);
      if (reading === undefined) continue;
      reading.close();
      yield reading.header.execution;
    } catch {
      // Whoever flushes it tells of it; to compact what it belongs to would do no harm.
    }
  }
}

/** What other folders there are somebody else made. */
const EXECUTION_FOLDER = /^[\w-]+$/;

/** Plans have folders of their own, of one file that all executions share. */
function foldersIn(graph: string): string[] {
  const entries = readdirSync(graph, { withFileTypes: true });
  const isExecution = (name: string) => EXECUTION_FOLDER.test(name) && !name.startsWith("plan-");
  return entries.filter((entry) => entry.isDirectory() && isExecution(entry.name)).map(({ name }) => name);
}

/** Nobody writes a file for so long. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** Takes away what processes left half written that were killed. */
function sweep(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
  } catch {
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > ABANDONED_MS) rmSync(path, { force: true });
  }
}
