import { join } from "node:path";
import { digestAtPath, pathsOfContent } from "../../series/manifest.ts";
import type { SolutionRow } from "../../store/store.ts";
import { kept, type Source, select } from "../source.ts";
import { type Sparql, sparql } from "../sparql.ts";

/** The directories that have a manifest. */
const MANIFESTS: Sparql = sparql`SELECT ?s ?o WHERE { ?s provml:manifest ?o }`;

/** Those, with their paths. */
const PLACES: Sparql = sparql`SELECT ?s ?o ?path WHERE { ?s provml:manifest ?o ; provml:path ?path }`;

/** What a manifest may be called: a graph that somebody else wrote leads nowhere else. */
const MANIFEST = /^manifests\/([0-9a-f]+\/[0-9a-f]{64}\.parquet)$/;

/**
 * The entities of directories that hold a file of this content, with its paths in them, by their manifests: each manifest is read once, 10⁵ files
 * in some tens of milliseconds. One that cannot be read is told of among the problems.
 */
export async function directoriesHolding(
  source: Source,
  sha256: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { place, problems } = source;
  if (place === undefined) return new Map();
  const directories = new Map<string, string[]>();
  for (const { s, o } of await kept(source, readManifests)) {
    const [, name] = MANIFEST.exec(o?.value ?? "") ?? [];
    if (name === undefined || s === undefined) continue;
    directories.set(name, [...(directories.get(name) ?? []), s.value]);
  }
  const holding: (readonly [string, readonly string[]])[] = [];
  for (const [name, entities] of directories) {
    try {
      const paths = await pathsOfContent(join(place.manifests, name), sha256);
      if (paths.length > 0) holding.push(...entities.map((entity) => [entity, paths] as const));
    } catch (error) {
      problems.add(`the manifest ${name} cannot be read: ${(error as Error).message}`);
    }
  }
  return new Map(holding.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readManifests(source: Source): Promise<readonly SolutionRow[]> {
  return select(source, MANIFESTS);
}

/** A file of a recorded directory, by its path. */
export interface Member {
  readonly directory: string;
  /** Relative to the directory. */
  readonly path: string;
  readonly sha256: string;
}

/** The recorded directories that had a file at this absolute path, and which bytes it had. A directory's path may be relative to where its program ran. */
export async function membersAt(source: Source, file: string): Promise<Member[]> {
  const { place } = source;
  if (place === undefined) return [];
  const members: Member[] = [];
  for (const { s, o, path: text } of await select(source, PLACES)) {
    const [, name] = MANIFEST.exec(o?.value ?? "") ?? [];
    const path = text && pathWithin(text.value, file);
    if (name === undefined || s === undefined || path === undefined) continue;
    const sha256 = await digestAtPath(join(place.manifests, name), path).catch(() => undefined);
    if (sha256 !== undefined) members.push({ directory: s.value, path, sha256 });
  }
  return members;
}

function pathWithin(directory: string, file: string): string | undefined {
  const start = directory.replace(/\/$/, "");
  if (start.startsWith("/")) return file.startsWith(`${start}/`) ? file.slice(start.length + 1) : undefined;
  const at = file.lastIndexOf(`/${start}/`);
  return at < 0 ? undefined : file.slice(at + start.length + 2);
}
