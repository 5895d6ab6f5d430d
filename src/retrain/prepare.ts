import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { RecordedExecution } from "../query/index.ts";
import { addWorktree, apply, type Repository } from "./git.ts";
import { copyInputs, elsewhere, otherInput } from "./inputs.ts";
import type { Recipe } from "./recipe.ts";

/** How the surroundings of a program are made anew; what stands in the way is a sentence. */
export async function prepare(
  execution: RecordedExecution,
  repository: Repository,
  recipe: Recipe,
  { setup, manifests }: { readonly setup: string | undefined; readonly manifests: string },
): Promise<string | undefined> {
  const misplaced = elsewhere(recipe.inPlace);
  if (misplaced !== undefined) return misplaced;
  const { worktree, workingDirectory } = recipe;
  const { commit = "", isDirty, changes } = execution;
  if (!(await addWorktree(repository.top, worktree, commit)))
    return `git could not check ${commit} of ${repository.top} out into ${worktree}`;
  if (isDirty === true && changes?.found !== undefined && !(await apply(worktree, changes.found)))
    return `the recorded changes (${changes.found}) do not apply to ${commit}`;
  mkdirSync(workingDirectory, { recursive: true });
  await copyInputs(recipe.copies, manifests);
  const packages = await havePackages(execution, recipe, setup);
  if (packages !== undefined) return packages;
  const { script } = recipe;
  if (script !== undefined && !existsSync(script)) {
    if (existsSync(join(worktree, "package.json")) && setup === undefined) await shell("npm run build", worktree);
    if (!existsSync(script))
      return `${script} is not in the commit, and nothing built it; say what does with --setup COMMAND`;
  }
  return await otherInput(recipe, manifests); // last: what made the surroundings may have touched them
}

/** The installed packages of the checkout where they are the recorded ones, else new ones. */
async function havePackages(
  { lockfile }: RecordedExecution,
  { packages, worktree }: Recipe,
  setup: string | undefined,
): Promise<string | undefined> {
  if (packages !== undefined && lockfile?.sha256 !== undefined) {
    const name = lockfile.path.slice(lockfile.path.lastIndexOf("/") + 1);
    const own = digestOf(join(packages.worktree, name));
    if (own !== lockfile.sha256) return `${name} of the commit is not the recorded one (sha256 ${lockfile.sha256})`;
    const installed = join(packages.checkout, "node_modules");
    const wanted = join(packages.worktree, "node_modules");
    if (!existsSync(wanted)) {
      if (digestOf(join(packages.checkout, name)) === own && existsSync(installed)) symlinkSync(installed, wanted);
      else if (setup === undefined && !(await shell("npm ci", packages.worktree)))
        return `npm ci failed in ${packages.worktree}`;
    }
  }
  if (setup !== undefined && !(await shell(setup, worktree))) return `${setup} failed in ${worktree}`;
  return undefined;
}

/** What it prints goes to the error stream: the answer is printed by the command. */
function shell(command: string, folder: string): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(command, {
      cwd: folder,
      shell: true,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, PROVML_DISABLED: "1" },
    });
    child.on("error", () => done(false));
    child.on("close", (code) => done(code === 0));
  });
}

/** Undefined of what is no file. */
function digestOf(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return undefined;
  }
}
