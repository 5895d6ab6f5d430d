import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { graphOfLine } from "../rdf/normal-line.ts";
import { listSeriesFiles } from "../series/layout.ts";
import { readRows } from "../series/merge.ts";
import { SeriesSummaries } from "../series/summary.ts";
import { summaryStatements } from "../series/summary-statements.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { hasBrought, summariesIn } from "../spool/summary-names.ts";
import { publishFile } from "./publish.ts";
import { statedFile } from "./stated.ts";
import { retractSummaries } from "./summary-files.ts";
import { eachLine } from "./transfer/graph-folder.ts";

const MAX_LISTINGS = 100;

/**
 * States the summary of each series of a writer whose stream has ended: a pure function of its rows in writer order. What was stated of other rows goes
 * after that is on the disk: whoever finds several counts the rows, and settles them. Who moved rows meanwhile is waited for by looking again.
 * @param stated What copies state of series. Where that is of rows that are not here, they are on their way, and everything stays as it is.
 */
export async function stateSummaries(
  directory: string,
  header: Stream,
  stated: ReadonlyMap<string, StatedSeries> = new Map(),
): Promise<void> {
  const { execution, writer } = header;
  const { graph, series } = directoryPaths(directory);
  const folder = join(graph, execution);
  const namesNow = () => (summariesIn(folder).get(writer) ?? []).join();
  let left = "";
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    const before = await seriesFilesOf(series, header);
    const summaries = new SeriesSummaries();
    for await (const columns of readRows(series, { execution, writer })) summaries.add(columns);
    const all = [...summaries.entries()];
    if (all.length === 0 || areRowsMissing(writer, summaries, stated)) return;
    const { path, bytes } = summaryFile(directory, header, summaries);
    const name = basename(path);
    if (namesNow() !== name || hasBrought(folder)) {
      if (!existsSync(path)) publishFile(path, bytes);
      if ((await seriesFilesOf(series, header)) !== before) continue;
      retractSummaries(folder, { writer, series: all.map(([id]) => id), except: name });
    }
    const names = namesNow();
    // A compaction may have brought back what it read before; what is in a damaged file stays.
    if ((await seriesFilesOf(series, header)) === before && (names === name || names === left)) return;
    left = names;
  }
}

/**
 * Whether something was stated of rows that are not here: all that are here would be more, or just those. A series without any row is known for the
 * writer's by its name.
 */
function areRowsMissing(
  writer: string,
  summaries: SeriesSummaries,
  stated: ReadonlyMap<string, StatedSeries>,
): boolean {
  for (const [series, { counts, digests }] of stated) {
    const here = summaries.get(series);
    if (here === undefined && OWN_NAME.exec(series)?.[1] !== writer) continue;
    const rows = here?.rowCount ?? 0;
    const most = Math.max(...counts);
    if (most > rows) return true;
    const areOthers = counts.size === 1 && digests.size > 1;
    if (most === rows && (areOthers || !digests.has(here?.rowsDigest ?? ""))) return true;
  }
  return false;
}
const OWN_NAME = /[/#]([A-Za-z]\w*)-[^/#]*$/;

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
 * what all rows say. Where a copy's rows have not come yet that its summary tells of, both stay.
 */
export async function settleSummaries(directory: string, execution: string): Promise<void> {
  const { graph, series } = directoryPaths(directory);
  const folder = join(graph, execution);
  const doubtful = new Set([...summariesIn(folder)].flatMap(([writer, names]) => (names.length > 1 ? [writer] : [])));
  const isAnyBrought = hasBrought(folder);
  if (doubtful.size === 0 && !isAnyBrought) return;
  const found = statedIn(folder);
  if (isAnyBrought && [...found.series.values()].some(({ digests }) => digests.size > 1))
    for (const { writer } of await listSeriesFiles(series, execution)) doubtful.add(writer);
  if (found.base === undefined) return;
  for (const writer of doubtful) await stateSummaries(directory, { base: found.base, execution, writer }, found.series);
}

interface StatedSeries {
  readonly counts: Set<number>;
  readonly digests: Set<string>;
}

interface Stated {
  readonly series: ReadonlyMap<string, StatedSeries>;
  /** Of the execution's names. */
  readonly base: string | undefined;
}

/** @throws {ProvenanceError} `unreadable`: what is said there may be of rows that are on their way */
function statedIn(folder: string): Stated {
  const all = new Map<string, StatedSeries>();
  let base: string | undefined;
  const leftOut = eachLine(folder, (line) => {
    const [, subject = "", property, value = ""] = SUMMED.exec(line) ?? [];
    if (property === undefined) return;
    const id = Buffer.from(subject, "latin1").toString();
    const { counts, digests } = all.get(id) ?? { counts: new Set<number>(), digests: new Set<string>() };
    all.set(id, { counts, digests });
    if (property === "rowCount") counts.add(Number(value));
    else digests.add(value);
    const graph = Buffer.from(graphOfLine(line), "latin1").toString();
    base ??= GRAPH.exec(graph)?.[1];
  });
  const unread = leftOut.find(({ kind }) => kind === "unreadable");
  if (unread !== undefined) throw new ProvenanceError("unreadable", unread.text);
  return { series: all, base };
}
const SUMMED = /^<([^>]*)> <https:\/\/w3id\.org\/prov-ml#(rowCount|rowsDigest)> "([^"]*)"/;
/** The graph of an execution: its base, its UUID, and `graph`. */
const GRAPH = /^(.*[/#])[\w-]+\/graph$/;
