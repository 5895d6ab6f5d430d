import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { graphOfLine } from "../rdf/normal-line.ts";
import { listSeriesFiles } from "../series/layout.ts";
import { readRows } from "../series/merge.ts";
import { SeriesSummaries } from "../series/summary.ts";
import { summaryStatements } from "../series/summary-statements.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { publishFile } from "./publish.ts";
import { statedFile } from "./stated.ts";
import { hasBrought, retractSummaries, summariesIn, summarisedBy } from "./summary-files.ts";
import { eachLine } from "./transfer/graph-folder.ts";

const MAX_LISTINGS = 100;

/**
 * States the summary of each series of a writer whose stream has ended: a pure function of its rows in writer order. What was stated of fewer rows
 * goes first, so that never two are there; who moved rows meanwhile is waited for by looking again.
 */
export async function stateSummaries(directory: string, header: Stream): Promise<void> {
  const { execution, writer } = header;
  const { graph, series } = directoryPaths(directory);
  const folder = join(graph, execution);
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const before = await seriesFilesOf(series, header);
    const summaries = new SeriesSummaries();
    for await (const columns of readRows(series, { execution, writer })) summaries.add(columns);
    const all = [...summaries.entries()];
    if (all.length === 0) return;
    const { path, bytes } = summaryFile(directory, header, summaries);
    const stated = summariesIn(folder).get(writer) ?? [];
    if (stated.length !== 1 || stated[0] !== basename(path) || hasBrought(folder)) {
      retractSummaries(folder, { writer, series: all.map(([id]) => id), except: basename(path) });
      if (!existsSync(path)) publishFile(path, bytes);
    }
    if ((await seriesFilesOf(series, header)) === before) return;
  }
}

type Stream = Pick<SegmentHeader, "base" | "execution" | "writer">;

async function seriesFilesOf(seriesDir: string, { execution, writer }: Stream): Promise<string> {
  const files = await listSeriesFiles(seriesDir, execution);
  return files.flatMap((file) => (file.writer === writer ? [file.path] : [])).join("\n");
}

/** The name has part of the digest, so that another content has another name: a copy of the directory may have an earlier one. */
function summaryFile(
  directory: string,
  header: Stream,
  summaries: SeriesSummaries,
): { readonly path: string; readonly bytes: Buffer } {
  const { path, bytes } = statedFile(directory, header, "summary", summaryStatements(summaries));
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return { path: join(dirname(path), basename(path).replace(/\.nq$/, `-${digest}.nq`)), bytes };
}

/**
 * Copies of a directory that saw different rows state different summaries; where such copies have met, those of a writer whose rows are here are stated anew by
 * what all rows say.
 */
export async function settleSummaries(directory: string, execution: string): Promise<void> {
  const { graph, series } = directoryPaths(directory);
  const folder = join(graph, execution);
  const doubtful = new Set([...summariesIn(folder)].flatMap(([writer, names]) => (names.length > 1 ? [writer] : [])));
  const isAnyBrought = hasBrought(folder);
  if (doubtful.size === 0 && !isAnyBrought) return;
  const found = digestsIn(folder);
  if (isAnyBrought && found.areSeveral)
    for (const { writer } of await listSeriesFiles(series, execution)) doubtful.add(writer);
  if (found.base === undefined) return;
  for (const writer of doubtful) await stateSummaries(directory, { base: found.base, execution, writer });
}

/** Whether a series has several summaries, and the base of the execution's names. */
function digestsIn(folder: string): { readonly areSeveral: boolean; readonly base: string | undefined } {
  const digests = new Map<string, string>();
  let areSeveral = false;
  let base: string | undefined;
  eachLine(folder, (line) => {
    const series = summarisedBy(line);
    if (series === undefined) return;
    if ((digests.get(series) ?? line) !== line) areSeveral = true;
    digests.set(series, line);
    const graph = Buffer.from(graphOfLine(line), "latin1").toString();
    base ??= GRAPH.exec(graph)?.[1];
  });
  return { areSeveral, base };
}
/** The graph of an execution: its base, its UUID, and `graph`. */
const GRAPH = /^(.*[/#])[\w-]+\/graph$/;
