import { dirname, isAbsolute, join, relative } from "node:path";
import type { RecordedExecution, RecordedFile } from "../query/index.ts";
import { wordsOf } from "../query/retrain/command.ts";
import type { Repository } from "./git.ts";

/** A recorded file or directory, where its bytes lie, and where the program looks for it. */
export interface Copy {
  readonly file: RecordedFile;
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
}

/** What the program does again, and where. */
export interface Recipe {
  /** A folder of its own for all of it. */
  readonly folder: string;
  readonly worktree: string;
  /** Where the program is started. */
  readonly workingDirectory: string;
  /** Files and directories that the program expects below its working directory or working tree. */
  readonly copies: readonly Copy[];
  /** What is used where it is: by a path that is not below the program's own folders. */
  readonly inPlace: readonly RecordedFile[];
  /** What it would write over: it wrote there by a path that is not below its own folders. */
  readonly overwrites: readonly string[];
  readonly program: string;
  readonly arguments: readonly string[];
  /** The script, in the worktree. */
  readonly script: string | undefined;
  /** Variables that change results, as they were; undefined: not set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The folder of the package that the lockfile pins, in the worktree and in the checkout. */
  readonly packages: { readonly worktree: string; readonly checkout: string } | undefined;
}

/** Switches of arithmetic, threads and runtime. Where a program runs (scheduler, devices) is another matter each time. */
const CHANGES_RESULTS =
  /^(OMP_NUM_THREADS|MKL_NUM_THREADS|OPENBLAS_NUM_THREADS|UV_THREADPOOL_SIZE|TF_NUM_INTRAOP_THREADS|TF_NUM_INTEROP_THREADS|TF_DETERMINISTIC_OPS|TF_CUDNN_DETERMINISTIC|TF_ENABLE_ONEDNN_OPTS|CUBLAS_WORKSPACE_CONFIG|NVIDIA_TF32_OVERRIDE|NODE_ENV|TZ)$/;
const NAMES = CHANGES_RESULTS.source.slice(2, -2).split("|");

/** The exact recipe, from what was recorded; `command` stands for one that was not. */
export function recipeOf(
  execution: RecordedExecution,
  repository: Repository,
  folder: string,
  command: string | undefined,
): Recipe {
  const worktree = join(folder, "worktree");
  const { rootDirectory = repository.recordedTop, script, lockfile } = execution;
  const moved = (path: string): string | undefined => {
    const below = relative(repository.recordedTop, path);
    return below.startsWith("..") || isAbsolute(below) ? undefined : join(worktree, below);
  };
  const workingDirectory = moved(rootDirectory) ?? join(folder, "work");
  const place = (path: string): string | undefined => {
    const below = relative(rootDirectory, path);
    return below.startsWith("..") || isAbsolute(below) ? moved(path) : join(workingDirectory, below);
  };
  const words = wordsOf(command ?? execution.command ?? "") ?? [];
  const [program = "node", , ...rest] = words;
  const given = command === undefined ? rest : words.slice(1);
  const runtimeOptions = program === "node" && command === undefined ? execution.runtimeOptions : [];
  const at = script === undefined ? undefined : (moved(script.path) ?? script.path);
  const own = command === undefined && at !== undefined ? [at] : [];
  const options = runtimeOptions.flatMap((option) => splitOnce(option));
  const told = new Map(
    execution.variables.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );
  return {
    folder,
    worktree,
    workingDirectory,
    copies: execution.inputs.flatMap((file) => {
      const { path, found, sha256 } = file;
      const to = place(path);
      return to === undefined || found === undefined || sha256 === undefined ? [] : [{ file, from: found, to, sha256 }];
    }),
    inPlace: execution.inputs.filter(({ path }) => place(path) === undefined),
    overwrites: execution.outputs.flatMap(({ path }) => (place(path) === undefined ? [path] : [])),
    program,
    arguments: [...options, ...own, ...given.map((word) => movedWord(word, moved))],
    script: command === undefined ? at : undefined,
    variables: Object.fromEntries(NAMES.map((name) => [name, told.get(name)])),
    packages: packagesOf(lockfile?.path, repository, moved),
  };
}

/** `--import ./hooks.js` was recorded as one. */
function splitOnce(option: string): string[] {
  const at = option.indexOf(" ");
  return at < 0 ? [option] : [option.slice(0, at), option.slice(at + 1)];
}

/** A whole path into the old working tree becomes one into the new. */
function movedWord(word: string, moved: (path: string) => string | undefined): string {
  const [, before = "", path = word] = /^(--?[\w-]+=)(.*)$/s.exec(word) ?? [];
  return isAbsolute(path) ? before + (moved(path) ?? path) : word;
}

function packagesOf(
  lockfile: string | undefined,
  { top, recordedTop }: Repository,
  moved: (path: string) => string | undefined,
): Recipe["packages"] {
  const at = lockfile === undefined ? undefined : moved(lockfile);
  if (lockfile === undefined || at === undefined) return undefined;
  return { worktree: dirname(at), checkout: dirname(join(top, relative(recordedTop, lockfile))) };
}
