import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { type AsyncBuffer, parquetRead } from "hyparquet";
import { parquetWriteBuffer, type SchemaElement } from "hyparquet-writer";
import type { TreeEntry } from "../model/tree.ts";
import { microseconds } from "./columns.ts";

/** An entry of a directory's manifest. */
export interface ManifestEntry extends TreeEntry {
  /** Whether the entry is as its digest says as long as its state is the same: it had not just changed when it was read. */
  readonly isSettled: boolean;
}

const ROWS_PER_GROUP = 100_000;

/**
 * The manifest of a directory as a Parquet file; equal entries give equal bytes. Columns: `path` (relative, UTF-8; what is none is U+FFFD),
 * `kind`, `size`, `sha256` (of a link: of its target), `mtime`, `ctime` (microseconds, UTC), `inode`, `settled`, `target`, and `pathBytes`
 * where the path is not UTF-8.
 */
export function encodeManifest(entries: readonly ManifestEntry[], sha256: string): Uint8Array {
  const summary = { format: 1, entries: entries.length, sha256 };
  const texts = entries.map(({ path }) => pathText(path));
  return new Uint8Array(
    parquetWriteBuffer({
      schema: SCHEMA,
      columnData: [
        { name: "path", data: texts.map(([text]) => text) },
        { name: "kind", data: entries.map(({ kind }) => kind), encoding: "RLE_DICTIONARY" },
        { name: "size", data: entries.map(({ size }) => BigInt(size)) },
        { name: "sha256", data: entries.map((entry) => entry.sha256 ?? null) },
        { name: "mtime", data: entries.map(({ mtimeMs }) => BigInt(microseconds(mtimeMs) || 0)) },
        { name: "ctime", data: entries.map(({ ctimeMs }) => BigInt(microseconds(ctimeMs) || 0)) },
        { name: "inode", data: entries.map(({ inode }) => BigInt(inode)) },
        { name: "settled", data: entries.map(({ isSettled }) => isSettled) },
        { name: "target", data: entries.map(({ target }) => (target === undefined ? null : pathText(target)[0])) },
        { name: "pathBytes", data: texts.map(([, bytes]) => bytes ?? null) },
      ],
      rowGroupSize: ROWS_PER_GROUP,
      kvMetadata: [{ key: "provml-tree", value: JSON.stringify(summary) }],
      createdBy: "provml",
    }),
  );
}

/** What a manifest says of the files, which it can spare to read again: by path, those that are settled. */
export interface KnownFile {
  readonly size: number;
  /** Microseconds since 1970. */
  readonly mtime: number;
  readonly ctime: number;
  readonly inode: number;
  readonly sha256: string;
}

/** The settled files of a manifest by their paths as byte strings, and how many entries it has. Throws where it does not parse. */
export async function readKnownFiles(
  path: string,
): Promise<{ readonly files: ReadonlyMap<string, KnownFile>; readonly entryCount: number }> {
  const names = ["path", "kind", "size", "sha256", "mtime", "ctime", "inode", "settled", "pathBytes"] as const;
  const columns = await readManifestColumns(path, names);
  const known = new Map<string, KnownFile>();
  for (const [i, text] of columns.path.entries()) {
    const sha256 = columns.sha256[i];
    if (columns.kind[i] !== "file" || columns.settled[i] !== true || typeof sha256 !== "string") continue;
    const bytes = columns.pathBytes[i];
    const name = bytes instanceof Uint8Array ? Buffer.from(bytes) : Buffer.from(String(text));
    known.set(name.toString("latin1"), {
      size: Number(columns.size[i]),
      mtime: Number(columns.mtime[i]),
      ctime: Number(columns.ctime[i]),
      inode: Number(columns.inode[i]),
      sha256,
    });
  }
  return { files: known, entryCount: columns.path.length };
}

/** Whether a manifest names a file of this content, and where. Throws where it does not parse. */
export async function pathsOfContent(manifest: string, sha256: string): Promise<string[]> {
  const digests = (await readManifestColumns(manifest, ["sha256"])).sha256;
  if (!digests.includes(sha256)) return [];
  const { path, kind } = await readManifestColumns(manifest, ["path", "kind"]);
  return path.map(String).filter((_, i) => digests[i] === sha256 && kind[i] === "file");
}

/** The files of a manifest with their digests. Throws where it does not parse. */
export async function filesOf(
  manifest: string,
): Promise<{ readonly path: string; readonly sha256: string; readonly size: number }[]> {
  const { path, kind, sha256, size } = await readManifestColumns(manifest, ["path", "kind", "sha256", "size"]);
  return path.flatMap((one, i) => {
    const digest = sha256[i];
    return kind[i] === "file" && typeof digest === "string"
      ? [{ path: String(one), sha256: digest, size: Number(size[i]) }]
      : [];
  });
}

/** The digest of the file that a manifest has at a path relative to its directory. Throws where it does not parse. */
export async function digestAtPath(manifest: string, path: string): Promise<string | undefined> {
  const columns = await readManifestColumns(manifest, ["path", "kind", "sha256"]);
  const at = columns.path.findIndex((one, i) => columns.kind[i] === "file" && String(one) === path);
  const sha256 = columns.sha256[at];
  return typeof sha256 === "string" ? sha256 : undefined;
}

async function readManifestColumns<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Record<Name, unknown[]>> {
  const bytes = await readFile(path);
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const file: AsyncBuffer = { byteLength: whole.byteLength, slice: (start, end) => whole.slice(start, end) };
  const columns = Object.fromEntries(names.map((name) => [name, [] as unknown[]])) as Record<Name, unknown[]>;
  await parquetRead({
    file,
    columns: [...names],
    parsers: { timestampFromMicroseconds: (micros: bigint) => Number(micros) } as never,
    utf8: false,
    onChunk({ columnName, columnData, rowStart }) {
      const column = columns[columnName as Name];
      for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
    },
  });
  return columns;
}

/** The text of a byte string, and its bytes where they are not UTF-8. */
function pathText(path: string): [text: string, bytes?: Uint8Array] {
  const bytes = Buffer.from(path, "latin1");
  return isUtf8(bytes) ? [bytes.toString()] : [bytes.toString(), bytes];
}

const REQUIRED = "REQUIRED" as const;
const OPTIONAL = "OPTIONAL" as const;
const text = (name: string, repetition_type: "REQUIRED" | "OPTIONAL"): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
  repetition_type,
});
const time = (name: string): SchemaElement => ({
  name,
  type: "INT64",
  converted_type: "TIMESTAMP_MICROS",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  repetition_type: REQUIRED,
});

const SCHEMA: SchemaElement[] = [
  { name: "entries", num_children: 10 },
  text("path", REQUIRED),
  text("kind", REQUIRED),
  { name: "size", type: "INT64", repetition_type: REQUIRED },
  text("sha256", OPTIONAL),
  time("mtime"),
  time("ctime"),
  { name: "inode", type: "INT64", repetition_type: REQUIRED },
  { name: "settled", type: "BOOLEAN", repetition_type: REQUIRED },
  text("target", OPTIONAL),
  { name: "pathBytes", type: "BYTE_ARRAY", repetition_type: OPTIONAL },
];
