import { createHash, type Hash } from "node:crypto";
import { microseconds, type SeriesColumns, sequenceOf } from "./columns.ts";

const FIELDS = 5;
/** A summary has one for each of its series, of which a step may have thousands. */
const ROWS_PER_UPDATE = 64;

/**
 * The SHA-256 (hexadecimal) of rows in writer order. It covers, in this order:
 *
 * 1. `JSON.stringify` of the list of the series' IRIs, in the order of their first row, as UTF-8, and a line feed;
 * 2. of each row five little-endian IEEE 754 doubles: the position of its series in that list, step, value,
 *    microseconds since 1970 (NaN where there is no time), sequence. Every NaN is 0x7ff8000000000000, -0 stays -0.
 *
 * Neither names and activities of the series nor the bytes of a file count, so rows keep their digest through compaction
 * and rewriting; the digest of one series is that of its rows alone.
 */
export function digestRows(columns: SeriesColumns): string {
  const positions = new Int32Array(columns.series.length).fill(-1);
  const ids: string[] = [];
  for (const series of columns.index) {
    if (positions[series] !== -1) continue;
    positions[series] = ids.length;
    ids.push(columns.series[series]!.id.toWellFormed());
  }
  const digest = new RowDigest(ids);
  const { index, step, value, time } = columns;
  for (let row = 0; row < index.length; row++) {
    digest.add(positions[index[row]!]!, step[row]!, value[row]!, time[row]!, sequenceOf(columns, row));
  }
  return digest.hex();
}

/** The digest of {@link digestRows}, row by row, for series that are known beforehand. */
export class RowDigest {
  readonly #hash: Hash = createHash("sha256");
  #view: DataView | undefined;
  #used = 0;

  constructor(series: readonly string[]) {
    this.#hash.update(`${JSON.stringify(series)}\n`);
  }

  add(position: number, step: number, value: number, time: number, sequence: number): void {
    this.#view ??= new DataView(new ArrayBuffer(ROWS_PER_UPDATE * FIELDS * 8));
    this.#put(position);
    this.#put(step);
    this.#put(value);
    this.#put(microseconds(time));
    this.#put(sequence);
    if (this.#used === this.#view.byteLength) this.#drain();
  }

  /** The digest of the rows so far; more may follow. */
  hex(): string {
    this.#drain();
    return this.#hash.copy().digest("hex");
  }

  #put(value: number): void {
    // A NaN may carry any payload in memory; the constant is always the canonical one.
    this.#view!.setFloat64(this.#used, Number.isNaN(value) ? Number.NaN : value, true);
    this.#used += 8;
  }

  #drain(): void {
    if (this.#used > 0) this.#hash.update(new Uint8Array(this.#view!.buffer, 0, this.#used));
    this.#used = 0;
  }
}
