import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, realpathSync, rmSync, type Stats, statfsSync, statSync, utimesSync } from "node:fs";
import { homedir, platform } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { directoryPaths } from "../spool/directory.ts";
import { engineVersion } from "../store/engine-version.ts";

/** Of all snapshots of a user together; those that were used last stay. */
const MOST_KEPT_BYTES = 4_000_000_000;
const LONGEST_UNUSED_MS = 30 * 24 * 3600 * 1000;
const LONGEST_DRAFT_MS = 3600 * 1000;

/**
 * Where the snapshot of a directory's `graph/` is for this version of the engine, if there is one: in the user's own cache, not in the directory, which may lie where nobody writes, is copied and sent, and
 * is answered for by whoever wrote it. Undefined where `PROVML_CACHE` is `none`.
 */
export function snapshotPath(graph: string): string | undefined {
  const cache = cacheFolder();
  if (cache === undefined) return undefined;
  const [place = graph] = orNone(() => [realpathSync(graph)]);
  const name = createHash("sha256").update(`${engineVersion()} ${place}`).digest("hex").slice(0, 32);
  return join(cache, "snapshots", `${name}.snapshot`);
}

function cacheFolder(): string | undefined {
  const { PROVML_CACHE: given, XDG_CACHE_HOME: shared } = process.env;
  if (given) return given === "none" ? undefined : resolve(given);
  if (shared) return join(resolve(shared), "provml");
  const [home = ""] = orNone(() => [homedir()]);
  if (!isAbsolute(home)) return undefined; // nothing that lies where somebody works is believed
  return join(home, ...(platform() === "darwin" ? ["Library", "Caches"] : [".cache"]), "provml");
}

/** Removes the user's snapshot of a directory: what was deleted is to be nowhere. */
export function forgetSnapshot(directory: string): void {
  const path = snapshotPath(directoryPaths(resolve(directory)).graph);
  if (path !== undefined) removed(path);
}

export function removed(path: string): void {
  orNone(() => [rmSync(path, { force: true })]);
}

/** So that of several it is among the last to go. */
export function used(path: string): void {
  orNone(() => [utimesSync(path, new Date(), new Date())]);
}

/** Makes the folder of the snapshots and takes old ones away; false where there is no room. */
export function makeRoom(path: string, bytes: number): boolean {
  const folder = dirname(path);
  const [room = 0] = orNone(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(folder);
    return [bavail * bsize];
  });
  if (room < 2 * bytes) return false;
  const kept = orNone(() => readdirSync(folder))
    .filter((name) => /\.(snapshot|tmp)$/.test(name) && name !== basename(path))
    .flatMap((name) => statsOf(join(folder, name)).map(({ size, mtimeMs }) => ({ name, size, mtimeMs })));
  let sum = bytes;
  for (const { name, size, mtimeMs } of kept.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    sum += size;
    const isOld = Date.now() - mtimeMs > (name.endsWith(".tmp") ? LONGEST_DRAFT_MS : LONGEST_UNUSED_MS);
    if (sum > MOST_KEPT_BYTES || isOld) removed(join(folder, name));
  }
  return true;
}

export function statsOf(path: string): Stats[] {
  return orNone(() => [statSync(path)]);
}

/** What fails is nothing: a snapshot is never needed. */
export function orNone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
