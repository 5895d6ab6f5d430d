import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Document, NOTATIONS, type Notation, notationOf, read } from "../../src/formats/index.ts";

/** Documents that nobody here wrote; they lie beside the checkout, never in it. */
const DATA = resolve("../shared/data");

export function sharedFolder(name: string): string | undefined {
  const path = join(DATA, name);
  return existsSync(path) ? path : undefined;
}

export function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .sort();
}

export function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function notationOfFile(path: string): Notation {
  return NOTATIONS[notationOf(path)] as Notation;
}

/** The document of a file, and how many things the file holds that no statement can. */
export async function documentIn(path: string): Promise<{ readonly document: Document; readonly ignored: string[] }> {
  const ignored: string[] = [];
  const document = await read(readFileSync(path), notationOf(path), { ignored: ({ reason }) => ignored.push(reason) });
  return { document, ignored };
}
