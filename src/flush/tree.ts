import { createHash } from "node:crypto";
import { lstatSync, opendirSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Brief, BriefTree } from "../model/brief.ts";
import {
  changedAt,
  type EntryState,
  entryState,
  readTree,
  type TreeReader,
  treeDigest,
  treeSize,
} from "../model/tree.ts";
import { microseconds } from "../series/columns.ts";
import { encodeManifest, type KnownFile, type ManifestEntry, readKnownFiles } from "../series/manifest.ts";
import { directoryPaths } from "../spool/directory.ts";
import type { SegmentHeader } from "../spool/format.ts";
import { contentFound, isDigested, stateFinding } from "./digest.ts";
import { digestInState } from "./file-digest.ts";
import { publishFirst } from "./publish.ts";

/** A larger tree is not digested: its manifest would not fit into memory beside the rest. */
export const MOST_TREE_ENTRIES = 1_000_000;

/**
 * A file that changed less than this before it was read may have changed again within one tick of the file system's clock (2 s at worst)
 * without showing it, so its digest is not taken over by a later look.
 */
export const RACY_MS = 2000;

/** The media type by which desktops know a directory. */
export const DIRECTORY_TYPE = "inode/directory";

/**
 * Digests a directory as it was when a program used or generated it, and writes its manifest; files that an earlier manifest of the
 * same directory has in the same state are not read again. What has changed since is stated not to be verified, with the reason.
 */
export async function digestTreeLater(
  directory: string,
  header: SegmentHeader,
  request: BriefTree,
  sequence: number,
): Promise<void> {
  if (isDigested(directory, header, sequence)) return;
  if (!Number.isFinite(request.time)) throw new TypeError("a directory to digest has no time"); // it could not be held against it
  const root = resolve(header.root, request.path);
  const manifests = join(directoryPaths(directory).manifests, keyOf(root));
  const found = await lookAt(root, request, manifests);
  stateFinding(directory, header, sequence, statementsOf(request, found));
}

type Finding =
  | {
      readonly kind: "found";
      readonly sha256: string;
      readonly size: number;
      readonly files: number;
      readonly manifest: string;
    }
  | { readonly kind: "unverified"; readonly reason: string; readonly path: string };

async function lookAt(root: string, request: BriefTree, manifests: string): Promise<Finding> {
  const { inode, time } = request;
  const known = await latestKnown(manifests);
  const looked: Looked = { settled: new Set(), reused: 0 };
  const reading = readTree(treeReader(root, known.files, looked), {
    until: time,
    mostEntries: MOST_TREE_ENTRIES,
  });
  if (reading.kind === "unverified") return reading;
  if (lstatSync(root).ino !== inode) return { kind: "unverified", reason: "is another one by now", path: "" };
  const entries: ManifestEntry[] = reading.entries.map((entry) => ({
    ...entry,
    isSettled: looked.settled.has(entry.path),
  }));
  const sha256 = treeDigest(entries);
  if (request.sha256 !== undefined && request.sha256 !== sha256)
    return { kind: "unverified", reason: "is not as it was digested", path: "" };
  const files = entries.filter(({ kind }) => kind === "file").length;
  // Each entry is as the latest manifest has it, and it has no other: it would be written again byte for byte.
  const isSame = entries.length === looked.reused && entries.length === known.entryCount;
  const manifest = isSame && known.path !== undefined ? known.path : publishManifest(manifests, entries, sha256);
  return { kind: "found", sha256, size: treeSize(entries), files, manifest: manifest.slice(-MANIFEST_NAME_LENGTH) };
}

/** `<16 of the root's path>/<64 of the bytes>.parquet`. */
const MANIFEST_NAME_LENGTH = 16 + 1 + 64 + ".parquet".length;

