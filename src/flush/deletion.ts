import { hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Brief, briefPrefixes, expand } from "../model/brief.ts";
import { executionNamespace, expandName, TOMBSTONE_GRAPH } from "../model/names.ts";
import { graphFile } from "../rdf/graph-file.ts";
import { appendQuads } from "../rdf/quads.ts";
import { DELETIONS_FOLDER, deletedExecutions, EXECUTION_UUID, tombstoneName } from "../spool/deleted.ts";
import { directoryPaths } from "../spool/directory.ts";
import { publishFirst, syncFolder } from "./publish.ts";

export interface Tombstone {
  readonly base: string;
  /** The UUID of what is deleted. */
  readonly execution: string;
  readonly statements: readonly Brief[];
}

/**
 * Says that an execution is deleted, and what stays known of it. When this returns it is on the disk, and from then on nothing else of the execution counts, whoever
 * reads; {@link completeDeletions} takes it away.
 */
export function stateDeletion(directory: string, { base, execution, statements }: Tombstone): void {
  const prefixes = briefPrefixes(base, executionNamespace(base, execution));
  const graph = expandName(TOMBSTONE_GRAPH, prefixes);
  const lines: string[] = [];
  for (const brief of statements) for (const statement of expand(brief, prefixes)) appendQuads(statement, graph, lines);
  publishTombstone(directory, execution, graphFile(lines));
}

/** As a file of a name that all copies of the directory know it by. */
export function publishTombstone(directory: string, execution: string, bytes: Buffer): void {
  const folder = join(directoryPaths(directory).graph, DELETIONS_FOLDER);
  publishFirst(join(folder, tombstoneName(execution, hash("sha256", bytes))), bytes);
}

/**
 * Takes away what is still there of executions that were deleted, or is there again because a copy of it came. May be stopped at any instant: the next one goes on.
 * @throws {ProvenanceError} `unreadable`
 */
export function completeDeletions(directory: string): void {
  const { graph, series, quarantine } = directoryPaths(directory);
  const deleted = deletedExecutions(graph);
  if (deleted.size === 0) return;
  const rows = foldersOf(series, deleted, "execution=");
  const graphs = foldersOf(graph, deleted, "");
  if (rows.length === 0 && graphs.length === 0) return;
  syncFolder(join(graph, DELETIONS_FOLDER)); // what was copied here may not be on the disk
  // The graph comes last: as long as it is there, what it knows of is looked for again.
  for (const path of quarantinedOf(quarantine, deleted)) rmSync(path, { force: true });
  for (const path of [...rows, ...graphs]) remove(path);
  for (const folder of [quarantine, series, graph]) if (existsSync(folder)) syncFolder(folder);
}

function foldersOf(parent: string, deleted: ReadonlySet<string>, prefix: string): string[] {
  if (!existsSync(parent)) return [];
  const ofExecution = new RegExp(`^${prefix}(${EXECUTION_UUID})$`);
  const names = readdirSync(parent).filter((name) => deleted.has(ofExecution.exec(name)?.[1] ?? ""));
  return names.map((name) => join(parent, name));
}

/** A flusher that has not heard of the deletion may write into the folder at this moment: then the next one takes it away. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
  }
}

/** Statements that no graph could hold, of these executions. */
export function quarantinedOf(quarantine: string, executions: ReadonlySet<string>): string[] {
  if (!existsSync(quarantine)) return [];
  const paths = readdirSync(quarantine).map((name) => join(quarantine, name));
  return paths.filter((path) => executions.has(quarantinedExecution(path) ?? ""));
}

function quarantinedExecution(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { execution?: string }).execution;
  } catch {
    return undefined;
  }
}
