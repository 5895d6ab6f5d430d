import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** The state of a file in which its bytes count. */
export interface WantedState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** Neither waits for a pipe that came in the file's place, nor follows a link. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const PIECE_BYTES = 4 * 1024 * 1024;

/** The SHA-256 of a file that is in this state before and after it is read; undefined where it is not, or cannot be read. */
export function digestInState(
  path: string | Buffer,
  { size, mtimeMs, ctimeMs, inode }: WantedState,
): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, FLAGS);
    const isSame = () => {
      const now = fstatSync(descriptor as number);
      const isSameFile = now.isFile() && now.ino === inode && now.size === size;
      return isSameFile && now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs;
    };
    if (!isSame()) return undefined;
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(Math.min(size + 1, PIECE_BYTES));
    let left = size;
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
      left -= read;
      if (left < 0) return undefined; // it grows as it is read
      hash.update(piece.subarray(0, read));
    }
    return left === 0 && isSame() ? hash.digest("hex") : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
