import type { Lines } from "../rdf/statement-lines.ts";

/** Oxigraph loads chunks of this size four times as fast as one large input, in half the memory. */
export const CHUNK_BYTES = 1_000_000;

const LINE_END = 10;

export type Pieces<Piece> = AsyncIterable<Piece> | Iterable<Piece>;

/**
 * Cuts a stream of bytes into buffers of its own that end at line ends, at most `chunkBytes` long, or twice the longest
 * line where that is more. The source's pieces may end anywhere and may be used again once the next one is asked for. What comes as whole lines goes on as it is.
 */
export function lineChunks(source: Pieces<Uint8Array>, chunkBytes?: number): AsyncGenerator<Uint8Array<ArrayBuffer>>;
export function lineChunks(
  source: Pieces<Uint8Array | Lines>,
  chunkBytes?: number,
): AsyncGenerator<Uint8Array<ArrayBuffer> | Lines>;
export async function* lineChunks(
  source: Pieces<Uint8Array | Lines>,
  chunkBytes = CHUNK_BYTES,
): AsyncGenerator<Uint8Array<ArrayBuffer> | Lines> {
  let chunk = new Uint8Array(chunkBytes);
  let length = 0;
  for await (const piece of source) {
    if (!(piece instanceof Uint8Array)) {
      yield piece;
      continue;
    }
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + chunk.length - length);
      chunk.set(part, length);
      length += part.length;
      taken += part.length;
      if (length < chunk.length) break;
      const lines = chunk.lastIndexOf(LINE_END) + 1;
      if (lines === 0) {
        chunk = resized(chunk, 2 * chunk.length);
        continue;
      }
      const rest = chunk.slice(lines);
      yield chunk.slice(0, lines);
      chunk = resized(rest, Math.max(chunkBytes, rest.length + 1));
      length = rest.length;
    }
  }
  if (length > 0) yield chunk.slice(0, length);
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
