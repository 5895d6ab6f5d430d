import { join } from "node:path";
import { ROW_FIELDS, type SeriesDescription } from "../model/row.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { publishFile } from "./publish.ts";

interface Refused {
  readonly sequence: number;
  readonly reason: unknown;
}

/** Keeps a statement that no graph can hold, with the reason. */
export function quarantineStatement(
  directory: string,
  header: SegmentHeader,
  { statement, ...refused }: Refused & { readonly statement: unknown },
): void {
  publish(directory, header, refused, { statement });
}

/** Keeps rows of a series whose names no graph can hold: each as `[series number, step, value, time]`. */
export function quarantineRows(
  directory: string,
  header: SegmentHeader,
  { series, rows, ...refused }: Refused & { readonly series: SeriesDescription; readonly rows: Float64Array },
): void {
  const told = Array.from({ length: rows.length / ROW_FIELDS }, (_, row) =>
    // JSON has no word for NaN and the infinities.
    Array.from(rows.subarray(row * ROW_FIELDS, (row + 1) * ROW_FIELDS), (n) => (Number.isFinite(n) ? n : String(n))),
  );
  publish(directory, header, refused, { series, rows: told });
}

function publish(directory: string, { execution, writer }: SegmentHeader, refused: Refused, what: object): void {
  const { sequence, reason } = refused;
  const text = reason instanceof Error ? reason.message : String(reason);
  const path = join(directoryPaths(directory).quarantine, `${writer}-${sequence}.json`);
  publishFile(path, `${JSON.stringify({ execution, writer, sequence, reason: text, ...what }, null, 2)}\n`);
}
