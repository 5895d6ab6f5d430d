import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

/** Where the real inputs lie that stand beside the repository, never in it. */
const SHARED = fileURLToPath(new URL("../../shared/data/", import.meta.url));

/** A file of real input. */
export interface SharedFile {
  /** Its path below the folder of real inputs. */
  readonly name: string;
  readonly path: string;
  text(): string;
}

/** The files below a folder of the real inputs whose names match, in order; none where the inputs are absent. */
export function sharedFiles(folder: string, name: RegExp): SharedFile[] {
  const root = `${SHARED}${folder}`;
  if (!existsSync(root)) return [];
  const isFile = (file: string) => statSync(`${root}/${file}`).isFile();
  const found = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => name.test(file) && isFile(file),
  );
  return found.sort().map((file) => ({
    name: `${folder}/${file}`,
    path: `${root}/${file}`,
    text: () => readFileSync(`${root}/${file}`, "utf8"),
  }));
}

/** A group of tests on real inputs; where these are absent it is skipped, and its name says so. */
export function describeShared(name: string, folder: string, body: () => void): void {
  if (existsSync(`${SHARED}${folder}`)) describe(name, body);
  else describe.skip(`${name} (skipped: shared data absent)`, body);
}
