import { performance } from "node:perf_hooks";
import { clearTimeout, setTimeout } from "node:timers";
import type { Brief } from "../model/brief.ts";
import { ROW_BYTES, ROW_FIELDS, type SeriesDescription } from "../model/row.ts";
import { keepContent } from "./content.ts";
import { SpoolFaults, spoolFault } from "./faults.ts";
import { FRAME_HEADER_BYTES, MAX_PAYLOAD_BYTES } from "./frame.ts";
import { type SettledOptions, type SpoolOptions, settleOptions } from "./options.ts";
import { packedRoom, packRows } from "./packed-rows.ts";
import type { Durability } from "./segment.ts";
import type { Spool, SpoolStats } from "./spool.ts";
import { statementsJson } from "./statement-text.ts";
import { SegmentStream } from "./stream.ts";

/**
 * Opens a spool of its own for this thread; nothing is on disk before the first write.
 * @throws {ProvenanceError} `bad-option`
 */
export function openSpool(options: SpoolOptions): Spool {
  return new SpoolWriter(settleOptions(options));
}

/** Longer lists are halved before they are told, so that no single text grows without bound. */
const LONGEST_LIST = 4096;
const LEAST_FRAME_BYTES = 65_536;

/** Fewer rows are written as they are: what 50 ms of training log is packed by code that is never warm, which takes longer than their bytes. */
const FEWEST_PACKED_ROWS = 4096;

/** Memory of one frame: room for its header, then doubles. */
interface DoublesFrame {
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
}

function frameOfDoubles(length: number): DoublesFrame {
  const memory = new ArrayBuffer(FRAME_HEADER_BYTES + length * Float64Array.BYTES_PER_ELEMENT);
  return { bytes: new Uint8Array(memory), doubles: new Float64Array(memory, FRAME_HEADER_BYTES) };
}

class SpoolWriter implements Spool {
  readonly writer: string;
  readonly #directory: string;
  readonly #durability: Durability;
  readonly #faults: SpoolFaults;
  readonly #stream: SegmentStream;
  /** One frame of rows in place: its header, then the rows that wait. */
  readonly #rowFrame: Uint8Array;
  readonly #rows: Float64Array;
  /** Where they are packed. */
  #packedFrame: DoublesFrame | undefined;
  readonly #lastRow: number;
  readonly #delayMs: number;
  /** Where the next row goes, in doubles. */
  #next = 0;
  /** The time given with a recent row. NaN sends the next row to the slow path. */
  #anchor = Number.NaN;
  #firstAt = 0;
  /** When the disk first refused the rows that wait, or others after which it took none. */
  #refusedAt = Number.NaN;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isArmed = false;
  #isClosed = false;
  #statementFrame = Buffer.alloc(0);
  readonly #counts = { statements: 0, rows: 0, lostStatements: 0, lostRows: 0 };

  constructor(options: SettledOptions) {
    this.writer = options.writer;
    this.#directory = options.directory;
    this.#durability = options.durability;
    this.#faults = new SpoolFaults(options.onFault);
    this.#stream = new SegmentStream(options, this.#faults);
    const { bytes, doubles } = frameOfDoubles(options.rowBufferRows * ROW_FIELDS);
    this.#rowFrame = bytes;
    this.#rows = doubles;
    this.#lastRow = this.#rows.length - ROW_FIELDS;
    this.#delayMs = options.rowDelayMs;
  }

