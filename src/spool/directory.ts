import { randomBytes } from "node:crypto";
import { closeSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ProvenanceError } from "../model/error.ts";
import { accessIn, allow, GROUP, isFolder, makeFolder, openNew, PRIVATE } from "./access.ts";

/** The version of the directory's layout, in `provml.json`. */
export const DIRECTORY_FORMAT = 1;

const NAME = ".provml";

/** Below `graph/`: what people say of recorded things. */
export const CURATION_FOLDER = "curation";

/** Where the parts of a `.provml` directory are. */
export interface DirectoryPaths {
  readonly spool: string;
  readonly graph: string;
  readonly series: string;
  readonly quarantine: string;
  /** What directories held; made when there is the first. */
  readonly manifests: string;
}

export function directoryPaths(directory: string): DirectoryPaths {
  return {
    spool: join(directory, "spool"),
    graph: join(directory, "graph"),
    series: join(directory, "series"),
    quarantine: join(directory, "quarantine"),
    manifests: join(directory, "manifests"),
  };
}

/**
 * The `.provml` directory that belongs to a place: the nearest one upwards, else where one should be made, beside the
 * nearest package.json upwards; undefined when there is neither. Look with {@link checkDirectory} whether it exists.
 */
export function findDirectory(from: string = process.cwd()): string | undefined {
  const existing = upwards(from, (folder) => isFolder(join(folder, NAME)));
  const home = existing ?? upwards(from, (folder) => existsSync(join(folder, "package.json")));
  return home === undefined ? undefined : join(home, NAME);
}

/**
 * Makes a `.provml` directory (0700, or 2770 where it is to be shared with the group; ignored by git) or completes one that is half made. Of a whole one
 * it changes nothing, or opens its folders to the group.
 * @throws {ProvenanceError} `foreign-directory` when the folder holds something else or a newer version made it.
 */
export function createDirectory(directory: string, shared?: "group"): DirectoryPaths {
  const paths = directoryPaths(directory);
  if (isWritten(markerOf(directory))) checkDirectory(directory);
  else checkOurs(directory);
  const { spool, graph, series, quarantine } = paths;
  // A shared folder around it is no reason to share what nobody asked to share.
  const access = shared === "group" ? GROUP : existsSync(directory) ? accessIn(directory) : PRIVATE;
  for (const folder of [directory, spool, graph, series, quarantine]) {
    makeFolder(folder, access);
    if (shared === "group" && accessIn(folder) !== GROUP) allow(folder, GROUP.folder);
  }
  publish(directory, ".gitignore", "*\n");
  publish(directory, "provml.json", `${JSON.stringify({ format: DIRECTORY_FORMAT })}\n`);
  return paths;
}

/**
 * @throws {ProvenanceError} `no-directory` when there is none, `foreign-directory` when it is not one that this version reads.
 */
export function checkDirectory(directory: string): void {
  if (!isFolder(directory)) {
    throw new ProvenanceError(
      "no-directory",
      `there is no .provml directory at ${directory}; run a program that records with provml first, or name another directory`,
    );
  }
  const { text, cause } = readMarker(directory);
  const format = text === undefined ? undefined : formatOf(text);
  if (format === DIRECTORY_FORMAT) return;
  if (typeof format === "number" && format > DIRECTORY_FORMAT) {
    throw foreign(
      directory,
      `was made by a newer version of provml (format ${format}, this one reads ${DIRECTORY_FORMAT}); update provml`,
    );
  }
  throw foreign(
    directory,
    "has no readable provml.json; name the directory that provml made, or move this one away",
    cause,
  );
}

function readMarker(directory: string): { text?: string; cause?: unknown } {
  try {
    return { text: readFileSync(markerOf(directory), "utf8") };
  } catch (cause) {
    return { cause };
  }
}

function formatOf(text: string): unknown {
  try {
    return JSON.parse(text)?.format;
  } catch {
    return undefined;
  }
}

/** A folder without a marker is ours only when it holds nothing that we would not have made. */
function checkOurs(directory: string): void {
  if (!existsSync(directory)) return;
  const known =
    /^(spool|graph|series|quarantine|manifests|plans|content|replicas|flushers|\.gitignore|provml\.json.*|\.gitignore\..*)$/;
  const other = isFolder(directory) ? readdirSync(directory).find((name) => !known.test(name)) : "a file of that name";
  if (other !== undefined)
    throw foreign(directory, `holds what provml did not make (${other}); name another directory`);
}

/** Whole or not at all: another process may look at the same moment. */
function publish(directory: string, name: string, text: string): void {
  const path = join(directory, name);
  if (isWritten(path)) return;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const descriptor = openNew(draft);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, path);
}

/** A power cut may leave a file of nothing under a name that was given just before. */
function isWritten(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The file that says whose directory it is; without it nobody reads what is there. */
export function markerOf(directory: string): string {
  return join(directory, "provml.json");
}

function foreign(directory: string, what: string, cause?: unknown): ProvenanceError {
  return new ProvenanceError("foreign-directory", `${directory} ${what}`, { cause });
}

function upwards(from: string, accepts: (folder: string) => boolean): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (accepts(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
