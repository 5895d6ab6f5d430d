import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldersToBe, makeFolder, openNew } from "./access.ts";
import { createDirectory, markerOf } from "./directory.ts";
import { type Durability, syncPath } from "./segment.ts";

/**
 * Keeps bytes in `.provml/content/` under their SHA-256 (hexadecimal), once, readable by their owner alone or, as the directory is, by its group; returns the path. A file is there
 * whole or not at all, and with `sync` on the disk when this returns.
 */
export function keepContent(directory: string, bytes: Buffer, sha256: string, durability: Durability): string {
  const folders = foldersToBe(directory);
  createDirectory(directory);
  const folder = join(directory, "content");
  makeFolder(folder);
  const path = join(folder, sha256);
  if (!existsSync(path)) writeWhole(path, bytes, durability);
  else if (durability === "sync") syncPath(path); // it may be of a writer that leaves that to the system
  if (durability === "sync") for (const each of [folder, markerOf(directory), ...folders]) syncPath(each);
  return path;
}

function writeWhole(path: string, bytes: Buffer, durability: Durability): void {
  const draft = `${path}.${randomBytes(8).toString("hex")}`; // threads of a process write at the same time
  const descriptor = openNew(draft);
  try {
    try {
      writeFileSync(descriptor, bytes);
      if (durability === "sync") fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
