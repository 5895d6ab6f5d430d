import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../model/brief.ts";
import { ProvenanceError } from "../model/error.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName, type Prefixes } from "../model/names.ts";
import type { SeriesDescription } from "../model/row.ts";
import { appendQuads } from "../rdf/quads.ts";
import { seriesPath } from "../series/layout.ts";
import { writeSeriesFile } from "../series/write.ts";
import { graphFileName, isCovered, readCoverage, type SequenceRange } from "../spool/coverage.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { writerState } from "../spool/liveness.ts";
import { type Frame, readSegment, type SegmentFile, type SegmentReading } from "../spool/reader.ts";
import { digestLater } from "./digest.ts";
import { stateLoss } from "./ending.ts";
import type { FlushReport } from "./flush.ts";
import { graphFileText, publishFile } from "./graph-file.ts";
import { RowBatch } from "./row-batch.ts";

/** A piece is published when it holds this much, so that memory is bounded whatever the backlog. */
const PIECE_QUADS = 200_000;
const PIECE_ROWS = 1_000_000;

export interface SegmentOutcome {
  readonly header: SegmentHeader;
  /** Nobody writes it any more, and all of it is in `graph/` and `series/`. */
  readonly isSettled: boolean;
  /** The writer itself said that its stream ends here. */
  readonly hasEnded: boolean;
  /** The latest time that a statement or row of it names; milliseconds since 1970. */
  readonly lastTime: number;
}

/**
 * Moves what a segment holds and no graph file covers yet. Undefined when there is nothing to do with it now: it was taken by
 * another flusher, cannot be read (it stays, and the report says why), or is still written and the open ones are left out.
 */
export async function moveSegment(
  directory: string,
  segment: SegmentFile,
  coverage: Map<string, SequenceRange[]>,
  includesOpen: boolean,
  report: FlushReport,
): Promise<SegmentOutcome | undefined> {
  let reading: SegmentReading | undefined;
  try {
    reading = readSegment(segment.path);
    const isDead = reading !== undefined && !reading.sealed && writerState(reading.header) === "dead";
    if (isDead) {
      reading?.close();
      reading = readSegment(segment.path, { dead: true });
    }
    if (reading === undefined || (!reading.sealed && !isDead && !includesOpen)) return undefined;
    const { header } = reading;
    if (coverage.size === 0) {
      for (const [writer, ranges] of readCoverage(directoryPaths(directory).graph, header.execution))
        coverage.set(writer, ranges);
    }
    const mover = new Mover(directory, header, coverage.get(header.writer) ?? [], report);
    for (const frame of reading.frames()) await mover.take(frame);
    await mover.publish();
    const isSettled = reading.sealed || isDead;
    if (isSettled) stateLoss(directory, reading, report);
    return { header, isSettled, hasEnded: reading.ended, lastTime: mover.lastTime };
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    report.refused.push({ path: segment.path, reason: error.message });
    return undefined;
  } finally {
    reading?.close();
  }
}

/** Collects a segment's frames into pieces and publishes each: first its rows, then the graph file that says it is done. */
class Mover {
  lastTime: number;
  readonly #directory: string;
  readonly #header: SegmentHeader;
  readonly #covered: readonly SequenceRange[];
  readonly #report: FlushReport;
  readonly #prefixes: Prefixes;
  readonly #graph: string;
  readonly #series = new Map<number, SeriesDescription>();
  #lines: string[] = [];
  #rows: RowBatch;
  #piece: { first: number; last: number } | undefined;

  constructor(directory: string, header: SegmentHeader, covered: readonly SequenceRange[], report: FlushReport) {
    this.#directory = directory;
    this.#header = header;
    this.#covered = covered;
    this.#report = report;
    this.#prefixes = briefPrefixes(header.base, executionNamespace(header.base, header.execution));
    this.#graph = expandName(EXECUTION_GRAPH, this.#prefixes);
    this.#rows = new RowBatch(header.writer, this.#series);
    this.lastTime = header.createdAt;
  }

  async take(frame: Frame): Promise<void> {
    if (frame.kind === "series") {
      const full = (name: string) => expandName(name, this.#prefixes);
      this.#series.set(frame.number, { id: full(frame.id), name: frame.name, activity: full(frame.activity) });
      return;
    }
    const count = frame.kind === "statements" ? frame.statements.length : frame.rows.length / 4;
    const range = { first: frame.sequence, last: frame.sequence + count - 1 };
    this.#noteTime(frame);
    if (isCovered(this.#covered, range)) return this.publish();
    if (this.#piece && range.first !== this.#piece.last + 1) await this.publish();
    this.#piece = { first: this.#piece?.first ?? range.first, last: range.last };
    if (frame.kind === "rows") {
      this.#rows.add(frame.sequence, frame.rows);
      this.#report.rows += count;
    } else {
      for (const [i, brief] of frame.statements.entries()) this.#state(brief, frame.sequence + i);
      this.#report.statements += count;
    }
    if (this.#lines.length >= PIECE_QUADS || this.#rows.length >= PIECE_ROWS) await this.publish();
  }

  /** Writes what is collected. The graph file's name covers the piece, so it comes last. */
  async publish(): Promise<void> {
    if (!this.#piece) return;
    const { graph, series } = directoryPaths(this.#directory);
    const { execution, writer } = this.#header;
    if (this.#rows.length > 0) {
      const columns = this.#rows.columns();
      await writeSeriesFile(seriesPath(series, execution, columns), columns);
    }
    publishFile(join(graph, execution, graphFileName(writer, this.#piece)), graphFileText(this.#lines));
    this.#report.quads += this.#lines.length;
    this.#lines = [];
    this.#rows = new RowBatch(writer, this.#series);
    this.#piece = undefined;
  }

  /** A statement that no graph can hold goes to quarantine with the reason, and does not stop the rest. */
  #state(brief: Brief, sequence: number): void {
    const before = this.#lines.length;
    try {
      if (brief.kind === "digest") digestLater(this.#directory, this.#header, brief, sequence);
      for (const statement of expand(brief, this.#prefixes)) appendQuads(statement, this.#graph, this.#lines);
    } catch (error) {
      this.#lines.length = before;
      const { writer, execution } = this.#header;
      const path = join(directoryPaths(this.#directory).quarantine, `${writer}-${sequence}.json`);
      const reason = error instanceof Error ? error.message : String(error);
      publishFile(path, `${JSON.stringify({ execution, writer, sequence, reason, statement: brief }, null, 2)}\n`);
      this.#report.quarantined++;
    }
  }

  #noteTime(frame: Frame): void {
    if (frame.kind === "rows") {
      for (let i = 3; i < frame.rows.length; i += 4) this.#noteOne(frame.rows[i]);
    } else if (frame.kind === "statements") {
      for (const brief of frame.statements) {
        const { time, startTime, endTime } = brief as { time?: unknown; startTime?: unknown; endTime?: unknown };
        for (const one of [time, startTime, endTime]) this.#noteOne(one);
      }
    }
  }

  #noteOne(time: unknown): void {
    if (typeof time === "number" && time > this.lastTime && time < 8.64e15) this.lastTime = time;
  }
}
