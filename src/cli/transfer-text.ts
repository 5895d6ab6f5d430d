import type { Comparison } from "../flush/transfer/comparison.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText } from "./output.ts";

/** What a comparison came to, in lines. */
export function comparisonText({ compared, quads, missing, sha256, troubles }: Comparison): string {
  const what = `${counted(quads, "quad")} of ${counted(compared, "graph")}`;
  const first =
    missing === 0
      ? `compared by value: ${what} are all there (sha256 ${sha256.slice(0, 16)}…)`
      : `compared by value: ${missing} of ${what} are missing`;
  return [first, ...troubles.map(plainText)].join("\n");
}

export function comparisonExit({ missing, troubles }: Comparison): number {
  return missing > 0 || troubles.length > 0 ? EXIT.no : EXIT.done;
}
