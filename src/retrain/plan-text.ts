import { dirname } from "node:path";
import type { RecordedExecution } from "../query/index.ts";
import { shellWord } from "../query/retrain/command.ts";
import type { Repository } from "./git.ts";
import type { Recipe } from "./recipe.ts";

/** The recipe as commands of a shell, in their order. */
export function commandsOf(
  execution: RecordedExecution,
  repository: Repository,
  recipe: Recipe,
  directory: string,
): string[] {
  const { worktree, workingDirectory, copies, inPlace, packages } = recipe;
  const said = (...words: readonly string[]) => words.map(shellWord).join(" ");
  const set = Object.entries(recipe.variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shellWord(value)}`],
  );
  const unset = Object.entries(recipe.variables).flatMap(([name, value]) =>
    value === undefined && process.env[name] !== undefined ? ["-u", name] : [],
  );
  return [
    said("git", "-C", repository.top, "worktree", "add", "--detach", worktree, execution.commit ?? "HEAD"),
    ...(execution.isDirty === true && execution.changes?.found !== undefined
      ? [said("git", "-C", worktree, "apply", execution.changes.found)]
      : []),
    ...(packages === undefined
      ? []
      : [
          `${said("ln", "-s", `${packages.checkout}/node_modules`, `${packages.worktree}/node_modules`)}   # where the lockfile there is the recorded one; else npm ci`,
        ]),
    ...inPlace.map(({ path, sha256 }) => `echo ${shellWord(`${sha256}  ${path}`)} | sha256sum -c`),
    ...copies.flatMap(({ from, to, sha256 }) => [
      said("mkdir", "-p", dirname(to)),
      `${said("cp", "-R", from, to)}   # sha256 ${sha256}`,
    ]),
    said("mkdir", "-p", workingDirectory),
    said("cd", workingDirectory),
    `env ${[...unset, `PROVML_DIR=${shellWord(directory)}`, `PROVML_REPRODUCES=${shellWord(execution.id)}`, ...set].join(" ")} ${said(recipe.program, ...recipe.arguments)}`,
  ];
}
