import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Graph, open } from "provml/query";
import type { ServerStore } from "../../dist/src/store/server/server.js";

/** The graph files of a directory. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".nq"))
    .map((file) => join(folder, file));
}

/** Directories copied together are a merge: what they hold, from themselves and from the server that they were brought to. */
export async function opened(directories: readonly string[], store: ServerStore): Promise<[here: Graph, there: Graph]> {
  const folder = mkdtempSync(join(tmpdir(), "provml-merged-"));
  const merged = join(folder, ".provml");
  for (const directory of directories) cpSync(directory, merged, { recursive: true });
  const here = await open(merged);
  const there = await open(store, { directory: merged });
  const close = async () => {
    await here.close();
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  };
  return [{ ...here, close }, there];
}
