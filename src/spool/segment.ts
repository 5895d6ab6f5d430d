import { randomBytes } from "node:crypto";
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Access, openNew } from "./access.ts";
import {
  type Ending,
  encodeHeaderBlock,
  encodeStatus,
  OPEN_STATUS,
  type SegmentHeader,
  statusOffsets,
} from "./format.ts";
import { encodeJsonFrame } from "./frame.ts";

/**
 * `os`: what was written survives the death of the process. `sync`: file and directory are fsynced before a statement's
 * call returns, so that it survives a power cut too.
 */
export type Durability = "os" | "sync";

/**
 * One segment as its writer sees it: a file that only grows, by whole frames. Every write is positional, so a write that
 * failed half-way is overwritten by the next one. Methods throw the file system's errors and leave the segment as it was.
 */
export class OpenSegment {
  readonly id = randomBytes(4).readUInt32LE(0);
  readonly path: string;
  readonly #sealedPath: string;
  readonly #durability: Durability;
  readonly #fd: number;
  #position = 0;
  #blockBytes = 0;
  #status = OPEN_STATUS;
  #isStatusWritten = true;

  constructor(spool: string, name: string, durability: Durability, access: Access) {
    this.path = join(spool, `${name}.open`);
    this.#sealedPath = join(spool, `${name}.seg`);
    this.#durability = durability;
    this.#fd = openNew(this.path, access);
  }

  /** Bytes written so far; 0 before {@link begin}. */
  get bytes(): number {
    return this.#position;
  }

  get headerBytes(): number {
    return this.#blockBytes;
  }

  /** Writes the header block. Until it has succeeded the segment takes no frame; it may be tried again. */
  begin(header: SegmentHeader, lostStatements: number, lostRows: number): void {
    const status = { ...OPEN_STATUS, lostStatements, lostRows };
    const block = encodeHeaderBlock(header, this.id, status);
    if (!block) throw new RangeError("the segment header is too long");
    this.#write(block, block.length);
    if (this.#durability === "sync") {
      fsyncSync(this.#fd);
      syncPath(dirname(this.path));
    }
    this.#position = this.#blockBytes = block.length;
    this.#status = status;
  }

  /** Appends one whole frame, the first bytes of these; under `sync` it is on the disk when this returns, unless that may come later. */
  append(frame: Uint8Array, length: number, settle: "sync" | "later"): void {
    this.#write(frame, length);
    if (settle === "sync" && this.#durability === "sync") {
      try {
        fdatasyncSync(this.#fd);
      } catch (error) {
        this.#cut();
        throw error;
      }
    }
    this.#position += length;
    if (!this.#isStatusWritten) this.#writeStatus();
  }

  /** Adds to the loss counters, which are on disk at once if the disk lets them. */
  lost(statements: number, rows: number): void {
    const { lostStatements, lostRows } = this.#status;
    this.#status = { ...this.#status, lostStatements: lostStatements + statements, lostRows: lostRows + rows };
    this.#writeStatus();
  }

  /** Brings everything appended so far to the disk. */
  sync(): void {
    fdatasyncSync(this.#fd);
  }

  /** Whether the file has been removed under the writer. */
  get isGone(): boolean {
    return fstatSync(this.#fd).nlink === 0;
  }

  /**
   * Ends the segment: end frame, final status, rename. Does as much of it as the disk allows, for the writer is done with
   * it in any case; returns the errors. On a full disk the status alone says how the segment ended.
   */
  seal(ending: Ending, sequence: number): { readonly path: string; readonly errors: readonly unknown[] } {
    const errors: unknown[] = [];
    const attempt = (step: () => void) => {
      try {
        step();
        return true;
      } catch (error) {
        errors.push(error);
        return false;
      }
    };
    const end = encodeJsonFrame("end", { reason: ending }, sequence, this.id);
    attempt(() => this.append(end, end.length, "later"));
    this.#status = { ...this.#status, endOffset: this.#position, endSequence: sequence, ending };
    this.#writeStatus();
    if (this.#durability === "sync") attempt(() => fsyncSync(this.#fd));
    attempt(() => closeSync(this.#fd));
    const isRenamed = attempt(() => renameSync(this.path, this.#sealedPath));
    if (this.#durability === "sync") attempt(() => syncPath(dirname(this.path)));
    return { path: isRenamed ? this.#sealedPath : this.path, errors };
  }

  /** Lets go of a file that nobody can find or that never got its header. */
  discard(): void {
    closeSync(this.#fd);
  }

  /** Writes at the position, all or nothing as far as the position is concerned. */
  #write(bytes: Uint8Array, length: number): void {
    try {
      // A count below the length means that the disk took no more just then; to go on shows the reason.
      for (let written = 0; written < length; ) {
        const more = writeSync(this.#fd, bytes, written, length - written, this.#position + written);
        if (more === 0) throw Object.assign(new Error("ENOSPC: the disk takes no more bytes"), { code: "ENOSPC" });
        written += more;
      }
    } catch (error) {
      this.#cut();
      throw error;
    }
  }

  /** Gives the room of a fragment back; where that fails the next frame overwrites it. */
  #cut(): void {
    try {
      ftruncateSync(this.#fd, this.#position);
    } catch {
      // The error that made the fragment is the one to report.
    }
  }

  /** Both copies, one after the other: a torn one leaves the other whole. */
  #writeStatus(): void {
    try {
      const bytes = encodeStatus(this.#status, this.id);
      for (const offset of statusOffsets(this.#blockBytes)) writeSync(this.#fd, bytes, 0, bytes.length, offset);
      this.#isStatusWritten = true;
    } catch {
      this.#isStatusWritten = false; // tried again after the next frame that the disk takes
    }
  }
}

/** Brings a folder's entries, or a file's bytes, to the disk. A file that has been taken meanwhile needs it no more. */
export function syncPath(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
