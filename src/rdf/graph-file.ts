import { hash } from "node:crypto";
import { TextBytes } from "./text-bytes.ts";

/** How a graph file ends: the number of its lines and the SHA-256 of everything before this line. */
export const GRAPH_FILE_TRAILER = /(?:^|\n)# provml 1 quads=\d+ sha256=([0-9a-f]{64})\n$/;
/** The trailer lies within so many bytes from the end. */
export const GRAPH_FILE_TRAILER_BYTES = 160;

/** N-Quads with the trailer, as UTF-8. Quads are given as lines without their ends; the same line twice is written once. */
export function graphFile(lines: readonly string[]): Buffer {
  const unique = new Set(lines);
  let room = 4 * PART_CHARACTERS;
  for (const line of unique) room += line.length + 1;
  const bytes = new TextBytes(room);
  let part = "";
  for (const line of unique) {
    part += `${line}\n`;
    if (part.length < PART_CHARACTERS) continue;
    bytes.append(part);
    part = "";
  }
  bytes.append(part);
  bytes.append(`# provml 1 quads=${unique.size} sha256=${hash("sha256", bytes.written)}\n`);
  return bytes.written;
}

/** Small enough to be put together in the processor's cache. */
const PART_CHARACTERS = 16_384;

/**
 * A graph file with these lines in latin1 after a line of comment, and the digest that its last line gives.
 */
export function commentedGraphFile(comment: string, lines: readonly string[]): { bytes: Buffer; sha256: string } {
  const body = Buffer.from(comment + lines.map((line) => `${line}\n`).join(""), "latin1");
  const sha256 = hash("sha256", body);
  return { bytes: Buffer.concat([body, Buffer.from(`# provml 1 quads=${lines.length} sha256=${sha256}\n`)]), sha256 };
}

/** The lines of quads of a whole graph file in latin1, which keeps every byte and takes the least memory. */
export function graphFileLines(text: Buffer): string[] {
  return text
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Whether a graph file is whole: its trailer is there and fits. */
export function isWhole(text: Buffer): boolean {
  const tail = text.subarray(Math.max(0, text.length - GRAPH_FILE_TRAILER_BYTES)).toString("latin1");
  const trailer = GRAPH_FILE_TRAILER.exec(tail);
  if (trailer === null) return false;
  const end = text.length - tail.length + trailer.index + (trailer[0].startsWith("\n") ? 1 : 0);
  return hash("sha256", text.subarray(0, end)) === trailer[1];
}
