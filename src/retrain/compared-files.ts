import { isAbsolute, join, relative } from "node:path";
import { contentDigest } from "../model/names.ts";
import { compareIds } from "../query/ids.ts";
import type { Graph, Model } from "../query/index.ts";

/** A file, or a model in memory, that one of two executions made, or both. */
export interface ComparedFile {
  /** Relative to the root directory, where it lies below that or in the working tree. */
  readonly path: string;
  readonly isSame: boolean;
  /** SHA-256; `unknown` where nobody took it; absent where there was no such file. */
  readonly before?: string;
  readonly after?: string;
}

/** Where files of an execution lie. */
export interface Places {
  /** Where it ran. */
  readonly rootDirectory: string;
  /** The working tree that it ran from. */
  readonly top: string;
}

interface Side extends Places {
  readonly execution: string;
  /** Those that are compared, the first one first. */
  readonly models: readonly Model[];
}

/** The files of its models and checkpoints as each was written last, and what was asked for in particular. */
export async function compareFiles(
  graph: Graph,
  asked: string | undefined,
  before: Side,
  after: Side,
): Promise<ComparedFile[]> {
  const ours = writtenBy(before);
  const theirs = writtenBy(after);
  const compared = new Map<string, ComparedFile>();
  const compare = (path: string, one: string | undefined, other: string | undefined) =>
    compared.set(path, {
      path,
      isSame: one !== undefined && one !== UNKNOWN && one === other,
      ...(one === undefined ? {} : { before: one }),
      ...(other === undefined ? {} : { after: other }),
    });
  for (const path of new Set([...ours.keys(), ...theirs.keys()]))
    compare(path, ours.get(path)?.at(-1)?.sha256, theirs.get(path)?.at(-1)?.sha256);
  for (const [path, written] of ours) {
    const at = written.findIndex(({ model }) => model === asked);
    if (at >= 0 && at < written.length - 1)
      compare(`${path} (version ${at + 1})`, written[at]?.sha256, theirs.get(path)?.[at]?.sha256);
  }
  if (asked !== undefined) {
    const own = (await filesMadeBy(graph, before)).find(({ id }) => id === asked);
    if (own !== undefined && !compared.has(own.path)) {
      const other = (await filesMadeBy(graph, after)).filter(({ path }) => path === own.path).at(-1);
      compare(own.path, own.sha256, other?.sha256);
    }
  }
  return [...compared.values()];
}

/** Whether it tells anything: one side has none, or both have known bytes. */
export function isComparable({ before, after }: ComparedFile): boolean {
  return before === undefined || after === undefined || (before !== UNKNOWN && after !== UNKNOWN);
}
const UNKNOWN = "unknown";

type Written = ReadonlyMap<string, readonly { readonly model: string; readonly sha256: string }[]>;

/** By path, in the order of their times. */
function writtenBy(side: Side): Written {
  const written = new Map<string, { model: string; sha256: string }[]>();
  const add = (path: string, model: string, sha256 = UNKNOWN) => {
    const known = written.get(path);
    if (known) known.push({ model, sha256 });
    else written.set(path, [{ model, sha256 }]);
  };
  for (const { id, label, files, sha256 } of side.models) {
    for (const file of files) add(placeOf(file.path, side), id, file.sha256);
    if (sha256 !== undefined) add(`${label} (in memory)`, id, sha256);
  }
  return written;
}

async function filesMadeBy(graph: Graph, side: Side) {
  const rows = await graph.sparql`SELECT DISTINCT ?file ?path ?content WHERE {
    ?activity dcterms:isPartOf* ${{ iri: side.execution }} . ?file prov:wasGeneratedBy ?activity ; provml:path ?path .
    OPTIONAL { ?file prov:specializationOf ?content } }`;
  const files = rows.map(({ file, path, content }) => ({
    id: String(file),
    path: placeOf(String(path), side),
    sha256: contentDigest(String(content)) ?? UNKNOWN,
  }));
  return files.sort((a, b) => compareIds(a.id, b.id));
}

/** The same for both sides, wherever each lay. */
function placeOf(path: string, { rootDirectory, top }: Places): string {
  if (!isAbsolute(path)) return path;
  if (isBelow(rootDirectory, path) || (isBelow(top, path) && isBelow(top, rootDirectory)))
    return relative(rootDirectory, path);
  return isBelow(top, path) ? join("(working tree)", relative(top, path)) : path;
}

function isBelow(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return !below.startsWith("..") && !isAbsolute(below);
}
