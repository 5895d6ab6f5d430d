import { readSync } from "node:fs";

/** Bytes read at once: more than the longest frame, and bounded whatever the file's size. */
const WINDOW_BYTES = 2 * 1024 * 1024;

/** A file that is read in pieces, front to back for the most part. What it returns is valid until the next read. */
export class FileWindow {
  readonly #fd: number;
  readonly #buffer: Buffer;
  #start = 0;
  #length = 0;

  /** `fileBytes` keeps the window of a small file small. */
  constructor(fd: number, fileBytes: number) {
    this.#fd = fd;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(Math.max(fileBytes, 65_536), WINDOW_BYTES));
  }

  /** The bytes from an offset on; fewer than asked for where the file ends, or where the window is smaller. */
  read(offset: number, bytes: number): Buffer {
    if (offset < this.#start || offset + bytes > this.#start + this.#length) this.#fill(offset);
    const at = offset - this.#start;
    return this.#buffer.subarray(at, Math.min(at + bytes, this.#length));
  }

  #fill(offset: number): void {
    this.#start = offset;
    this.#length = 0;
    while (this.#length < this.#buffer.length) {
      const read = readSync(
        this.#fd,
        this.#buffer,
        this.#length,
        this.#buffer.length - this.#length,
        offset + this.#length,
      );
      if (read === 0) return;
      this.#length += read;
    }
  }
}
