import { createHash } from "node:crypto";

/** What an entry of a directory tree is. Directories stand in a tree only where they are empty. */
export type TreeEntryKind =
  | "file"
  | "link"
  | "directory"
  | "fifo"
  | "socket"
  | "block-device"
  | "character-device"
  | "other";

/** What tells one state of an entry from another without reading it; times in milliseconds since 1970. */
export interface EntryState {
  readonly kind: TreeEntryKind;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** What the file system says of an entry: Node's own `Stats` are such. */
export interface EntryStats extends Pick<EntryState, "size" | "mtimeMs" | "ctimeMs"> {
  readonly ino: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
}

export function entryState(stats: EntryStats): EntryState {
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { kind: kindOf(stats), size, mtimeMs, ctimeMs, inode: ino };
}

function kindOf(stats: EntryStats): TreeEntryKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "fifo";
  if (stats.isSocket()) return "socket";
  if (stats.isBlockDevice()) return "block-device";
  return stats.isCharacterDevice() ? "character-device" : "other";
}

/** An entry of a tree. Names need not be UTF-8, so paths and targets are strings of bytes: one character of 0 to 255 for each. */
export interface TreeEntry extends EntryState {
  /** Relative to the root, with slashes. */
  readonly path: string;
  /** Of a file: the SHA-256 of its bytes, of a link: of its target. */
  readonly sha256?: string;
  readonly target?: string;
}

/** How a tree is read. Paths are relative byte strings, `""` is the root; what cannot be read throws. */
export interface TreeReader {
  /** At most `most` + 1 names. */
  names(path: string, most: number): readonly string[];
  /** Of the entry itself, a link not followed. */
  state(path: string): EntryState;
  target(path: string): string;
  /** The SHA-256 of a file that is the same before and after; undefined where it is not. */
  digest(path: string, state: EntryState): string | undefined;
}

export interface TreeLimits {
  /** A tree that has changed after this time, milliseconds since 1970, is not the one that is meant. */
  readonly until: number;
  readonly mostEntries: number;
}

/** Every entry below a root in the order of their paths' bytes, or why the tree could not be read as it was. */
export type TreeReading =
  | { readonly kind: "read"; readonly entries: readonly TreeEntry[] }
  /** `path`: which entry is in the way, `""` for the root. */
  | { readonly kind: "unverified"; readonly reason: string; readonly path: string };

/** Directories of this name are the recorder's own and change as it records. */
const LEFT_OUT = ".provml";

/** Reads a tree: links are named and not followed, what is neither file, directory nor link is named and not opened. */
export function readTree(reader: TreeReader, { until, mostEntries }: TreeLimits): TreeReading {
  const entries: TreeEntry[] = [];
  const listed: [path: string, state: EntryState][] = [];
  let [seen, at] = [0, ""];
  try {
    for (const folders = [""]; folders.length > 0; ) {
      const folder = folders.pop() as string;
      at = folder;
      const names = reader.names(folder, mostEntries - seen).filter((name) => name !== LEFT_OUT);
      seen += names.length;
      if (seen > mostEntries) return unverified(`has more than ${mostEntries} entries`, "");
      // Looked at after it was listed, so that what came or went meanwhile shows.
      const state = reader.state(folder);
      if (state.kind !== "directory" || changedAt(state) > until) return changed(folder);
      listed.push([folder, state]);
      if (names.length === 0 && folder !== "") entries.push({ ...state, path: folder });
      for (const name of names) {
        at = folder === "" ? name : `${folder}/${name}`;
        const found = reader.state(at);
        if (changedAt(found) > until) return changed(at);
        if (found.kind === "directory") folders.push(at);
        else if (found.kind === "link") {
          const target = reader.target(at);
          entries.push({ ...found, path: at, target, sha256: sha256(target) });
        } else if (found.kind === "file") {
          const digest = reader.digest(at, found);
          if (digest === undefined) return unverified("could not be read, or changed while it was", at);
          entries.push({ ...found, path: at, sha256: digest });
        } else entries.push({ ...found, path: at });
      }
    }
    for (const [folder, before] of listed) {
      at = folder;
      if (!isSame(before, reader.state(folder))) return changed(folder);
    }
  } catch (error) {
    return unverified(`could not be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`, at);
  }
  return { kind: "read", entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The SHA-256 of a tree, by docs/content.md. Entries are in the order of their paths' bytes. */
export function treeDigest(entries: readonly TreeEntry[]): string {
  const hash = createHash("sha256").update("provml-tree 1\n");
  let lines = "";
  for (const { kind, path, sha256 } of entries) {
    const what = kind === "file" ? sha256 : kind === "link" ? `link ${sha256}` : kind;
    lines += `${what}  ${path}\0`;
    if (lines.length < LINES_AT_ONCE) continue;
    hash.update(lines, "latin1");
    lines = "";
  }
  return hash.update(lines, "latin1").digest("hex");
}

const LINES_AT_ONCE = 64 * 1024;

/** How many bytes the files of a tree have together. */
export function treeSize(entries: readonly TreeEntry[]): number {
  return entries.reduce((size, entry) => size + (entry.kind === "file" ? entry.size : 0), 0);
}

/** A change of bytes or names sets the ctime, which no program can choose; where a file system has none, the mtime tells. */
export function changedAt({ mtimeMs, ctimeMs }: Pick<EntryState, "mtimeMs" | "ctimeMs">): number {
  return ctimeMs > 0 ? ctimeMs : mtimeMs;
}

function isSame(a: EntryState, b: EntryState): boolean {
  return a.kind === b.kind && a.inode === b.inode && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

function changed(path: string): TreeReading {
  return unverified("changed after the directory was used or generated", path);
}

function unverified(reason: string, path: string): TreeReading {
  return { kind: "unverified", reason, path };
}

function sha256(bytes: string): string {
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}
