import { briefPrefixes } from "../../model/brief.ts";
import { executionNamespace } from "../../model/names.ts";
import { ROW_FIELDS } from "../../model/row.ts";
import type { SeriesColumns } from "../../series/columns.ts";
import { RowBatch } from "../../series/row-batch.ts";
import { AnnouncedSeries } from "../../spool/announced-series.ts";
import { isCovered, readCoverage } from "../../spool/coverage.ts";
import type { Place } from "../source.ts";
import { pendingSegments } from "./pending.ts";

/** The rows of an execution that are in the spool and in no series file yet, frame by frame. Read these before the series files. */
export function* pendingRows(
  place: Place,
  problems: Set<string>,
  execution: string,
): Generator<SeriesColumns, void, void> {
  const coverage = readCoverage(place.graph, execution);
  for (const reading of pendingSegments(place, problems, execution)) {
    const { base, writer } = reading.header;
    const prefixes = briefPrefixes(base, executionNamespace(base, execution));
    const series = new AnnouncedSeries();
    for (const frame of reading.frames()) {
      if (frame.kind === "series") series.announce(frame.number, frame, prefixes);
      if (frame.kind !== "rows") continue;
      const { sequence, rows } = frame;
      if (isCovered(coverage.get(writer), { first: sequence, last: sequence + rows.length / ROW_FIELDS - 1 })) continue;
      const batch = new RowBatch(writer, series.known);
      addKnown(batch, series, sequence, rows);
      if (batch.length > 0) yield batch.columns();
    }
  }
}

/** Adds the rows of a frame, without those of series whose names no graph can hold. */
export function addKnown(batch: RowBatch, series: AnnouncedSeries, sequence: number, rows: Float64Array): void {
  const end = rows.length;
  for (let from = 0, to = 0; from < end; from = to) {
    const isKnown = series.known.has(rows[from] as number);
    do to += ROW_FIELDS;
    while (to < end && series.known.has(rows[to] as number) === isKnown);
    if (isKnown) batch.add(sequence + from / ROW_FIELDS, rows.subarray(from, to));
  }
}
