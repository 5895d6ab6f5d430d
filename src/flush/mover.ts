import { dirname, join } from "node:path";
import { type Brief, type BriefPlan, type BriefTree, briefPrefixes, expand } from "../model/brief.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName, type Prefixes } from "../model/names.ts";
import { ROW_FIELDS } from "../model/row.ts";
import { graphFile } from "../rdf/graph-file.ts";
import { appendQuads } from "../rdf/quads.ts";
import { seriesPath } from "../series/layout.ts";
import { RowBatch } from "../series/row-batch.ts";
import { writeSeriesFile } from "../series/write.ts";
import { accessIn, makeFolder } from "../spool/access.ts";
import type { AnnouncedSeries } from "../spool/announced-series.ts";
import { graphFileName, isCovered, readCoverage, type SequenceRange } from "../spool/coverage.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { LastTime } from "../spool/last-time.ts";
import type { Frame } from "../spool/reader.ts";
import { digestLater } from "./digest.ts";
import { statePlan } from "./plan.ts";
import { publishFile } from "./publish.ts";
import { quarantineRows, quarantineStatement } from "./quarantine.ts";
import type { FlushReport } from "./report.ts";
import { retractSummaries } from "./summary-files.ts";
import { digestTreeLater } from "./tree.ts";

/** A piece is published when it holds this much, so that memory is bounded whatever the backlog. */
const PIECE_QUADS = 25_000;
/** Characters of quads; a statement may hold a megabyte. */
const PIECE_CHARACTERS = 2 * 1024 * 1024;
const PIECE_ROWS = 100_000;

export interface MoverOptions {
  readonly directory: string;
  readonly header: SegmentHeader;
  /** The writer's sequence numbers that have been moved before. */
  readonly covered: readonly SequenceRange[];
  readonly report: FlushReport;
  /** Whether something is stated of the writer's series. */
  readonly isSummarised: boolean;
  /** Told when that is taken back. */
  readonly onRetracted: () => void;
  /** Filled with what the segment announces. */
  readonly series: AnnouncedSeries;
}

/** Collects a segment's frames into pieces and publishes each: first its rows, then the graph file that says it is done. */
export class Mover {
  readonly #lastTime = new LastTime();
  readonly #directory: string;
  readonly #header: SegmentHeader;
  readonly #covered: readonly SequenceRange[];
  readonly #report: FlushReport;
  readonly #isSummarised: boolean;
  readonly #onRetracted: () => void;
  readonly #prefixes: Prefixes;
  readonly #graph: string;
  readonly #series: AnnouncedSeries;
  /** Definitions that are in this piece already. */
  readonly #stated = new Set<string>();
  #lines: string[] = [];
  #characters = 0;
  #rows: RowBatch;
  #piece: SequenceRange | undefined;

  constructor({ directory, header, covered, report, series, isSummarised, onRetracted }: MoverOptions) {
    this.#directory = directory;
    this.#header = header;
    this.#covered = covered;
    this.#report = report;
    this.#isSummarised = isSummarised;
    this.#onRetracted = onRetracted;
    this.#series = series;
    this.#prefixes = briefPrefixes(header.base, executionNamespace(header.base, header.execution));
    this.#graph = expandName(EXECUTION_GRAPH, this.#prefixes);
    this.#rows = new RowBatch(header.writer, series.known);
  }

  /** The latest time that a statement or row names, milliseconds since 1970; undefined where none does. */
  get lastTime(): number | undefined {
    return this.#lastTime.value;
  }

