import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder, openNew } from "../spool/access.ts";
import { directoryPaths, markerOf } from "../spool/directory.ts";

/**
 * Publishes a file that is written once: complete and on disk, with its directory, when this returns; never half there under
 * its name.
 */
export function publishFile(path: string, text: string | Uint8Array): void {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = writeTemporary(path, text);
  renameSync(temporary, path);
  syncFolder(folder);
}

/** As {@link publishFile}, for what a later look may find out differently: the first one counts. */
export function publishFirst(path: string, text: string | Uint8Array): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  const temporary = writeTemporary(path, text);
  try {
    linkSync(temporary, path);
  } catch (error) {
    // A file system without links takes the small risk that two flushers publish at the same instant.
    if (!existsSync(path)) renameSync(temporary, path);
    else if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
}

function writeTemporary(path: string, text: string | Uint8Array): string {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const descriptor = openNew(temporary);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(temporary, { force: true }); // what a full disk left of it would keep the disk full
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return temporary;
}

/**
 * Brings to the disk whatever names anyone has published for an execution: another flusher, which may have been stopped before it
 * came to it, included.
 */
export function syncGraphFolders(directory: string, execution: string): void {
  const { graph, quarantine, manifests } = directoryPaths(directory);
  for (const folder of [join(graph, execution), graph, quarantine, manifests, directory]) {
    if (existsSync(folder)) syncFolder(folder);
  }
}

/** The same for a whole directory, and the name that it has itself: what was copied here may be removed where it came from. */
export function syncDirectory(directory: string): void {
  const { graph, series, quarantine, manifests } = directoryPaths(directory);
  const content = join(directory, "content");
  for (const path of [
    markerOf(directory),
    graph,
    series,
    quarantine,
    manifests,
    content,
    directory,
    dirname(directory),
  ])
    if (existsSync(path)) syncFolder(path);
}

export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
