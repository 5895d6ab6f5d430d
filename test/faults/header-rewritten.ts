import { readFileSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/** Changes the JSON of a segment's header, as if its writer had been another one. */
export function rewriteHeader(path: string, change: (json: string) => string): void {
  const bytes = readFileSync(path);
  const length = bytes.readUInt32LE(16);
  const changed = Buffer.from(change(bytes.toString("utf8", 64, 64 + length)));
  const half = bytes.readUInt32LE(12) / 2;
  for (const at of [0, half]) {
    bytes.fill(0, at + 64, at + half);
    changed.copy(bytes, at + 64);
    bytes.writeUInt32LE(changed.length, at + 16);
    const seed = bytes.readUInt32LE(at + 8);
    bytes.writeUInt32LE(crc32(changed, crc32(bytes.subarray(at, at + 20), seed)), at + 20);
  }
  writeFileSync(path, bytes);
}
