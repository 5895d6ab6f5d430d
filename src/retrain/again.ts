import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedExecution } from "../query/index.ts";
import { type Repository, removeWorktree } from "./git.ts";
import { prepare } from "./prepare.ts";
import { type Recipe, recipeOf } from "./recipe.ts";

export interface AgainOptions {
  /** The `.provml` directory into which the new execution is recorded. */
  readonly directory: string;
  /** Stands for the recorded command. */
  readonly command?: string;
  /** What makes the surroundings, in the worktree: instead of `npm ci`, and `npm run build` where the script is built. */
  readonly setup?: string;
  /** Whether any version of Node will do. */
  readonly node: "same" | "any";
}

/** What came of doing an execution again. */
export interface Again {
  readonly recipe: Recipe;
  /** Why it was not done, or did not come to its end: one sentence. */
  readonly problem?: string;
  /** Takes the worktree away. */
  clear(): Promise<void>;
}

/** Does an execution again, in a working tree of its own. Nothing of the user's is written to. */
export async function doAgain(
  execution: RecordedExecution,
  repository: Repository,
  options: AgainOptions,
): Promise<Again> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "provml-retrain-")));
  const recipe = recipeOf(execution, repository, folder, options.command);
  const clear = async () => {
    await removeWorktree(repository.top, recipe.worktree);
    rmSync(folder, { recursive: true, force: true });
  };
  // An interrupt reaches what runs here, too, and ends it; this process lives on to take the worktree away.
  const stay = () => {};
  process.on("SIGINT", stay);
  const problem = await tried(execution, repository, recipe, options).finally(() => process.off("SIGINT", stay));
  return problem === undefined ? { recipe, clear } : { recipe, problem, clear };
}

async function tried(
  execution: RecordedExecution,
  repository: Repository,
  recipe: Recipe,
  { directory, setup, node, command }: AgainOptions,
): Promise<string | undefined> {
  const { runtime = "", processCount } = execution;
  if (processCount > 1)
    return `${processCount} processes carried it out; start them with your launcher, as --plan tells`;
  const [name, version] = runtime.split(" ");
  const isNode = recipe.program === "node";
  if (isNode && name === "node" && node === "same" && version !== process.versions.node)
    return `it ran on ${runtime}, and this is node ${process.versions.node}; run provml with that one, or accept this one with --any-node`;
  const [over] = recipe.overwrites.filter((path) => existsSync(path));
  if (over !== undefined) return `it would write over ${over}; move that away first`;
  const unprepared = await prepare(execution, repository, recipe, {
    setup,
    manifests: join(directory, "manifests"),
  });
  if (unprepared !== undefined) return unprepared;
  const { script } = recipe;
  const given = command ?? [recipe.program, ...recipe.arguments].join(" ");
  const ended = await run(recipe, isNode, {
    PROVML_DIR: directory,
    PROVML_WORKFLOW: execution.workflow,
    PROVML_REPRODUCES: execution.id,
    PROVML_QUIET: "1",
    ...(process.env.PROVML_SPOOL ? { PROVML_SPOOL: process.env.PROVML_SPOOL } : {}),
  });
  if (ended === undefined) return undefined;
  const isThere = script === undefined || statSync(script, { throwIfNoEntry: false }) !== undefined;
  return `\`${given}\` ${ended}${isThere ? "" : `: ${script} is not there`}; what it printed stands above`;
}

/** How it ended; undefined where it came to its end. */
function run(recipe: Recipe, isNode: boolean, own: NodeJS.ProcessEnv): Promise<string | undefined> {
  const others = Object.entries(process.env).filter(([name]) => !/^PROVML_|^NODE_OPTIONS$/.test(name));
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(others), ...recipe.variables, ...own };
  for (const [name, value] of Object.entries(recipe.variables)) if (value === undefined) delete env[name];
  const program = isNode ? process.execPath : recipe.program;
  return new Promise<string | undefined>((done) => {
    const child = spawn(program, [...recipe.arguments], { cwd: recipe.workingDirectory, env, stdio: ["ignore", 2, 2] });
    child.on("error", (error) => done(`could not be started: ${error.message}`));
    child.on("close", (code, signal) =>
      done(code === 0 ? undefined : signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
}
