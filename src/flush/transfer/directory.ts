import { join } from "node:path";
import { ProvenanceError } from "../../model/error.ts";
import { commentedGraphFile } from "../../rdf/graph-file.ts";
import { deletedExecutions } from "../../spool/deleted.ts";
import { directoryPaths } from "../../spool/directory.ts";
import { isSummaryOf, summarisedBy } from "../../spool/summary-names.ts";
import { completeDeletions } from "../deletion.ts";
import { publishFirst, syncDirectory } from "../publish.ts";
import { settleSummaries } from "../summaries.ts";
import { Comparing, type Comparison, keyOf } from "./comparison.ts";
import { Copy } from "./copy.ts";
import { eachLine, graphFolders, type LeftOut } from "./graph-folder.ts";
import { compareRows, MOST_MORE_ROUNDS } from "./rows.ts";

export interface TransferReport {
  /** Files that were copied, and those that were there already. */
  copied: number;
  there: number;
  comparison: Comparison;
}

export interface TransferOptions {
  /** Called after each file, and once more when all were copied and the comparison begins. */
  readonly onProgress?: (report: { readonly copied: number; readonly there: number }) => void;
}

/**
 * Brings everything over that one directory has and another lacks: kept content, manifests, series, quarantine, and the graph, last,
 * since its files say that the rest is there. Files are published whole and never changed, so it may be stopped at any instant and
 * run again, in both directions, by several at once; flushers and compactions may be at work on both sides. What one of them has deleted
 * goes from the other, too. At the end both are compared line by line and row by row: where something is missing that came or was compacted
 * meanwhile, that is copied and compared again, and what is still missing of lines is written.
 */
export async function transferDirectory(
  from: string,
  to: string,
  options: TransferOptions = {},
): Promise<TransferReport> {
  const counts = { copied: 0, there: 0 };
  const comparing = new Comparing();
  const copy = new Copy(from, to, comparing, (copied) => {
    if (copied === "copied") counts.copied++;
    else if (copied === "there" || copied === "differs") counts.there++;
    options.onProgress?.(counts);
  });
  copy.all();
  options.onProgress?.(counts);
  const bringMore = () => copy.all();
  const [source, target] = [directoryPaths(from), directoryPaths(to)];
  const deleted = new Set([...deletedExecutions(source.graph), ...deletedExecutions(target.graph)]);
  for (const folder of graphFolders(source.graph)) {
    if (deleted.has(folder)) continue;
    const places = [join(source.graph, folder), join(target.graph, folder)] as const;
    await settled(comparing, to, folder);
    let held = heldAgainst(...places);
    for (let round = 1; held.missing.length > 0 && round <= MOST_MORE_ROUNDS && bringMore(); round++) {
      await settled(comparing, to, folder);
      held = heldAgainst(...places);
    }
    for (const what of held.troubles) comparing.trouble(what);
    bring(places[1], held.missing);
    comparing.add(folder, held.wanted, held.missing.length === 0 ? held.there : keysBelow(places[1]).keys);
  }
  await compareRows(comparing, source.series, target.series, { bringMore, deleted });
  completeDeletions(to);
  syncDirectory(to);
  return { ...counts, comparison: comparing.result };
}

/** What copies say of a series is one again, unless a file of it cannot be read. */
async function settled(comparing: Comparing, directory: string, execution: string): Promise<void> {
  try {
    await settleSummaries(directory, execution);
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    comparing.trouble(`what the series of ${execution} come to is not stated anew: ${error.message}`);
  }
}

/** What a folder of the source holds, and what of it another one lacks. */
interface Held {
  readonly wanted: ReadonlySet<string>;
  readonly there: ReadonlySet<string>;
  /** Lines in latin1, each once. */
  readonly missing: readonly string[];
  readonly troubles: readonly string[];
}

function heldAgainst(from: string, to: string): Held {
  const there = keysBelow(to);
  const wanted = new Set<string>();
  const missing = new Set<string>();
  const leftOut = eachLine(from, (line) => {
    const key = keyOf(line);
    const isThere = there.keys.has(key);
    // What the source says of fewer rows was stated anew.
    if (!isThere && isSummaryOf(line, there.summarised)) return;
    wanted.add(key);
    if (!isThere) missing.add(line);
  });
  const troubles = [
    ...there.damaged.map(({ text }) => text),
    ...leftOut.map(({ text }) => `${text} and was not brought over`),
  ];
  return { wanted, there: there.keys, missing: [...missing], troubles };
}

interface Keys {
  readonly keys: ReadonlySet<string>;
  /** Series of which a summary is stated. */
  readonly summarised: ReadonlySet<string>;
  readonly damaged: readonly LeftOut[];
}

function keysBelow(folder: string): Keys {
  const keys = new Set<string>();
  const summarised = new Set<string>();
  const damaged = eachLine(folder, (line) => {
    keys.add(keyOf(line));
    const series = summarisedBy(line);
    if (series !== undefined) summarised.add(series);
  });
  return { keys, summarised, damaged };
}

/** Writes lines (in latin1) that a folder lacks into a file that is named by them. */
export function bring(folder: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const { bytes, sha256 } = commentedGraphFile("", [...lines].sort());
  publishFirst(join(folder, `brought-${sha256.slice(0, 32)}.nq`), bytes);
}
