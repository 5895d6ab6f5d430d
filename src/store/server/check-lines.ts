import { isUtf8 } from "node:buffer";
import { ProvenanceError } from "../../model/error.ts";
import { readQuads } from "../../rdf/read-quads.ts";
import type { Quad } from "../../rdf/terms.ts";
import { lineEnd, NOT_PLAIN, plainLine, readPlainLine } from "../plain-line.ts";

/**
 * Reads all lines, so that nothing of an input with a fault is sent.
 * @throws {ProvenanceError} `unreadable` with the number of the line
 */
export function checkLines(nquads: Uint8Array): void {
  if (!isUtf8(nquads)) throw unreadable("it is not UTF-8");
  const line = plainLine();
  let number = 0;
  for (let start = 0; start < nquads.length; ) {
    number++;
    let end = readPlainLine(nquads, start, line);
    if (end === NOT_PLAIN) {
      end = lineEnd(nquads, start);
      checkLine(nquads.subarray(start, end), number);
    }
    start = end + 1;
  }
}

function checkLine(line: Uint8Array, number: number): void {
  let quads: readonly Quad[];
  try {
    quads = readQuads(DECODER.decode(line));
  } catch (cause) {
    throw unreadable((cause as Error).message.replace(/\bline \d+/, `line ${number}`), cause);
  }
  for (const { subject, object, graph } of quads) {
    if ([subject, object, graph].some((term) => term?.kind === "blank"))
      throw unreadable(`line ${number} has a blank node; name it with an IRI`);
  }
}

function unreadable(message: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError("unreadable", `what was to be loaded is not N-Quads: ${message}`, { cause });
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
