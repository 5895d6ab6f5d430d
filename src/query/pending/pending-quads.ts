import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../../model/brief.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName, type Prefixes } from "../../model/names.ts";
import { ROW_FIELDS } from "../../model/row.ts";
import { appendQuads } from "../../rdf/quads.ts";
import { AnnouncedSeries } from "../../spool/announced-series.ts";
import { publishedNames } from "../../spool/compacted.ts";
import { isCovered, readCoverage, type SequenceRange } from "../../spool/coverage.ts";
import { closingStatements, lossStatements } from "../../spool/ending-statements.ts";
import type { SegmentHeader } from "../../spool/format.ts";
import { LastTime } from "../../spool/last-time.ts";
import { writerState } from "../../spool/liveness.ts";
import {
  checkHeader,
  type Frame,
  listSegments,
  type SegmentFile,
  type SegmentReading,
  segmentsAfter,
  segmentsByWriter,
} from "../../spool/reader.ts";
import type { Place } from "../source.ts";
import { attempt, messageOf, openPending, type PendingSegment } from "./pending.ts";
import { PendingSummaries } from "./pending-summaries.ts";
import type { Retracted } from "./retracted.ts";

/** Lines in one piece; a megabyte holds a few thousand. */
const LINES = 4000;

/** Definitions that are kept in mind; only to save work. */
const MOST_STATED = 10_000;

export interface PendingOptions {
  /** Filled with what graph files say of series that the spool has more rows of; to be given to whoever reads them. */
  readonly retracted: Retracted;
  /** Only what this execution (its UUID) stated. */
  readonly execution?: string;
}

/**
 * What the flusher would add to the graph files if it went over the spool now, as N-Quads: what is in the spool and in no graph file
 * yet, and of each writer's stream what it has lost, how it ended and what its series come to; and what it would take out of them. Only what a look at other files would
 * tell is left out: the digests that wait for the flusher. Read this before the graph files: what a flusher moves meanwhile then comes twice, never not at all.
 */
export async function* pendingQuads(
  place: Place,
  problems: Set<string>,
  options: PendingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  for (const spool of place.spools) {
    for (const listed of segmentsByWriter(attempt(problems, () => listSegments(spool)) ?? [])) {
      yield* streamQuads(place, spool, listed, problems, options);
    }
  }
}

/** The segments of one writer, as the flusher goes through them. */
async function* streamQuads(
  place: Place,
  spool: string,
  listed: readonly SegmentFile[],
  problems: Set<string>,
  { execution, retracted }: PendingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  let stream: PendingStream | undefined;
  let isWhole = mayHaveEnded(listed.at(-1) as SegmentFile);
  for (let segments = listed; segments.length > 0; ) {
    for (const segment of segments) {
      try {
        const opened = openPending(segment.path);
        if (opened === undefined) {
          isWhole &&= existsSync(segment.path); // without a header it holds nothing; what is gone, a flusher takes
          continue;
        }
        try {
          const { header } = opened.reading;
          if (execution !== undefined && header.execution !== execution) return;
          checkHeader(segment, header);
          const summaries = isWhole ? summariesOf(place, header) : undefined;
          stream ??= new PendingStream(place, header, { problems, summaries, retracted });
          yield* stream.read(opened);
          isWhole &&= opened.state !== "open";
        } finally {
          opened.reading.close();
        }
      } catch (error) {
        problems.add(messageOf(error));
        isWhole = false;
      }
    }
    // Only a list made after the death is known to be the whole: the writer may have gone on after the first one.
    segments = isWhole && stream?.isDead === true ? segmentsAfter(spool, segments.at(-1)) : [];
  }
  if (!isWhole || stream === undefined) return;
  // A late one is all that there is, unless its writer has just gone on.
  const hasEnded = stream.hasEnded || (stream.hasGoneOn && segmentsAfter(spool, listed.at(-1)).length === 0);
  if (hasEnded) yield* stream.ending();
  // A flush states anew what it takes back as soon as nobody writes the last segment. It does so, too, where another one cannot be read; here that one is
  // named instead, and nothing is said of the series.
  else if (stream.hasRetracted) yield* stream.sums();
}

function summariesOf({ series }: Place, { execution, writer }: SegmentHeader): PendingSummaries {
  return new PendingSummaries(series, execution, writer);
}

function mayHaveEnded({ path, sealed }: SegmentFile): boolean {
  if (sealed) return true;
  try {
    const last = openPending(path);
    last?.reading.close();
    return last?.state !== "open";
  } catch {
    return false;
  }
}

interface StreamOptions {
  readonly problems: Set<string>;
  readonly summaries: PendingSummaries | undefined;
  readonly retracted: Retracted;
}

/** What one writer's segments hold. */
class PendingStream {
  readonly #place: Place;
  readonly #header: SegmentHeader;
  readonly #problems: Set<string>;
  readonly #prefixes: Prefixes;
  readonly #graph: string;
  readonly #covered: readonly SequenceRange[];
  readonly #summaries: PendingSummaries | undefined;
  readonly #retracted: Retracted;
  /** Whether graph files say something of the writer's series that more rows make untrue. */
  readonly #isSummarised: boolean;
  /** Definitions that are in this graph already. */
  readonly #stated = new Set<string>();
  #lines: string[] = [];
  #last: SegmentReading | undefined;
  #lastTime = 0;
  #hasRetracted = false;

