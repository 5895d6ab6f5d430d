import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { GRAPH_FILE_TRAILER, GRAPH_FILE_TRAILER_BYTES } from "../../rdf/graph-file.ts";
import { publishFirst } from "../publish.ts";
import { readIfThere, unreadable } from "./graph-folder.ts";

/**
 * What came of a file that was to be copied. `there`: a file of that name and the same content, as far as names, sizes and check sums tell.
 * `differs`: one of that name with another content, which stays as it is. `gone`: a compaction took it meanwhile. `damaged`: it is not what its check sum says.
 */
export type Copied = "copied" | "there" | "differs" | "gone" | "damaged";

/**
 * Copies a file that is written once: whole and on the disk under its name, or not there.
 * @throws {ProvenanceError} `unreadable`
 */
export function copyOnce(
  from: string,
  to: string,
  isSame: (from: string, to: string) => boolean,
  isWhole: (bytes: Buffer) => boolean = () => true,
): Copied {
  try {
    if (existsSync(to)) return isSame(from, to) ? "there" : "differs";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    throw unreadable(from, error); // the message names the one of the two
  }
  const bytes = readIfThere(from);
  if (bytes === undefined) return "gone";
  if (!isWhole(bytes)) return "damaged";
  publishFirst(to, bytes);
  return "copied";
}

/** By the count and check sum at the end of both. */
export function hasSameTrailer(from: string, to: string): boolean {
  const [a, b] = [from, to].map(trailerOf);
  return a !== undefined && a === b;
}

/** By size: for names that are made of the content. */
export function hasSameSize(from: string, to: string): boolean {
  return statSync(from).size === statSync(to).size;
}

export function hasSameBytes(from: string, to: string): boolean {
  return hasSameSize(from, to) && readFileSync(from).equals(readFileSync(to));
}

function trailerOf(path: string): string | undefined {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, GRAPH_FILE_TRAILER_BYTES));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    return GRAPH_FILE_TRAILER.exec(tail.toString("latin1"))?.[0].trimStart();
  } finally {
    closeSync(descriptor);
  }
}
