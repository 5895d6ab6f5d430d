import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../model/brief.ts";
import { EXECUTION_GRAPH, executionNamespace, expandName } from "../model/names.ts";
import { graphFile } from "../rdf/graph-file.ts";
import { appendQuads } from "../rdf/quads.ts";
import { isPublished } from "../spool/compacted.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";

/** A graph file of an execution with what the flusher states itself, and the path of the name that it is written under once. */
export function statedFile(
  directory: string,
  header: Pick<SegmentHeader, "base" | "execution" | "writer">,
  name: string,
  statements: readonly Brief[],
): { readonly path: string; readonly bytes: Buffer } {
  const { base, execution } = header;
  const prefixes = briefPrefixes(base, executionNamespace(base, execution));
  const graph = expandName(EXECUTION_GRAPH, prefixes);
  const lines: string[] = [];
  for (const brief of statements) {
    for (const statement of expand(brief, prefixes)) appendQuads(statement, graph, lines);
  }
  return { path: statedPath(directory, header, name), bytes: graphFile(lines) };
}

export function statedPath(
  directory: string,
  { execution, writer }: Pick<SegmentHeader, "execution" | "writer">,
  name: string,
): string {
  return join(directoryPaths(directory).graph, execution, `${writer}-${name}.nq`);
}

/** Whether what goes under this name was stated before, and is there still or in a file that stands for it. */
export function isStated(path: string): boolean {
  return existsSync(path) || isPublished(dirname(path), basename(path));
}
