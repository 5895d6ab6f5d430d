import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "./protobuf.ts";

export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    byteAt: (offset) => bytes[offset] ?? -1,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

const WINDOW_BYTES = 65_536;

/** Reads with a window over a file, which is closed afterwards. */
export function readFileBytes<T>(path: string, read: (source: ByteSource) => T): T {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const window = new Uint8Array(WINDOW_BYTES);
    let start = 0;
    let end = 0;
    const bytesAt = (buffer: Uint8Array, offset: number) => readSync(descriptor, buffer, 0, buffer.length, offset);
    return read({
      size,
      byteAt(offset) {
        if (offset < start || offset >= end) {
          start = offset;
          end = offset + bytesAt(window, offset);
        }
        return offset < end ? (window[offset - start] as number) : -1;
      },
      read(offset, length) {
        if (offset >= start && offset + length <= end) return window.subarray(offset - start, offset - start + length);
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        return bytes.subarray(0, bytesAt(bytes, offset));
      },
    });
  } finally {
    closeSync(descriptor);
  }
}
