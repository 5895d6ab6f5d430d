import { type Brief, briefPrefixes, expand } from "../model/brief.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName, type Prefixes } from "../model/names.ts";
import type { SeriesDescription } from "../model/row.ts";
import { appendQuads } from "../rdf/quads.ts";
import type { SeriesColumns } from "../series/columns.ts";
import { isCovered, readCoverage, type SequenceRange } from "../spool/coverage.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { processIdentity, writerState } from "../spool/liveness.ts";
import { listSegments, readSegment, type SegmentReading } from "../spool/reader.ts";
import type { Place, Writer } from "./source.ts";

/** Lines in one piece; a megabyte holds a few thousand. */
const LINES = 4000;

/**
 * The statements (of one execution only, if its UUID is given) that are in the spool and in no graph file yet, as N-Quads. Read these before the graph files: what a
 * flusher moves meanwhile then comes twice, never not at all.
 */
export function* pendingQuads(place: Place, problems: Set<string>, only?: string): Generator<Uint8Array, void, void> {
  for (const reading of segments(place, problems, only)) {
    const { execution, writer } = reading.header;
    const covered = readCoverage(place.graph, execution).get(writer);
    const prefixes = prefixesOf(reading.header);
    const graph = expandName(EXECUTION_GRAPH, prefixes);
    let lines: string[] = [];
    for (const frame of reading.frames()) {
      if (frame.kind !== "statements" || isCovered(covered, rangeOf(frame.sequence, frame.statements.length))) continue;
      for (const brief of frame.statements) appendBrief(brief, prefixes, graph, lines, problems);
      if (lines.length < LINES) continue;
      yield bytesOf(lines);
      lines = [];
    }
    if (lines.length > 0) yield bytesOf(lines);
    for (const { from, to, reason } of reading.damage)
      problems.add(`${reading.path}, bytes ${from} to ${to}: ${reason}`);
  }
}

/** The rows of an execution that are in the spool and in no series file yet, frame by frame. Read these before the series files. */
export function* pendingRows(
  place: Place,
  problems: Set<string>,
  execution: string,
): Generator<SeriesColumns, void, void> {
  const coverage = readCoverage(place.graph, execution);
  for (const reading of segments(place, problems, execution)) {
    const { writer } = reading.header;
    const prefixes = prefixesOf(reading.header);
    const series: SeriesDescription[] = [];
    const positions = new Map<number, number>();
    for (const frame of reading.frames()) {
      if (frame.kind === "rows") {
        if (isCovered(coverage.get(writer), rangeOf(frame.sequence, frame.rows.length / 4))) continue;
        yield columnsOf(writer, frame.sequence, frame.rows, series, positions);
      }
      if (frame.kind !== "series" || positions.has(frame.number)) continue;
      const { id, name, activity } = frame;
      const description = { id: expandName(id, prefixes), name, activity: expandName(activity, prefixes) };
      positions.set(frame.number, series.push(description) - 1);
    }
  }
}

/** What the spool says of those who write into it. */
export function readWriters(place: Place, problems: Set<string>): Writer[] {
  const self = processIdentity();
  const last = new Map<string, Writer>();
  for (const reading of segments(place, problems)) {
    const { header, ended } = reading;
    const namespace = executionNamespace(header.base, header.execution);
    const state = ended ? "ended" : writerState(header, self);
    last.set(`${namespace}${header.writer}`, { name: header.writer, namespace, state });
  }
  return [...last.values()];
}

/** The segments that can be read, each writer's in order. One that is gone meanwhile has been moved into graph files. */
function* segments(
  { spools }: Place,
  problems: Set<string>,
  execution?: string,
): Generator<SegmentReading, void, void> {
  for (const spool of spools) {
    for (const { path } of attempt(problems, () => listSegments(spool)) ?? []) {
      const reading = attempt(problems, () => openSegment(path));
      if (reading === undefined) continue;
      try {
        if (execution === undefined || reading.header.execution === execution) yield reading;
      } finally {
        reading.close();
      }
    }
  }
}

function openSegment(path: string): SegmentReading | undefined {
  const reading = readSegment(path);
  if (!reading || reading.sealed || writerState(reading.header) !== "dead") return reading;
  reading.close();
  return readSegment(path, { dead: true });
}

function attempt<T>(problems: Set<string>, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.add(messageOf(error));
    return undefined;
  }
}

/** A statement that no graph can hold costs nothing but itself. */
function appendBrief(brief: Brief, prefixes: Prefixes, graph: string, lines: string[], problems: Set<string>): void {
  const before = lines.length;
  try {
    for (const statement of expand(brief, prefixes)) appendQuads(statement, graph, lines);
  } catch (error) {
    lines.length = before;
    problems.add(`a statement was left out: ${messageOf(error)}`);
  }
}

function columnsOf(
  writer: string,
  firstSequence: number,
  rows: Float64Array,
  series: readonly SeriesDescription[],
  positions: ReadonlyMap<number, number>,
): SeriesColumns {
  const length = rows.length / 4;
  const index = new Int32Array(length);
  const [step, value, time] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  for (let row = 0, at = 0; row < length; row++) {
    index[row] = positions.get(rows[at++] as number) as number; // announced before: the reader holds back the others
    step[row] = rows[at++] as number;
    value[row] = rows[at++] as number;
    time[row] = rows[at++] as number;
  }
  return { writer, series: [...series], index, step, value, time, firstSequence };
}

function prefixesOf({ base, execution }: SegmentHeader): Prefixes {
  return briefPrefixes(base, executionNamespace(base, execution));
}

function rangeOf(first: number, count: number): SequenceRange {
  return { first, last: first + count - 1 };
}

function bytesOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(`${lines.join("\n")}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
