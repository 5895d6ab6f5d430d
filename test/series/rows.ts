import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { SeriesColumns } from "../../src/series/columns.ts";

export const EXECUTION = "0193a5c0-0000-7000-8000-000000000001";
export const X = `https://w3id.org/prov-ml/id/${EXECUTION}/`;
export const LOSS = { id: `${X}wa-1`, name: "loss", activity: `${X}wa-10` };
export const ACCURACY = { id: `${X}wa-2`, name: "accuracy", activity: `${X}wa-10` };
export const START = Date.UTC(2026, 10, 21);

/** Rows of `loss` and `accuracy` in turn, with the given values and sequence numbers. */
export function rows(
  values: readonly number[],
  firstSequence = 0,
  changes: Partial<SeriesColumns> = {},
): SeriesColumns {
  return {
    writer: "wa",
    series: [LOSS, ACCURACY],
    index: Int32Array.from(values, (_, row) => row % 2),
    step: Float64Array.from(values, (_, row) => row >> 1),
    value: Float64Array.from(values),
    time: Float64Array.from(values, (_, row) => START + row * 1.125),
    firstSequence,
    ...changes,
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "provml-series-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
