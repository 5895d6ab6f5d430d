import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { entryState, readTree, treeDigest, treeSize } from "../../model/tree.ts";
import { digestFile } from "./files.ts";

/**
 * The digest of a directory, taken now, in the caller's thread: only where a program asks for it. Undefined where something in it cannot be
 * read or changes meanwhile.
 */
export function digestDirectory(path: string): { readonly sha256: string; readonly size: number } | undefined {
  const root = Buffer.from(path);
  const place = (inner: string) => (inner === "" ? root : Buffer.concat([root, SLASH, Buffer.from(inner, "latin1")]));
  const reading = readTree(
    {
      names: (inner) => readdirSync(place(inner), { encoding: "buffer" }).map((name) => name.toString("latin1")),
      state: (inner) => entryState(lstatSync(place(inner))),
      target: (inner) => readlinkSync(place(inner), { encoding: "buffer" }).toString("latin1"),
      digest: (inner, state) => digestFile({ ...state, path }, place(inner)),
    },
    // Whatever came later shows by a clock that is read when the look begins.
    { until: fileTime(), mostEntries: MOST_ENTRIES },
  );
  return reading.kind === "read" ? { sha256: treeDigest(reading.entries), size: treeSize(reading.entries) } : undefined;
}

const MOST_ENTRIES = 1_000_000;
const SLASH = Buffer.from("/");

/**
 * The time by the clock that file systems stamp with, rounded up to a whole millisecond. Not capture's own `now`, which counts from the
 * process's start and so drifts away from it.
 */
export function fileTime(): number {
  return Date.now() + 1;
}