  // The hot path: no clock, no allocation, and one comparison, which NaN fails too, beside that for the full buffer.
  row(series: number, step: number, value: number, time: number): void {
    const rows = this.#rows;
    const at = this.#next;
    rows[at] = series;
    rows[at + 1] = step;
    rows[at + 2] = value;
    rows[at + 3] = time;
    this.#next = at + ROW_FIELDS;
    if (at === this.#lastRow || !(Math.abs(time - this.#anchor) < this.#delayMs)) this.#lookAfterRows(time);
  }

  #lookAfterRows(time: number): void {
    if (this.#isClosed) {
      this.#dropRows();
    } else if (this.#next === this.#rows.length) {
      this.#writeRows();
    } else if (this.#next === ROW_FIELDS) {
      this.#firstAt = performance.now();
      this.#anchor = time;
      this.#arm();
    } else {
      const waitedMs = performance.now() - this.#firstAt;
      if (waitedMs >= this.#delayMs) this.#writeRows();
      else this.#anchor = time - waitedMs; // a row's own time may be a little ahead, or jump; the first one's wait goes on
    }
    this.#faults.tell();
  }

  statements(list: readonly Brief[]): void {
    if (list.length === 0) return;
    if (this.#isClosed) {
      this.#lose(list.length);
      return;
    }
    this.#writeRows();
    this.#writeStatements(list);
    this.#faults.tell();
  }

  series(description: SeriesDescription): number {
    return this.#stream.series(description);
  }

  content(bytes: Buffer, sha256: string): string {
    return keepContent(this.#directory, bytes, sha256, this.#durability);
  }

  flush(): void {
    if (this.#isClosed) return;
    this.#writeRows();
    this.#stream.sync();
    this.#faults.tell();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#writeRows();
    this.#dropRows();
    this.#stream.close();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#faults.tell();
  }

  stats(): SpoolStats {
    const { segments, bytesWritten } = this.#stream;
    const rows = this.#counts.rows + this.#next / ROW_FIELDS;
    const { last } = this.#faults;
    return { ...this.#counts, rows, bytesWritten, segments, ...(last ? { lastFault: last } : {}) };
  }

  /**
   * Rows that the disk refuses are tried again for as long as a row may wait, while there is room for more. Then they count as lost: who is
   * killed on a full disk has counted them.
   */
  #writeRows(): void {
    const count = this.#next / ROW_FIELDS;
    if (count === 0) return;
    if (this.#writeRowFrame(count)) {
      this.#counts.rows += count;
      this.#next = 0;
      this.#anchor = Number.NaN;
      this.#refusedAt = Number.NaN;
      return;
    }
    const now = performance.now();
    if (Number.isNaN(this.#refusedAt)) this.#refusedAt = now;
    if (this.#next === this.#rows.length || now - this.#refusedAt >= this.#delayMs) {
      this.#dropRows();
    } else {
      this.#firstAt = now;
      this.#arm();
    }
  }

  #writeRowFrame(count: number): boolean {
    if (count >= FEWEST_PACKED_ROWS) {
      this.#packedFrame ??= frameOfDoubles(packedRoom(this.#rows.length));
      const { bytes, doubles } = this.#packedFrame;
      const length = packRows(this.#rows, this.#next, doubles);
      if (length > 0) {
        const size = FRAME_HEADER_BYTES + length * Float64Array.BYTES_PER_ELEMENT;
        return this.#stream.rows(bytes, size, "packedRows", this.#rows, this.#next);
      }
    }
    return this.#stream.rows(this.#rowFrame, FRAME_HEADER_BYTES + count * ROW_BYTES, "rows", this.#rows, this.#next);
  }

  #dropRows(): void {
    const count = this.#next / ROW_FIELDS;
    this.#next = 0;
    this.#anchor = Number.NaN;
    if (count === 0) return;
    this.#counts.lostRows += count;
    this.#stream.lost(0, count);
  }

  /** One frame, or as many as the frame's limit and statements that cannot be told ask for. */
  #writeStatements(list: readonly Brief[]): void {
    const json = list.length <= LONGEST_LIST ? statementsJson(list) : undefined;
    const bytes = json === undefined ? undefined : this.#frame(json);
    if (bytes !== undefined) {
      if (this.#stream.statements(this.#statementFrame, bytes, list.length)) this.#counts.statements += list.length;
      else this.#lose(list.length);
    } else if (list.length > 1) {
      const middle = list.length >> 1;
      this.#writeStatements(list.slice(0, middle));
      this.#writeStatements(list.slice(middle));
    } else {
      const why = json === undefined ? "JSON cannot tell it exactly" : `it takes more than ${MAX_PAYLOAD_BYTES} bytes`;
      this.#faults.note(spoolFault("bad-statement", `a statement is lost: ${why}`), "statements");
      this.#lose(1);
    }
  }

  #lose(statements: number): void {
    this.#counts.lostStatements += statements;
    this.#stream.lost(statements, 0);
  }

  /** Puts the text where the payload of the frame is; the bytes of the frame, or undefined when none is large enough. */
  #frame(json: string): number | undefined {
    const most = json.length * 3; // no UTF-16 unit takes more in UTF-8
    const bytes = most <= MAX_PAYLOAD_BYTES ? most : Buffer.byteLength(json);
    if (bytes > MAX_PAYLOAD_BYTES) return undefined;
    if (FRAME_HEADER_BYTES + bytes > this.#statementFrame.length) {
      const roomy = Math.min(Math.max(2 * bytes, LEAST_FRAME_BYTES), MAX_PAYLOAD_BYTES);
      this.#statementFrame = Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + roomy);
    }
    return FRAME_HEADER_BYTES + this.#statementFrame.write(json, FRAME_HEADER_BYTES);
  }

  /** One shot, so that an idle program pays nothing; node's own timers, whatever the program made of the global ones. */
  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#onTimer(), this.#delayMs).unref();
  }

  #onTimer(): void {
    this.#isArmed = false;
    this.#writeRows();
    this.#faults.tell();
  }
}
