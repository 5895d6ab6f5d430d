import { ProvenanceError } from "../model/error.ts";
import type { Lines } from "../rdf/statement-lines.ts";
import type { Chunk, Part } from "./embedded-worker.ts";
import { unionLines } from "./union-lines.ts";

/**
 * Lines in the form that the engine takes; made on this side of its thread, which has the most to do.
 * @throws {ProvenanceError} `unreadable` for a blank node
 */
export function chunkOf(
  piece: Uint8Array<ArrayBuffer> | Lines,
  into: readonly Part[],
  linesBefore: number,
): Chunk & { readonly parts: Readonly<Record<Part, Uint8Array<ArrayBuffer> | null>> } {
  if (!(piece instanceof Uint8Array)) {
    return { parts: { union: piece.bytes, graphs: null }, lines: piece.count, linesBefore };
  }
  const { triples, lines, blankLine } = unionLines(piece);
  if (blankLine > 0) {
    const line = linesBefore + blankLine;
    throw new ProvenanceError(
      "unreadable",
      `what was to be loaded is not for this store: line ${line} has a blank node; name it with an IRI`,
    );
  }
  const parts = { union: into.includes("union") ? triples : null, graphs: into.includes("graphs") ? piece : null };
  return { parts, lines, linesBefore };
}

/** A copy, since the caller may use its buffer again, and with a last line that ends, since others follow. */
export function ownLines(nquads: Uint8Array | string): Uint8Array {
  const given = typeof nquads === "string" ? new TextEncoder().encode(nquads) : nquads;
  const lines = new Uint8Array(given.length + 1);
  lines.set(given);
  lines[given.length] = LINE_END;
  return lines;
}

const LINE_END = 10;
