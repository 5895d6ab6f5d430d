import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./folder.ts";
import type { Sabotage } from "./trial.ts";

/** A package of its own, which lies as the real one does, with one text of its compiled code replaced. */
export function sabotagedBuild(build: string, sabotage: Sabotage): { readonly build: string } & Disposable {
  const { file, find, replace } = sabotage;
  const folder = temporaryFolder();
  const copy = join(folder.path, "dist");
  mkdirSync(copy);
  for (const part of ["src", "test"]) cpSync(join(build, part), join(copy, part), { recursive: true });
  for (const name of ["node_modules", "package.json", "ontology"])
    symlinkSync(join(build, "..", name), join(folder.path, name));
  const pieces = piecesOf(copy, sabotage);
  if (pieces.length !== 2) throw new Error(`${file} has ${pieces.length - 1} times, not once: ${find}`);
  writeFileSync(join(copy, "src", file), pieces.join(replace));
  return { build: copy, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** The compiled code, parted where the text stands that is replaced. */
export function piecesOf(build: string, { file, find }: Sabotage): string[] {
  return readFileSync(join(build, "src", file), "utf8").split(find);
}