  async take(frame: Frame): Promise<void> {
    if (frame.kind === "series") return this.#series.announce(frame.number, frame, this.#prefixes);
    const count = frame.kind === "statements" ? frame.statements.length : frame.rows.length / ROW_FIELDS;
    if (count === 0) return;
    const range = { first: frame.sequence, last: frame.sequence + count - 1 };
    this.#lastTime.note(frame);
    if (isCovered(this.#covered, range)) return this.publish();
    if (this.#piece && range.first !== this.#piece.last + 1) await this.publish();
    this.#piece = { first: this.#piece?.first ?? range.first, last: range.last };
    if (frame.kind === "rows") {
      this.#takeRows(frame.sequence, frame.rows);
      this.#report.rows += count;
    } else {
      for (const [i, brief] of frame.statements.entries()) {
        this.#state(brief, frame.sequence + i);
        if (brief?.kind === "tree") await this.#digestTree(brief as BriefTree, frame.sequence + i);
      }
      this.#report.statements += count;
    }
    if (this.#isFull()) await this.publish();
  }

  #isFull(): boolean {
    const { length } = this.#lines;
    return length >= PIECE_QUADS || this.#characters >= PIECE_CHARACTERS || this.#rows.length >= PIECE_ROWS;
  }

  /** Writes what is collected. The graph file's name covers the piece, so it comes last. */
  async publish(): Promise<void> {
    if (!this.#piece) return;
    const { graph, series } = directoryPaths(this.#directory);
    const { execution, writer } = this.#header;
    // What is stated may be of these rows, too: another flusher was quicker.
    if (this.#isSummarised && isCovered(readCoverage(graph, execution).get(writer), this.#piece)) return this.#begin();
    if (this.#rows.length > 0) {
      const columns = this.#rows.columns();
      const path = seriesPath(series, execution, columns);
      makeFolder(dirname(path));
      await writeSeriesFile(path, columns, accessIn(dirname(path)).file);
      // A segment that comes late, or a writer that goes on after it was declared dead.
      if (this.#isSummarised) {
        this.#onRetracted();
        retractSummaries(join(graph, execution), { writer, series: columns.series.map(({ id }) => id) });
      }
    }
    publishFile(join(graph, execution, graphFileName(writer, this.#piece)), graphFile(this.#lines));
    this.#report.quads += this.#lines.length;
    this.#begin();
  }

  /** The next piece. */
  #begin(): void {
    this.#lines = [];
    this.#stated.clear();
    this.#characters = 0;
    this.#rows = new RowBatch(this.#header.writer, this.#series.known);
    this.#piece = undefined;
  }

  /** A statement that no graph can hold goes to quarantine with the reason, and does not stop the rest. */
  #state(brief: Brief, sequence: number): void {
    const before = this.#lines.length;
    try {
      if (brief.kind === "plan") {
        this.#report.quads += statePlan(this.#directory, this.#prefixes, brief as BriefPlan);
        return;
      }
      for (const statement of expand(brief, this.#prefixes, this.#stated))
        appendQuads(statement, this.#graph, this.#lines);
      for (let i = before; i < this.#lines.length; i++) this.#characters += (this.#lines[i] as string).length;
      if (brief.kind === "digest") digestLater(this.#directory, this.#header, brief, sequence);
    } catch (error) {
      this.#lines.length = before;
      this.#stated.clear();
      this.#refuse(brief, sequence, error);
    }
  }

  async #digestTree(request: BriefTree, sequence: number): Promise<void> {
    try {
      await digestTreeLater(this.#directory, this.#header, request, sequence);
    } catch (error) {
      this.#refuse(request, sequence, error);
    }
  }

  #refuse(statement: Brief, sequence: number, reason: unknown): void {
    if ((reason as NodeJS.ErrnoException).syscall !== undefined) throw reason; // the disk's fault, not the statement's
    quarantineStatement(this.#directory, this.#header, { sequence, reason, statement });
    this.#report.quarantined++;
  }

  #takeRows(sequence: number, rows: Float64Array): void {
    const end = rows.length;
    for (let from = 0, to = 0; from < end; from = to) {
      const refused = this.#series.refused(rows[from] as number);
      do to += ROW_FIELDS;
      while (to < end && this.#series.refused(rows[to] as number) === refused);
      const [first, run] = [sequence + from / ROW_FIELDS, rows.subarray(from, to)];
      if (refused === undefined) this.#rows.add(first, run);
      else {
        quarantineRows(this.#directory, this.#header, { sequence: first, rows: run, ...refused });
        this.#report.quarantined += run.length / ROW_FIELDS;
      }
    }
  }
}
