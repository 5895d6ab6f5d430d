import { closeSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, openNew } from "./access.ts";
import { createDirectory } from "./directory.ts";

/**
 * Keeps bytes in `.provml/content/` under their SHA-256 (hexadecimal), once, readable by their owner alone or, as the directory is, by its group; returns the path. A file is there
 * whole or not at all.
 */
export function keepContent(directory: string, bytes: Buffer, sha256: string): string {
  createDirectory(directory);
  const folder = join(directory, "content");
  makeFolder(folder);
  const path = join(folder, sha256);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}-${Date.now().toString(36)}`;
  const descriptor = openNew(draft);
  try {
    writeFileSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, path);
  return path;
}
