import type { Document } from "../model/document.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Loss, NotationName } from "./notation.ts";
import { notation } from "./notations.ts";
import { unreadableAt } from "./unreadable.ts";

export interface ReadOptions {
  /** Is told of everything in the text that no statement can hold, and that is left out therefore. */
  readonly ignored?: (loss: Loss) => void;
}

/**
 * Reads a PROV document. Nothing is fetched: what a text refers to (contexts, document types, imports) is known here or refused.
 * @param input text, or its bytes in UTF-8
 * @throws {ProvenanceError} `unreadable`: the place (line and column, or JSON path), what was expected and what stands there; `bad-option` for an unknown notation.
 */
export async function read(
  input: string | Uint8Array,
  name: NotationName,
  options: ReadOptions = {},
): Promise<Document> {
  const { read, title } = notation(name);
  const text = typeof input === "string" ? input : decoded(input);
  try {
    return await read(text.startsWith("\ufeff") ? text.slice(1) : text, options.ignored);
  } catch (error) {
    if (error instanceof ProvenanceError) throw error;
    if (error instanceof RangeError)
      throw new ProvenanceError("too-large", `this ${title} is nested or grown beyond what can be read`, {
        cause: error,
      });
    throw error;
  }
}

function decoded(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) {
    throw new ProvenanceError(
      "too-large",
      `${bytes.length} bytes are more than one text can hold (${MOST_BYTES}); split the document`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw unreadableAt("byte 1", `expected text in UTF-8${guess(bytes)}`, cause);
  }
}

/** A string of V8 holds 2²⁹ - 24 UTF-16 units; no text has more units than bytes in UTF-8. */
const MOST_BYTES = 2 ** 29 - 24;

function guess([first, second]: Uint8Array): string {
  const isUtf16 =
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0;
  return isUtf16 ? ", and this looks like UTF-16" : "";
}