function statementsOf({ id, sha256 }: BriefTree, found: Finding): Brief[] {
  if (found.kind === "unverified") {
    if (sha256 !== undefined) return []; // the program itself has digested it
    const { path, reason } = found;
    const attributes: [string, string | boolean][] = [
      ["provml:isVerified", false],
      ["rdfs:comment", `${path === "" ? "the directory" : "an entry of the directory"} ${reason}`],
    ];
    if (path !== "") attributes.push(["provml:obstacle", Buffer.from(path, "latin1").toString()]);
    return [{ kind: "entity", id, attributes }];
  }
  const manifest = `manifests/${found.manifest.replaceAll("\\", "/")}`;
  const attributes = [["provml:manifest", manifest] as const, ["provml:fileCount", found.files] as const];
  const about: Brief = { kind: "entity", id, attributes };
  return sha256 === undefined ? [...contentFound(id, { ...found, mediaType: DIRECTORY_TYPE }), about] : [about];
}

function publishManifest(manifests: string, entries: readonly ManifestEntry[], sha256: string): string {
  const bytes = encodeManifest(entries, sha256);
  const path = join(manifests, `${createHash("sha256").update(bytes).digest("hex")}.parquet`);
  publishFirst(path, bytes);
  return path;
}

/** Manifests of one directory lie together. */
function keyOf(root: string): string {
  return createHash("sha256").update(root).digest("hex").slice(0, 16);
}

interface Known {
  readonly files: ReadonlyMap<string, KnownFile>;
  readonly entryCount: number;
  readonly path?: string;
}

async function latestKnown(manifests: string): Promise<Known> {
  try {
    const names = readdirSync(manifests).filter((name) => /^[0-9a-f]{64}\.parquet$/.test(name));
    const dated = names.map((name) => ({ path: join(manifests, name), time: statSync(join(manifests, name)).mtimeMs }));
    const { path } = dated.reduce((a, b) => (b.time > a.time ? b : a));
    return { path, ...(await readKnownFiles(path)) };
  } catch {
    return { files: new Map(), entryCount: 0 }; // there is none, or none that can be read: then all is read again
  }
}

/** What came of a look: the files whose digests the next one may take over, and how many this one took over. */
interface Looked {
  readonly settled: Set<string>;
  reused: number;
}

function treeReader(root: string, known: ReadonlyMap<string, KnownFile>, looked: Looked): TreeReader {
  const bytes = Buffer.from(`${root}/`);
  // A string is much cheaper than bytes, and the same where there are only letters of ASCII.
  const place = (path: string) =>
    path === "" ? root : IS_ASCII.test(path) ? `${root}/${path}` : Buffer.concat([bytes, Buffer.from(path, "latin1")]);
  return {
    names(path, most) {
      const names: string[] = [];
      const folder = opendirSync(Buffer.from(place(path)) as never, { encoding: "buffer" as never, bufferSize: 1024 });
      try {
        for (let entry = folder.readSync(); entry && names.length <= most; entry = folder.readSync())
          names.push((entry.name as unknown as Buffer).toString("latin1"));
      } finally {
        folder.closeSync();
      }
      return names;
    },
    state: (path) => entryState(lstatSync(place(path))),
    target: (path) => readlinkSync(place(path), { encoding: "buffer" }).toString("latin1"),
    digest(path, state) {
      const earlier = known.get(path);
      if (earlier && isSameFile(earlier, state)) {
        looked.settled.add(path);
        looked.reused++;
        return earlier.sha256;
      }
      const readAt = Date.now();
      const sha256 = digestInState(place(path), state);
      if (Math.max(changedAt(state), state.mtimeMs) < readAt - RACY_MS) looked.settled.add(path);
      return sha256;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
const IS_ASCII = /^[\x00-\x7f]*$/;

function isSameFile({ size, mtime, ctime, inode }: KnownFile, state: EntryState): boolean {
  return (
    size === state.size &&
    inode === state.inode &&
    mtime === microseconds(state.mtimeMs) &&
    ctime === microseconds(state.ctimeMs)
  );
}
