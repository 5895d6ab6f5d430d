import type { Brief } from "../model/brief.ts";
import { doubleValue } from "../model/literals.ts";
import type { SeriesSummaries } from "./summary.ts";

/** What is stated of each series of a writer whose stream has ended. */
export function summaryStatements(summaries: SeriesSummaries): Brief[] {
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
  return statements;
}

function double(value: number): { value: string; type: string } {
  const { value: lexical } = doubleValue(value) as { value: string };
  return { value: lexical, type: "xsd:double" };
}
