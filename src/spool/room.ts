import { statfsSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** Rows stop at these shares of the bounds, so that statements, above all the ends of steps, still find room. */
const ROWS_SHARE_OF_SPOOL = 0.9;
const STATEMENTS_SHARE_OF_FLOOR = 0.5;

/** The free space is asked for again after so many bytes at most; after so many milliseconds when it was scarce. */
const CHECK_BYTES = 16 * 1024 * 1024;
const RECHECK_MS = 250;

/** Keeps a writer's spool bounded and the disk's last free space untouched. */
export class Room {
  readonly #folder: string;
  readonly #spoolBytes: number;
  readonly #freeSpaceBytes: number;
  #sealed: { readonly path: string; readonly bytes: number }[] = [];
  #sealedBytes = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #freeBytes = Number.POSITIVE_INFINITY;
  #untilCheck = 0;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, spoolBytes: number, freeSpaceBytes: number) {
    this.#folder = folder;
    this.#spoolBytes = spoolBytes;
    this.#freeSpaceBytes = freeSpaceBytes;
  }

  /** A sealed segment counts until a flusher has removed it. */
  sealed(path: string, bytes: number): void {
    this.#sealed.push({ path, bytes });
    this.#sealedBytes += bytes;
  }

  /** Why so many bytes more may not be written, or undefined when they may. */
  refusal(openBytes: number, bytes: number, what: "rows" | "statements"): string | undefined {
    const bound = this.#spoolBytes * (what === "rows" ? ROWS_SHARE_OF_SPOOL : 1);
    if (this.#sealedBytes + openBytes + bytes > bound) {
      this.#recount();
      if (this.#sealedBytes + openBytes + bytes > bound) {
        return `the spool of this writer has reached ${what === "rows" ? "the rows' share of " : ""}its bound of ${this.#spoolBytes} bytes`;
      }
    }
    const floor = this.#freeSpaceBytes * (what === "rows" ? 1 : STATEMENTS_SHARE_OF_FLOOR);
    if (floor > 0 && this.#free(bytes) - bytes < floor)
      return `less than ${floor} bytes are free on the disk of ${this.#folder}`;
    return undefined;
  }

  #recount(): void {
    if (performance.now() - this.#countedAt < RECHECK_MS) return;
    this.#sealed = this.#sealed.filter(({ path }) => statSync(path, { throwIfNoEntry: false }) !== undefined);
    this.#sealedBytes = this.#sealed.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#countedAt = performance.now();
  }

  #free(bytes: number): number {
    this.#untilCheck -= bytes;
    const isScarce = this.#freeBytes - bytes < this.#freeSpaceBytes;
    if (this.#untilCheck > 0 && !(isScarce && performance.now() - this.#checkedAt >= RECHECK_MS))
      return this.#freeBytes;
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      this.#freeBytes = bavail * bsize;
    } catch {
      this.#freeBytes = Number.POSITIVE_INFINITY; // a file system that does not say: its own errors must do
    }
    this.#untilCheck = Math.min(CHECK_BYTES, this.#freeSpaceBytes / 4);
    this.#checkedAt = performance.now();
    return this.#freeBytes;
  }
}
