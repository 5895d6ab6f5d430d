import type { Brief } from "../model/brief.ts";
import { doubleValue } from "../model/literals.ts";
import { readRows } from "../series/merge.ts";
import { SeriesSummaries } from "../series/summary.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { publishFile } from "./publish.ts";
import { statedFile } from "./stated.ts";

/** States the summary of each series of a writer whose stream has ended: a pure function of its rows in writer order. */
export async function stateSummaries(directory: string, header: SegmentHeader): Promise<void> {
  const { execution, writer } = header;
  const summaries = new SeriesSummaries();
  for await (const columns of readRows(directoryPaths(directory).series, { execution, writer })) {
    summaries.add(columns);
  }
  const statements: Brief[] = [];
  for (const [series, summary] of summaries.entries()) {
    const { rowCount, minimum, maximum, firstValue, lastValue, lastStep, rowsDigest } = summary;
    const attributes: [string, string | number | { value: string; type: string }][] = [["provml:rowCount", rowCount]];
    for (const [name, value] of Object.entries({ minimum, maximum, firstValue, lastValue })) {
      if (value !== undefined) attributes.push([`provml:${name}`, double(value)]);
    }
    attributes.push(["provml:lastStep", double(lastStep)], ["provml:rowsDigest", rowsDigest]);
    statements.push({ kind: "entity", id: `<${series}>`, attributes });
  }
  if (statements.length === 0) return;
  const { path, bytes } = statedFile(directory, header, "summary", statements);
  publishFile(path, bytes);
}

function double(value: number): { value: string; type: string } {
  const { value: lexical } = doubleValue(value) as { value: string };
  return { value: lexical, type: "xsd:double" };
}
