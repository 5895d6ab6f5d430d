import { readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";

export interface DiskUse {
  readonly files: number;
  /** Files and folders, the folder itself among them; links to one file count once. */
  readonly inodes: number;
  readonly bytes: number;
}

/** How many files a folder holds, at any depth, how many bytes they have, and what they take of the file system's inodes. */
export function diskUse(folder: string): DiskUse {
  let files = 0;
  let total = 0;
  const inodes = new Set<string>();
  for (const path of foldersBelow(folder)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) inodes.add(`${stat.dev} ${stat.ino}`);
  }
  for (const path of filesBelow(folder)) {
    const stat = statSync(path, { throwIfNoEntry: false }); // a flusher may just have taken it
    if (!stat) continue;
    files++;
    total += stat.size;
    inodes.add(`${stat.dev} ${stat.ino}`);
  }
  return { files, inodes: inodes.size, bytes: total };
}

/** All files below a folder, none where it is missing. */
export function* filesBelow(folder: string): Generator<string> {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function* foldersBelow(folder: string): Generator<string> {
  yield folder;
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) if (entry.isDirectory()) yield* foldersBelow(join(folder, entry.name));
}

/** The name of a network file system, by the magic number that Linux gives it (statfs(2)), or undefined for a local one. */
export function networkFileSystem(folder: string): string | undefined {
  try {
    return NETWORK[statfsSync(folder).type >>> 0];
  } catch {
    return undefined;
  }
}

const NETWORK: Readonly<Record<number, string>> = {
  26985: "NFS",
  20859: "SMB",
  4283649346: "CIFS",
  4266872130: "SMB2",
  198183888: "Lustre",
  1196443219: "GPFS",
  12805120: "Ceph",
  16914839: "9P",
  1702057286: "FUSE",
  1397113167: "AFS",
};
