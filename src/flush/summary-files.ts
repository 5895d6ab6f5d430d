import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commentedGraphFile, graphFileLines, isWhole } from "../rdf/graph-file.ts";
import { COMPACT_NAME, compactHeader, replacedBy } from "../spool/compacted.ts";
import { asSubject, BROUGHT_NAME, isSummaryOf, summarisedWriter } from "../spool/summary-names.ts";
import { publishFile, syncFolder } from "./publish.ts";
import { graphFileNames, readIfThere } from "./transfer/graph-folder.ts";

const MAX_LISTINGS = 100;

export interface Retraction {
  readonly writer: string;
  /** IRIs of the writer's series: of some, or of all where a summary stays. */
  readonly series: readonly string[];
  /** The name of the summary of all that stays. */
  readonly except?: string;
}

/**
 * Takes what is said of a writer's series out of an execution's folder: the rows say something else by now. Until it is stated again, whoever asks counts the
 * rows. A compact file is replaced by one without these lines, which is on the disk before it goes.
 */
export function retractSummaries(folder: string, { writer, series, except }: Retraction): void {
  const subjects = new Set(series.map(asSubject));
  const isOwn = (name: string) => summarisedWriter(name) === writer;
  // The lines of other series stay where they are: that the file has some of the writer must go on being known.
  const rest = except === undefined ? [`${writer}-summary.nq`] : [];
  for (let listing = 1; listing <= MAX_LISTINGS; listing++) {
    let isComplete = true;
    for (const name of graphFileNames(folder)) {
      const path = join(folder, name);
      if (isOwn(name)) {
        if (name !== except) rmSync(path, { force: true });
      } else if (BROUGHT_NAME.test(name)) {
        if (!rewriteBrought(folder, name, subjects)) isComplete = false;
      } else if (COMPACT_NAME.test(name)) {
        const names = replacedBy(path);
        const isConcerned = names.some((one) => isOwn(one) || BROUGHT_NAME.test(one));
        const others = names.filter((one) => !isOwn(one));
        const kept = others.length < names.length ? [...others, ...rest] : others;
        if (isConcerned && !rewriteCompact(folder, name, kept, subjects)) isComplete = false;
        if (names.length === 0 && !existsSync(path)) isComplete = false;
      }
    }
    if (isComplete) break; // else it was compacted meanwhile
  }
  syncFolder(folder);
}

function rewriteCompact(
  folder: string,
  name: string,
  names: readonly string[],
  subjects: ReadonlySet<string>,
): boolean {
  return rewrite(folder, name, (lines) => {
    const kept = lines.filter((line) => !isSummaryOf(line, subjects));
    const { bytes, sha256 } = commentedGraphFile(compactHeader(names), kept);
    return { name: `compact-${sha256.slice(0, 32)}.nq`, bytes };
  });
}

function rewriteBrought(folder: string, name: string, subjects: ReadonlySet<string>): boolean {
  return rewrite(folder, name, (lines) => {
    const kept = lines.filter((line) => !isSummaryOf(line, subjects));
    if (kept.length === lines.length) return undefined;
    const { bytes, sha256 } = commentedGraphFile("", kept);
    return { name: `brought-${sha256.slice(0, 32)}.nq`, bytes };
  });
}

/** False where the file is gone. A damaged one stays as it is. */
function rewrite(
  folder: string,
  name: string,
  replacement: (lines: readonly string[]) => { readonly name: string; readonly bytes: Buffer } | undefined,
): boolean {
  const path = join(folder, name);
  const bytes = readIfThere(path);
  if (bytes === undefined) return false;
  const other = isWhole(bytes) ? replacement(graphFileLines(bytes)) : undefined;
  if (other === undefined || other.name === name) return true;
  publishFile(join(folder, other.name), other.bytes);
  rmSync(path, { force: true });
  return true;
}
