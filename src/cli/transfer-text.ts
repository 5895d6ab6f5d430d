import type { Comparison } from "../flush/transfer/comparison.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText } from "./output.ts";

/** What a comparison came to, in lines. */
export function comparisonText(comparison: Comparison): string {
  const { compared, quads, missing, rows, missingRows, sha256, troubles } = comparison;
  const graphs = `${counted(quads, "quad")} of ${counted(compared, "graph")}`;
  const what = rows === 0 ? graphs : `${graphs} and ${counted(rows, "row")}`;
  const lost = [
    missing > 0 ? `${missing} of ${graphs}` : "",
    missingRows > 0 ? `${missingRows} of ${counted(rows, "row")}` : "",
  ];
  const first =
    missing + missingRows === 0
      ? `compared by value: ${what} are all there (sha256 ${sha256.slice(0, 16)}…)`
      : `compared by value: ${lost.filter(Boolean).join(" and ")} are missing`;
  return [first, ...troubles.map(plainText)].join("\n");
}

export function comparisonExit({ missing, missingRows, troubles }: Comparison): number {
  return missing + missingRows > 0 || troubles.length > 0 ? EXIT.no : EXIT.done;
}
