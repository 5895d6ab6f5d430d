import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { RecordedExecution } from "../query/index.ts";

/** A repository on this machine that has the recorded commit. */
export interface Repository {
  /** Its working tree's top folder. */
  readonly top: string;
  /** The top folder of the working tree in which the program ran: the same, or of another clone, perhaps elsewhere. */
  readonly recordedTop: string;
}

/** What git prints; undefined where it fails. Hooks and the variables of those that we run in are left out. */
export function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...env } = process.env;
  return new Promise((done) => {
    execFile(
      "git",
      ["-c", "core.hooksPath=/dev/null", "-C", folder, ...args],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => done(error ? undefined : stdout),
    );
  });
}

/** Looks where the program and its script lay, then here. */
export async function repositoryOf(
  { commit, script, rootDirectory }: RecordedExecution,
  given: string | undefined,
): Promise<Repository | undefined> {
  if (commit === undefined) return undefined;
  const recorded = [script && dirname(script.path), rootDirectory].filter((place) => place !== undefined);
  for (const place of given === undefined ? [...recorded, process.cwd()] : [given]) {
    const top = (await git(nearest(place), "rev-parse", "--show-toplevel"))?.trimEnd();
    if (top === undefined || (await git(top, "cat-file", "-e", `${commit}^{commit}`)) === undefined) continue;
    return { top, recordedTop: await recordedTop(top, commit, recorded) };
  }
  return undefined;
}

/** Of a folder that is gone, the nearest one around it that is there. */
function nearest(folder: string): string {
  let at = resolve(folder);
  while (!statSync(at, { throwIfNoEntry: false })?.isDirectory() && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Where the working tree lay: a folder around the program that is one, else such that the script is at its place in the commit. */
async function recordedTop(top: string, commit: string, places: readonly string[]): Promise<string> {
  for (const place of places) {
    const found = existsSync(place) ? (await git(place, "rev-parse", "--show-toplevel"))?.trimEnd() : undefined;
    if (found !== undefined) return found;
  }
  for (const place of places) {
    for (let at = place; dirname(at) !== at; at = dirname(at)) {
      const below = relative(at, place);
      if (below !== "" && (await git(top, "cat-file", "-e", `${commit}:${below}`)) !== undefined) return at;
    }
  }
  return top;
}

/** Checks a commit out into a folder that is not there yet. */
export async function addWorktree(top: string, folder: string, commit: string): Promise<boolean> {
  return (await git(top, "worktree", "add", "--detach", "--force", folder, commit)) !== undefined;
}

export async function removeWorktree(top: string, folder: string): Promise<void> {
  await git(top, "worktree", "remove", "--force", folder);
  await git(top, "worktree", "prune");
}

export async function apply(worktree: string, changes: string): Promise<boolean> {
  return (await git(worktree, "apply", "--whitespace=nowarn", join(changes))) !== undefined;
}
