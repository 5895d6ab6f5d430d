import { cpSync, lstatSync, mkdirSync } from "node:fs";
import { dirname, relative } from "node:path";
import type { RecordedFile } from "../query/index.ts";
import { digestOfFile } from "../query/lineage/roots.ts";
import { filesOfDirectory, firstOther } from "../query/retrain/available.ts";
import type { Copy, Recipe } from "./recipe.ts";

/** Copies what the program reads below its own folders, but for what the commit has of it; of a directory what was recorded, and its links. */
export async function copyInputs(copies: readonly Copy[], manifests: string): Promise<void> {
  for (const { file, from, to } of copies) {
    mkdirSync(dirname(to), { recursive: true });
    const files = file.manifest === undefined ? undefined : await filesOfDirectory(manifests, file);
    const held = files && new Set(files.map(({ path }) => path));
    cpSync(from, to, {
      recursive: true,
      force: false,
      verbatimSymlinks: true,
      filter: (source, target) => {
        const kind = lstatSync(source);
        if (kind.isDirectory()) return true;
        return !isThere(target) && (held === undefined || !kind.isFile() || held.has(relative(from, source)));
      },
    });
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The program reads these by their whole paths, so that what lies elsewhere does not help it: what to do, as a sentence. */
export function elsewhere(inPlace: readonly RecordedFile[]): string | undefined {
  for (const { path, found, sha256, problem } of inPlace) {
    if (found === path) continue;
    const asked = `the program reads ${path} by that path`;
    if (found === undefined) return `${asked}, and it ${problem}; put it there`;
    return `${asked}, and the recorded bytes (sha256 ${sha256}) are not there but at ${found}; put them there`;
  }
  return undefined;
}

/** Which input does not have the recorded bytes where the program reads it, as a sentence. */
export async function otherInput({ copies, inPlace }: Recipe, manifests: string): Promise<string | undefined> {
  const read = [
    ...copies.map(({ file, to }) => ({ file, at: to })),
    ...inPlace.map((file) => ({ file, at: file.path })),
  ];
  for (const { file, at } of read) {
    const other = await difference(at, file, manifests);
    if (other !== undefined) return `${at} is not as recorded: ${other}`;
  }
  return undefined;
}

/** How a file or directory differs from its record. */
async function difference(at: string, file: RecordedFile, manifests: string): Promise<string | undefined> {
  if (file.manifest === undefined) {
    const now = await digestOfFile(at).catch(() => undefined);
    return now === file.sha256 ? undefined : `its sha256 is not ${file.sha256}`;
  }
  const held = await filesOfDirectory(manifests, file);
  if (held === undefined) return "its manifest cannot be read";
  const other = await firstOther(at, held);
  return other === undefined ? undefined : `${other} in it is missing, or has other bytes`;
}
