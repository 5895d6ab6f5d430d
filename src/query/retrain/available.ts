import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { contentIri } from "../../model/names.ts";
import { filesOf } from "../../series/manifest.ts";
import { prov } from "../../vocab/prov.ts";
import { provml } from "../../vocab/provml.ts";
import { describe, factsAbout, textOf } from "../facts.ts";
import { executionOfId } from "../ids.ts";
import { digestOfFile } from "../lineage/roots.ts";
import { executionsOf } from "../runs/executions.ts";
import { type Source, select } from "../source.ts";
import { sparql } from "../sparql.ts";
import type { RecordedFile } from "./recorded.ts";

/** Looks for the bytes of a file: at its recorded path, where the same bytes were recorded otherwise, and in folders that are given. */
export async function available(source: Source, file: RecordedFile, folders: readonly string[]): Promise<RecordedFile> {
  const { sha256, path } = file;
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(path)) return { ...file, problem: "lies elsewhere and has no digest" };
  if (sha256 === undefined)
    return { ...file, problem: "has no digest, so that nobody can tell whether it is the same" };
  if (file.manifest !== undefined) return await directoryAvailable(source, file, folders);
  for (const place of [path, ...(await otherPlaces(source, sha256))])
    if (await holds(place, sha256)) return { ...file, found: place };
  const size = Number(
    textOf(
      factsAbout(await describe(source, [contentIri(sha256)], [provml.byteSize]), contentIri(sha256)),
      provml.byteSize,
    ),
  );
  for (const folder of folders) {
    for (const place of filesBelow(folder)) {
      const isAlike = Number.isNaN(size) || statSync(place, { throwIfNoEntry: false })?.size === size;
      if (isAlike && (await holds(place, sha256))) return { ...file, found: place };
    }
  }
  return { ...file, problem: existsSync(path) ? "has other bytes by now" : "is not there any more" };
}

async function holds(path: string, sha256: string): Promise<boolean> {
  return (await digestOfFile(path).catch(() => undefined)) === sha256;
}

/** Where else these bytes were recorded, on any machine. */
async function otherPlaces(source: Source, sha256: string): Promise<string[]> {
  const rows = await select(
    source,
    sparql`SELECT DISTINCT ?thing WHERE { ?thing ${{ iri: prov.specializationOf }} ${{ iri: contentIri(sha256) }} }`,
  );
  const ids = rows.map(({ thing }) => thing?.value ?? "");
  const facts = await describe(source, ids, [provml.path]);
  const executions = await executionsOf(
    source,
    ids.flatMap((id) => executionOfId(id) ?? []),
  );
  const places = ids.flatMap((id) => {
    const path = textOf(factsAbout(facts, id), provml.path);
    const root = executions.get(executionOfId(id) ?? "")?.rootDirectory;
    return path === undefined ? [] : [path.startsWith("/") || root === undefined ? path : join(root, path)];
  });
  return [...new Set(places)].sort();
}

/** All files of its manifest must be there with their bytes; files besides are no fault here. */
async function directoryAvailable(
  source: Source,
  file: RecordedFile,
  folders: readonly string[],
): Promise<RecordedFile> {
  if (source.place === undefined) return { ...file, problem: "is a directory whose manifest is not at hand" };
  const files = await filesOfDirectory(source.place.manifests, file);
  if (files === undefined) return { ...file, problem: "is a directory whose manifest cannot be read" };
  let problem = "is not there any more";
  for (const place of [file.path, ...folders]) {
    if (!existsSync(place)) continue;
    const other = await firstOther(place, files);
    if (other === undefined) return { ...file, found: place };
    if (place === file.path) problem = `has other bytes by now, or none, at ${other}`;
  }
  return { ...file, problem };
}

/** What a recorded directory held, by its manifest; undefined where that cannot be read. */
export async function filesOfDirectory(
  manifests: string,
  { manifest }: RecordedFile,
): Promise<readonly HeldFile[] | undefined> {
  const [, name] = /^manifests\/([0-9a-f]+\/[0-9a-f]{64}\.parquet)$/.exec(manifest ?? "") ?? [];
  return name === undefined ? undefined : await filesOf(join(manifests, name)).catch(() => undefined);
}

/** A file of a directory, by its path in there. */
export interface HeldFile {
  readonly path: string;
  readonly sha256: string;
}

/** The first of the files that is not there, or has other bytes. */
export async function firstOther(folder: string, files: readonly HeldFile[]): Promise<string | undefined> {
  for (const { path, sha256 } of files) if (!(await holds(join(folder, path), sha256))) return path;
  return undefined;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
