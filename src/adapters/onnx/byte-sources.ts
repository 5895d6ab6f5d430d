import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "./protobuf.ts";

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

const WINDOW_BYTES = 65_536;

/** Reads with a window over a file, which is closed afterwards. */
export function readFileBytes<T>(path: string, read: (source: ByteSource) => T): T {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    let window: Uint8Array = new Uint8Array(0);
    let windowStart = 0;
    return read({
      size,
      read(offset, length) {
        const isInside = offset >= windowStart && offset + length <= windowStart + window.length;
        if (!isInside) {
          const buffer = new Uint8Array(Math.max(length, Math.min(WINDOW_BYTES, Math.max(0, size - offset))));
          window = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset));
          windowStart = offset;
        }
        return window.subarray(offset - windowStart, offset - windowStart + length);
      },
    });
  } finally {
    closeSync(descriptor);
  }
}
