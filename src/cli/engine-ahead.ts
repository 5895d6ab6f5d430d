import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { directoryPaths, findDirectory } from "../spool/directory.ts";
import { startAhead } from "../store/embedded-engine.ts";
import { EMBEDDED_QUAD_LIMIT } from "../store/limits.ts";

/** The commands that ask a graph, most often that of a directory, what takes milliseconds. */
const ASKING: ReadonlySet<string> = new Set([
  ...["runs", "models", "show", "compare", "best", "studies", "inference", "curves", "report"],
  ...["lineage", "whence", "impact", "ask"],
]);

/**
 * Starts the engine of the command's answer while its modules are loaded, unless a server answers, or help is asked for. Where there is little to load, the engine's
 * code is compiled once only: to compile it better while it runs takes longer than all that the command asks.
 */
export function startEngineAhead(name: string, rest: readonly string[]): void {
  const isElsewhere = Boolean(process.env.PROVML_STORE) || rest.some((arg) => OTHERWISE.test(arg));
  if (!ASKING.has(name) || isElsewhere) return;
  const directory = directoryIn(rest);
  if (directory === undefined) return;
  if (isSmall(directory)) setFlagsFromString("--liftoff-only");
  startAhead({ quadLimit: EMBEDDED_QUAD_LIMIT });
}

const OTHERWISE = /^(--store|--help|-h)\b/;

/** The command itself says what is wrong with it. */
function directoryIn(rest: readonly string[]): string | undefined {
  const at = rest.findLastIndex((arg) => /^--dir(=|$)/.test(arg));
  const given = at < 0 ? undefined : (rest[at]?.split("=", 2)[1] ?? rest[at + 1]);
  return given ?? (process.env.PROVML_DIR || findDirectory());
}

/** Some hundred thousand triples. */
const MOST_SMALL_BYTES = 32 * 1024 * 1024;
const MOST_SMALL_FILES = 500;

/** Whether what is to be loaded is little, in graph files and in the spool. What cannot be looked at counts as not. */
function isSmall(directory: string): boolean {
  const { graph, spool } = directoryPaths(directory);
  let [files, bytes] = [0, 0];
  try {
    for (const folder of [graph, process.env.PROVML_SPOOL || spool]) {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (++files > MOST_SMALL_FILES) return false;
        bytes += statSync(join(folder, name)).size;
      }
    }
  } catch {
    return false;
  }
  return bytes <= MOST_SMALL_BYTES;
}
