import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../../model/brief.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName, type Prefixes } from "../../model/names.ts";
import { ROW_FIELDS } from "../../model/row.ts";
import type { Lines, StatementLines } from "../../rdf/statement-lines.ts";
import { AnnouncedSeries } from "../../spool/announced-series.ts";
import { publishedNames } from "../../spool/compacted.ts";
import { isCovered, readCoverage, type SequenceRange } from "../../spool/coverage.ts";
import { closingStatements, lossStatements } from "../../spool/ending-statements.ts";
import type { SegmentHeader } from "../../spool/format.ts";
import { LastTime } from "../../spool/last-time.ts";
import { writerState } from "../../spool/liveness.ts";
import type { Frame, SegmentReading } from "../../spool/reader.ts";
import type { Place } from "../source.ts";
import { messageOf, type PendingSegment } from "./pending.ts";
import type { PendingSummaries } from "./pending-summaries.ts";
import type { Retracted } from "./retracted.ts";

/** Definitions that are kept in mind; only to save work. */
const MOST_STATED = 10_000;

export interface StreamOptions {
  /** Where the lines go; what is in it already goes with them. */
  readonly lines: StatementLines;
  /** Definitions that are in the graph already. */
  readonly stated: Set<string>;
  readonly problems: Set<string>;
  readonly summaries: PendingSummaries | undefined;
  readonly retracted: Retracted;
}

/** What one writer's segments hold, and what they come to. */
export class PendingStream {
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
  readonly #stated: Set<string>;
  readonly #lines: StatementLines;
  #last: SegmentReading | undefined;
  #lastTime = 0;
  #hasRetracted = false;

  constructor(place: Place, header: SegmentHeader, { lines, stated, problems, summaries, retracted }: StreamOptions) {
    const { base, execution, writer } = header;
    this.#place = place;
    this.#header = header;
    this.#lines = lines;
    this.#stated = stated;
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

  async *read({ reading, state }: PendingSegment): AsyncGenerator<Lines, void, void> {
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
      if (this.#lines.isFull) yield this.#piece();
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
  }

  /** What is stated once the stream has ended. */
  async end(): Promise<void> {
    const { execution, writer } = this.#header;
    const folder = join(this.#place.graph, execution);
    const last = this.#last as SegmentReading;
    const published = publishedNames(folder);
    const statements = await this.#summed();
    if (!last.ended && !this.hasGoneOn && !published.includes(`${writer}-closing.nq`))
      statements.push(...closingStatements(last.header, this.#lastTime, "proven"));
    for (const brief of statements) this.#state(brief);
  }

  /** What the series of a writer that may go on come to so far. */
  async sumUp(): Promise<void> {
    for (const brief of await this.#summed()) this.#state(brief);
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
    try {
      this.#lines.add(expand(brief, this.#prefixes, this.#stated), this.#graph);
    } catch (error) {
      this.#stated.clear();
      this.#problems.add(`a statement was left out: ${messageOf(error)}`);
    }
  }

  #piece(): Lines {
    if (this.#stated.size > MOST_STATED) this.#stated.clear();
    return this.#lines.take();
  }
}

function rangeOf(frame: Exclude<Frame, { kind: "series" }>): SequenceRange {
  const count = frame.kind === "statements" ? frame.statements.length : frame.rows.length / ROW_FIELDS;
  return { first: frame.sequence, last: frame.sequence + count - 1 };
}
