import type { Brief } from "../../model/brief.ts";
import { ProvenanceError } from "../../model/error.ts";
import { lastSequenceOf, type SeriesColumns, sequenceOf } from "../../series/columns.ts";
import { mergeColumns, readRows } from "../../series/merge.ts";
import { RowBatch } from "../../series/row-batch.ts";
import { SeriesSummaries } from "../../series/summary.ts";
import { summaryStatements } from "../../series/summary-statements.ts";
import type { AnnouncedSeries } from "../../spool/announced-series.ts";
import { addKnown } from "./pending-rows.ts";

/** How many rows wait to be put in order, so that memory is bounded. */
const ROWS_AT_ONCE = 1_000_000;

/**
 * Summarises the series of a writer, some rows of which are in the spool, and some in series files already. A series file that cannot be read is no reason
 * to stop reading the spool: it shows when the statements are asked for.
 */
export class PendingSummaries {
  readonly #writer: string;
  readonly #summaries = new SeriesSummaries();
  readonly #moved: AsyncGenerator<SeriesColumns>;
  #nextMoved: Promise<SeriesColumns | undefined> | undefined;
  #frames: { readonly sequence: number; readonly rows: Float64Array }[] = [];
  #waiting = 0;
  #last = -1;
  #fault: ProvenanceError | undefined;

  constructor(seriesFolder: string, execution: string, writer: string) {
    this.#writer = writer;
    this.#moved = readRows(seriesFolder, { execution, writer });
  }

  /** Takes (and keeps) the rows of a frame that are in no series file; true when {@link settle} should come next. */
  add(sequence: number, rows: Float64Array): boolean {
    if (this.#fault !== undefined) return false;
    this.#frames.push({ sequence, rows });
    this.#waiting += rows.length / 4;
    return this.#waiting >= ROWS_AT_ONCE;
  }

  /** Takes in what has been added, which one segment has announced. Frames may stand out of order in it. */
  async settle(series: AnnouncedSeries): Promise<void> {
    if (this.#frames.length === 0) return;
    const batch = new RowBatch(this.#writer, series.known);
    for (const { sequence, rows } of this.#frames.sort((a, b) => a.sequence - b.sequence))
      addKnown(batch, series, sequence, rows);
    this.#frames = [];
    this.#waiting = 0;
    if (batch.length === 0) return;
    const columns = batch.columns();
    try {
      await this.#takeMoved(lastSequenceOf(columns), columns);
    } catch (error) {
      if (!(error instanceof ProvenanceError)) throw error;
      this.#fault = error;
    }
  }

  /**
   * What is to be stated once the stream has ended, and of which series.
   * @throws {ProvenanceError} `corrupt`, `unreadable` where rows of a series file are missing from it
   */
  async statements(): Promise<{ readonly statements: Brief[]; readonly series: readonly string[] }> {
    if (this.#fault !== undefined) throw this.#fault;
    await this.#takeMoved(Number.POSITIVE_INFINITY);
    return {
      statements: summaryStatements(this.#summaries),
      series: Array.from(this.#summaries.entries(), ([id]) => id),
    };
  }

  /** Takes the rows of series files that begin before this sequence number, together with these rows. */
  async #takeMoved(before: number, columns?: SeriesColumns): Promise<void> {
    const batches = columns === undefined ? [] : [columns];
    for (;;) {
      this.#nextMoved ??= this.#moved.next().then(({ value }) => value || undefined);
      const moved = await this.#nextMoved;
      if (moved === undefined || sequenceOf(moved, 0) > before) break;
      this.#nextMoved = undefined;
      if (columns === undefined) this.#take([moved]);
      else batches.push(moved);
    }
    if (columns !== undefined) this.#take(batches);
  }

  #take(batches: readonly SeriesColumns[]): void {
    const merged = mergeColumns(this.#writer, batches, this.#last);
    if (merged.index.length === 0) return;
    this.#summaries.add(merged);
    this.#last = lastSequenceOf(merged);
  }
}
