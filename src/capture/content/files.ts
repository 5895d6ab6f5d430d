import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isLocalUrl, isRemote, remoteName } from "./remote.ts";

/** Larger files are digested by the flusher, not in the caller's thread. */
export const DIGEST_AT_CAPTURE_BYTES = 1024 * 1024;

/** What tells one state of a file or directory from another without reading it. */
export interface FileState {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  readonly isDirectory?: true;
}

/** The state of a file or directory now, or undefined when there is neither at the path. */
export function fileState(path: string): FileState | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() || stat.isDirectory() ? stateFrom(path, stat) : undefined;
  } catch {
    return undefined;
  }
}

export function sameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.inode === b.inode;
}

/** Waits for no pipe that came in the file's place, and follows no link that did. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * The SHA-256 of a file's bytes, or undefined when the file could not be read or was not the same before and after
 * (size, mtime, ctime, inode): such a digest would name bytes that nobody used. Memory is bounded whatever the size.
 */
export function digestFile(state: FileState, path: string | Buffer = state.path): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, FLAGS);
    const isSame = () => {
      const stat = fstatSync(descriptor as number);
      return stat.isFile() && sameState(state, stateFrom(state.path, stat));
    };
    if (!isSame()) return undefined;
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(Math.min(state.size + 1, DIGEST_AT_CAPTURE_BYTES));
    let left = state.size;
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
      left -= read;
      if (left < 0) return undefined; // it grows as it is read
      hash.update(piece.subarray(0, read));
    }
    return left === 0 && isSame() ? hash.digest("hex") : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function stateFrom(path: string, stat: Stats): FileState {
  const state = { path, size: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs, inode: stat.ino };
  return stat.isDirectory() ? { ...state, isDirectory: true } : state;
}

/** Whether a thing is a path or URI, and not an object with a state of its own. */
export function isPlace(thing: unknown): thing is string | URL {
  if (typeof thing === "string") return thing.length <= LONGEST_PLACE;
  try {
    return thing instanceof URL;
  } catch {
    return false; // a Proxy that throws when asked
  }
}
/** Longer strings are data: no system has such a path, and no URI is so long. */
const LONGEST_PLACE = 8192;

/** The text under which a path or URI is followed and recorded: the absolute path, or the URI without secrets. */
export function placeName(place: string | URL): string {
  const text = String(place);
  return isRemote(text) ? remoteName(text) : absolutePath(place);
}

/** The absolute path of a path or file URL, with symbolic links resolved where the file exists. */
export function absolutePath(path: string | URL): string {
  const local = resolve(localPath(String(path)));
  try {
    return existsSync(local) ? realpathSync(local) : local; // an error costs ten times the question
  } catch {
    return local;
  }
}

function localPath(text: string): string {
  if (!isLocalUrl(text)) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return text; // no path has such a URL, e.g. one with an escaped slash
  }
}

/** The path as it is recorded: relative to the root with forward slashes when below it, else absolute; a URI as it is. */
export function recordedPath(root: string, path: string): string {
  if (isRemote(path)) return path;
  const below = relative(root, path);
  return below === "" || below.startsWith("..") || isAbsolute(below) ? path : below.split(sep).join("/");
}

/** The media type by the file's name, for the few that people open by name. */
export function mediaType(path: string): string {
  return MEDIA_TYPES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  json: "application/json",
  jsonl: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
  yaml: "application/yaml",
  yml: "application/yaml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  zip: "application/zip",
  gz: "application/gzip",
};

/** What is in a file, or undefined where there is none to read. Most that is asked for is absent, and an error costs ten times the question. */
export function bytesAt(path: string): Buffer | undefined {
  try {
    return existsSync(path) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

export function textAt(path: string): string | undefined {
  return bytesAt(path)?.toString("utf8");
}
