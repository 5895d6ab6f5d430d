import { PREFIXES } from "../model/names.ts";
import { namesIn, publishedNames } from "./compacted.ts";

/** What a writer's series come to, under a name made of the content: a later one, of more rows, has another. */
const SUMMARY_NAME = /^([A-Za-z]\w*)-summary(?:-[0-9a-f]{16})?\.nq$/;
/** Lines that came from elsewhere, and are no file of a writer. */
export const BROUGHT_NAME = /^brought-[0-9a-f]{32}\.nq$/;

const DIGEST = "rowsDigest";
const STATED = ["rowCount", "minimum", "maximum", "firstValue", "lastValue", "lastStep", DIGEST];
/** What a summary says of a series. */
export const SUMMARY_PREDICATES: readonly string[] = STATED.map((name) => `${PREFIXES.provml}${name}`);
const PREDICATES = new Set(SUMMARY_PREDICATES.map((iri) => `<${iri}>`));
const DIGEST_PREDICATE = `<${PREFIXES.provml}${DIGEST}>`;

/** The writer whose series a graph file of this name sums up; undefined for any other file. */
export function summarisedWriter(name: string): string | undefined {
  return SUMMARY_NAME.exec(name)?.[1];
}

/** The summaries that an execution's folder has, by writer: names of files, or of what a compact file stands for. */
export function summariesIn(folder: string): Map<string, string[]> {
  const summaries = new Map<string, string[]>();
  for (const name of publishedNames(folder)) {
    const writer = summarisedWriter(name);
    if (writer === undefined) continue;
    const known = summaries.get(writer);
    if (known) known.push(name);
    else summaries.set(writer, [name]);
  }
  return summaries;
}

/** Whether something came from elsewhere that no compaction has looked at. */
export function hasBrought(folder: string): boolean {
  return namesIn(folder).some((name) => BROUGHT_NAME.test(name));
}

/** The series that a line, in latin1, gives the digest of. */
export function summarisedBy(line: string): string | undefined {
  const [subject, predicate] = line.split(" ", 2);
  return predicate === DIGEST_PREDICATE ? subject : undefined;
}

/** Whether a line, in latin1, is part of the summary of one of these series. */
export function isSummaryOf(line: string, series: ReadonlySet<string>): boolean {
  const [subject = "", predicate = ""] = line.split(" ", 2);
  return PREDICATES.has(predicate) && series.has(subject);
}

/** A series by its IRI as lines in latin1 begin with it. */
export function asSubject(series: string): string {
  return Buffer.from(`<${series}>`).toString("latin1");
}