  constructor(place: Place, header: SegmentHeader, { problems, summaries, retracted }: StreamOptions) {
    const { base, execution, writer } = header;
    this.#place = place;
    this.#header = header;
    this.#problems = problems;
    this.#prefixes = briefPrefixes(base, executionNamespace(base, execution));
    this.#graph = expandName(EXECUTION_GRAPH, this.#prefixes);
    this.#covered = readCoverage(place.graph, execution).get(writer) ?? [];
    this.#summaries = summaries;
    this.#retracted = retracted;
    this.#isSummarised = retracted.isSummarised(join(place.graph, execution), writer);
  }

  /** Whether its writer can be proven dead that did not say that the stream ends. */
  get isDead(): boolean {
    return this.#last !== undefined && !this.#last.ended && writerState(this.#last.header) === "dead";
  }

  get hasEnded(): boolean {
    return this.#last?.ended === true || this.isDead;
  }

  /** Whether later segments were moved before: then somebody has seen the end. */
  get hasGoneOn(): boolean {
    const next = this.#last?.nextSequence;
    return next !== undefined && this.#covered.some(({ last }) => last >= next);
  }

  /** Whether its rows make untrue what graph files say of its series. */
  get hasRetracted(): boolean {
    return this.#hasRetracted;
  }

  async *read({ reading, state }: PendingSegment): AsyncGenerator<Uint8Array, void, void> {
    const series = new AnnouncedSeries();
    const times = new LastTime();
    const numbers = new Set<number>();
    for (const frame of reading.frames()) {
      times.note(frame);
      if (frame.kind === "series") series.announce(frame.number, frame, this.#prefixes);
      else if (isCovered(this.#covered, rangeOf(frame))) continue;
      else if (frame.kind === "statements") for (const brief of frame.statements) this.#state(brief);
      else {
        if (this.#isSummarised)
          for (let i = 0; i < frame.rows.length; i += ROW_FIELDS) numbers.add(frame.rows[i] as number);
        if (this.#summaries?.add(frame.sequence, frame.rows)) await this.#summaries.settle(series);
      }
      if (this.#lines.length >= LINES) yield this.#piece();
    }
    await this.#summaries?.settle(series);
    const summarised = Array.from(numbers, (number) => series.known.get(number)?.id ?? []).flat();
    if (summarised.length > 0) {
      this.#hasRetracted = true;
      this.#retract(summarised);
    }
    if (state !== "open") for (const brief of lossStatements(reading)) this.#state(brief);
    for (const { from, to, reason } of reading.damage)
      this.#problems.add(`${reading.path}, bytes ${from} to ${to}: ${reason}`);
    this.#last = reading;
    this.#lastTime = times.value ?? reading.header.createdAt;
    if (this.#lines.length > 0) yield this.#piece();
  }

  async *ending(): AsyncGenerator<Uint8Array, void, void> {
    const { execution, writer } = this.#header;
    const folder = join(this.#place.graph, execution);
    const last = this.#last as SegmentReading;
    const published = publishedNames(folder);
    const statements = await this.#summed();
    if (!last.ended && !this.hasGoneOn && !published.includes(`${writer}-closing.nq`))
      statements.push(...closingStatements(last.header, this.#lastTime, "proven"));
    for (const brief of statements) this.#state(brief);
    if (this.#lines.length > 0) yield this.#piece();
  }

  /** What the series of a writer that may go on come to so far. */
  async *sums(): AsyncGenerator<Uint8Array, void, void> {
    for (const brief of await this.#summed()) this.#state(brief);
    if (this.#lines.length > 0) yield this.#piece();
  }

  /** What the writer's series come to, instead of what graph files say of them. */
  async #summed(): Promise<Brief[]> {
    try {
      const { statements = [], series = [] } = (await this.#summaries?.statements()) ?? {};
      if (series.length > 0) this.#retract(series);
      return statements;
    } catch (error) {
      this.#problems.add(messageOf(error));
      return [];
    }
  }

  #retract(series: readonly string[]): void {
    this.#retracted.add(this.#header.execution, this.#header.writer, series);
  }

  /** A statement that no graph can hold costs nothing but itself. */
  #state(brief: Brief): void {
    const before = this.#lines.length;
    try {
      for (const statement of expand(brief, this.#prefixes, this.#stated))
        appendQuads(statement, this.#graph, this.#lines);
    } catch (error) {
      this.#lines.length = before;
      this.#stated.clear();
      this.#problems.add(`a statement was left out: ${messageOf(error)}`);
    }
  }

  #piece(): Uint8Array {
    const bytes = Buffer.from(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    if (this.#stated.size > MOST_STATED) this.#stated.clear();
    return bytes;
  }
}

function rangeOf(frame: Exclude<Frame, { kind: "series" }>): SequenceRange {
  const count = frame.kind === "statements" ? frame.statements.length : frame.rows.length / ROW_FIELDS;
  return { first: frame.sequence, last: frame.sequence + count - 1 };
}
