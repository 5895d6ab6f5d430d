import { join } from "node:path";
import { pathsOfContent } from "../series/manifest.ts";
import { type Source, select } from "./source.ts";
import { type Sparql, sparql } from "./sparql.ts";

/** The directories that have a manifest. */
const MANIFESTS: Sparql = sparql`SELECT ?s ?o WHERE { ?s provml:manifest ?o }`;

/** What a manifest may be called: a graph that somebody else wrote leads nowhere else. */
const MANIFEST = /^manifests\/([0-9a-f]+\/[0-9a-f]{64}\.parquet)$/;

/**
 * The entities of directories that hold a file of this content, by their manifests: each manifest is read once, 10⁵ files in some tens of
 * milliseconds. One that cannot be read is told of among the problems.
 */
export async function directoriesHolding(source: Source, sha256: string): Promise<string[]> {
  const { place, problems } = source;
  if (place === undefined) return [];
  const directories = new Map<string, string[]>();
  for (const { s, o } of await select(source, MANIFESTS)) {
    const [, name] = MANIFEST.exec(o?.value ?? "") ?? [];
    if (name === undefined || s === undefined) continue;
    directories.set(name, [...(directories.get(name) ?? []), s.value]);
  }
  const holding: string[] = [];
  for (const [name, entities] of directories) {
    try {
      const paths = await pathsOfContent(join(place.manifests, name), sha256);
      if (paths.length > 0) holding.push(...entities);
    } catch (error) {
      problems.add(`the manifest ${name} cannot be read: ${(error as Error).message}`);
    }
  }
  return holding.sort();
}
