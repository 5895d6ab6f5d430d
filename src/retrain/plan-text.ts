import { dirname } from "node:path";
import type { RecordedExecution, RecordedFile } from "../query/index.ts";
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
    ...inPlace.map(inPlaceLine),
    ...copies.flatMap(({ from, to, sha256 }) => [
      said("mkdir", "-p", dirname(to)),
      `${said("cp", "-R", from, to)}   # sha256 ${sha256}`,
    ]),
    said("mkdir", "-p", workingDirectory),
    said("cd", workingDirectory),
    `env ${[...unset, `PROVML_DIR=${shellWord(directory)}`, `PROVML_REPRODUCES=${shellWord(execution.id)}`, ...set].join(" ")} ${said(recipe.program, ...recipe.arguments)}`,
  ];
}

/** What can be checked is; of the rest it is told what to look at. */
function inPlaceLine({ path, sha256, manifest, found, problem }: RecordedFile): string {
  const place = shellWord(path);
  if (sha256 === undefined) return `# ${place} ${problem ?? "has no digest"}: see that it is the same as then`;
  const from = found === undefined || found === path ? "" : `, from ${shellWord(found)}`;
  if (manifest !== undefined)
    return `# ${place} is a directory: its files must be those of its manifest, ${manifest}${from}`;
  return `echo ${shellWord(`${sha256}  ${path}`)} | sha256sum -c${from === "" ? "" : `   # put it there${from}`}`;
}
