import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { isWhole } from "../../src/rdf/graph-file.ts";
import { arrivedIn } from "../faults/arrived.ts";
import type { Held } from "../faults/oracle.ts";

/** What the flusher states itself, by the name of the file. */
const STATED = /-(summary|closing|loss|digest)(-\w+)?\.nq$/;

export function filesIn(directory: string, folder: string): string[] {
  const names = readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" });
  const paths = names.map((name) => join(directory, folder, name)).sort();
  return paths.filter((path) => statSync(path).isFile());
}

/** The segments that are left, by name. */
export function segmentsIn(directory: string): string[] {
  return readdirSync(join(directory, "spool")).sort();
}

/** What has arrived from the spool, without what the flusher states itself; every file is whole. */
export async function movedTo(directory: string): Promise<Held> {
  const { lines, rows, repeatedRows, broken } = await arrivedIn(directory, "without stated");
  expect({ repeatedRows, broken }, "the same number is the same row in every file").toEqual({
    repeatedRows: 0,
    broken: [],
  });
  return { lines, rows };
}

/** The lines that the flusher states itself, of one sort: `summary`, `closing`, `loss`, `digest`. */
export function statedIn(directory: string, sort: string): string[] {
  const files = graphFiles(directory).filter((path) => STATED.exec(basename(path))?.[1] === sort);
  return [...new Set(files.flatMap(linesOf))].sort();
}

/** Everything that the graph says, whoever states it. */
export function graphIn(directory: string): string[] {
  return [...new Set(graphFiles(directory).flatMap(linesOf))].sort();
}

/** The bytes of all that was ever published. */
export function published(directory: string): Record<string, string> {
  const paths = ["graph", "series", "quarantine"].flatMap((folder) => filesIn(directory, folder));
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(paths.map((path) => [path.slice(directory.length), digest(path)]));
}

export function graphFiles(directory: string): string[] {
  return filesIn(directory, "graph").filter((path) => path.endsWith(".nq"));
}

function linesOf(path: string): string[] {
  const bytes = readFileSync(path);
  expect(isWhole(bytes), path).toBe(true);
  const lines = bytes.toString().split("\n").slice(0, -2);
  if (lines[0]?.startsWith("#")) lines.shift(); // which files it stands for
  expect(new Set(lines).size, path).toBe(lines.length);
  expect(bytes.toString()).toContain(`# provml 1 quads=${lines.length} sha256=`);
  return lines;
}
