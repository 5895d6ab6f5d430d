/** Text as UTF-8 in memory of its own, put together from parts: pieces of some kilobytes are written at a third of what joining them as strings takes. */
export class TextBytes {
  #bytes: Buffer<ArrayBuffer> | undefined;
  #length = 0;
  readonly #room: number;

  /** `room`: how many bytes are likely to come. */
  constructor(room: number) {
    this.#room = room;
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** What has come so far; the memory is shared with what comes next. */
  get written(): Buffer<ArrayBuffer> {
    return this.#roomFor(0).subarray(0, this.#length);
  }

  append(text: string): void {
    const bytes = this.#roomFor(text.length * MOST_BYTES_PER_CHARACTER);
    this.#length += bytes.write(text, this.#length);
  }

  #roomFor(more: number): Buffer<ArrayBuffer> {
    const most = this.#length + more;
    let bytes = this.#bytes;
    if (bytes === undefined || most > bytes.length) {
      const twice = 2 * (bytes?.length ?? 0);
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#room, twice, most)); // memory that nothing else stands in
      bytes?.copy(larger, 0, 0, this.#length);
      this.#bytes = bytes = larger;
    }
    return bytes;
  }
}

const MOST_BYTES_PER_CHARACTER = 3;
