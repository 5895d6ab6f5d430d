import { chmodSync, fchmodSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Who may read and write what provml makes: the user alone, or all of the group. */
export interface Access {
  readonly file: number;
  readonly folder: number;
}

export const PRIVATE: Access = { file: 0o600, folder: 0o700 };
/** New files get the folder's group, not the user's own. */
export const GROUP: Access = { file: 0o660, folder: 0o2770 };

/**
 * The access of what is made in a folder: as that of the folder itself, or of the nearest one above that exists. So whoever writes into a shared
 * directory shares, without being told; one that anybody may write, such as /tmp, is no shared one.
 */
export function accessIn(folder: string): Access {
  for (let at = folder; ; at = dirname(at)) {
    const mode = modeOf(at);
    if (mode !== undefined) return (mode & 0o2077) === 0o2070 ? GROUP : PRIVATE;
    if (dirname(at) === at) return PRIVATE;
  }
}

/**
 * Makes a folder and those above it. Node's own recursive way never returns where a file system says ENOENT below a folder that
 * exists, as /proc does.
 */
export function makeFolder(path: string, access: Access = accessIn(path)): void {
  try {
    mkdirSync(path, { mode: access.folder & 0o777 });
    if (access !== PRIVATE) allow(path, access.folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && isFolder(path)) return;
    const above = dirname(path);
    if (code !== "ENOENT" || isFolder(above)) throw error;
    makeFolder(above, access);
    makeFolder(path, access);
  }
}

/**
 * The folders whose entries are new once a folder has been made: itself and those above it up to one that exists; the one above it in any
 * case, because whoever made it may have left its entry to the system.
 */
export function foldersToBe(path: string): string[] {
  const above = dirname(path);
  return isFolder(above) || above === path ? [path, above] : [path, ...foldersToBe(above)];
}

/** Makes a file that must not exist yet, and opens it for writing. */
export function openNew(path: string, access: Access = accessIn(dirname(path))): number {
  const descriptor = openSync(path, "wx", access.file);
  if (access !== PRIVATE) {
    try {
      fchmodSync(descriptor, access.file); // the umask has taken the group's part
    } catch {
      // A file system without modes has none to give.
    }
  }
  return descriptor;
}

/** Opens what exists to more people, as far as this user may. */
export function allow(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // Another user's, or a file system without modes.
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false; // below something that is no folder
  }
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mode;
  } catch {
    return undefined;
  }
}
