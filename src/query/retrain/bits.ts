import type { PlainValue } from "../values.ts";
import { wordsOf } from "./command.ts";
import type { RecordedExecution } from "./recorded.ts";

/** One of the things that it takes to train a model again. */
export interface Bit {
  readonly name: "commit" | "changes" | "data" | "environment" | "hyperparameters" | "seed" | "command";
  readonly isKnown: boolean;
  /** What is known, or missing. */
  readonly text: string;
  /** What to do about it: for this model, or for the next ones. */
  readonly mend?: string;
}

type Settings = Readonly<Record<string, PlainValue>>;

/** The bits, each by itself. */
export function bitsOf(execution: RecordedExecution, settings: Settings): Bit[] {
  return [
    commitOf(execution),
    changesOf(execution),
    dataOf(execution),
    environmentOf(execution),
    hyperparametersOf(settings),
    seedOf(execution),
    commandOf(execution),
  ];
}

function known(name: Bit["name"], text: string): Bit {
  return { name, isKnown: true, text };
}

function missing(name: Bit["name"], text: string, mend: string): Bit {
  return { name, isKnown: false, text, mend };
}

function commitOf({ commit, repository }: RecordedExecution): Bit {
  if (commit !== undefined)
    return known("commit", `the code is at commit ${commit}${repository === undefined ? "" : ` of ${repository}`}`);
  return missing("commit", "the commit of the code is not known", "run programs from a git checkout that has a commit");
}

function changesOf({ commit, isDirty, changes, untrackedCount }: RecordedExecution): Bit {
  const untracked =
    untrackedCount === 0 ? "" : `; ${untrackedCount} files that git does not know lay beside it, and were not kept`;
  if (commit === undefined)
    return missing("changes", "without a commit no difference to it is known", "run programs from a git checkout");
  if (isDirty === undefined)
    return missing(
      "changes",
      "whether the working tree differed from the commit is not known: the program ended before git had answered, or there is no git where it ran",
      "end programs with `await prov.close()` (or `await prov.flush()` before), which waits for git, and install git where there is none",
    );
  if (!isDirty) return known("changes", `the working tree was the commit${untracked}`);
  if (changes?.found !== undefined)
    return known("changes", `what was not committed is kept at ${changes.found}${untracked}`);
  if (changes !== undefined)
    return missing(
      "changes",
      `what was not committed was kept at ${changes.path}, and ${changes.problem}`,
      `put it back with sha256 ${changes.sha256}`,
    );
  return missing(
    "changes",
    "the working tree had changes that were not committed, and only their digest is kept",
    "commit before training, or set PROVML_CHANGES=1",
  );
}

function dataOf({ inputs }: RecordedExecution): Bit {
  const lost = inputs.filter(({ found }) => found === undefined);
  const [first] = lost;
  if (first === undefined)
    return known(
      "data",
      inputs.length === 0
        ? "it read no recorded file"
        : `${inputs.length === 1 ? "its input is" : `all ${inputs.length} inputs are`} at hand with the recorded bytes`,
    );
  const told = lost.slice(0, MOST_TOLD).map(({ path, problem }) => `${path} ${problem}`);
  const more = lost.length > MOST_TOLD ? `; and ${lost.length - MOST_TOLD} more` : "";
  const mend =
    first.sha256 === undefined
      ? 'provml flush digests what is large; give { digest: "now" } for what soon changes'
      : `name a folder that has it with --data FOLDER: sha256 ${first.sha256}`;
  return missing("data", `of ${inputs.length} inputs ${lost.length} cannot be had: ${told.join("; ")}${more}`, mend);
}
const MOST_TOLD = 5;

function environmentOf({ runtime, lockfile, containerImageId }: RecordedExecution): Bit {
  const pinned =
    lockfile?.sha256 !== undefined
      ? `the packages of ${lockfile.path}`
      : containerImageId === undefined
        ? undefined
        : `the container image ${containerImageId}`;
  if (runtime !== undefined && pinned !== undefined) return known("environment", `it ran on ${runtime} with ${pinned}`);
  if (runtime === undefined)
    return missing("environment", "the runtime is not known", "record with provml's own capture");
  return missing(
    "environment",
    `it ran on ${runtime}, and nothing pins its packages`,
    "keep a lockfile beside package.json (npm install makes one), or run in a container",
  );
}

function hyperparametersOf(settings: Settings): Bit {
  const omitted = Object.entries(settings).flatMap(([name, value]) => (isOmitted(value) ? [name] : []));
  const count = Object.keys(settings).length;
  if (count === 0)
    return missing(
      "hyperparameters",
      "no hyperparameter of the training is recorded",
      "give them to the training as an object, or state them: step.hyperparameters({ … })",
    );
  if (omitted.length > 0)
    return missing(
      "hyperparameters",
      `of ${omitted.join(", ")} only the type is recorded`,
      "state them: step.hyperparameters({ … })",
    );
  return known(
    "hyperparameters",
    `${count} hyperparameters are known: ${Object.keys(settings).slice(0, 12).join(", ")}`,
  );
}

function isOmitted(value: PlainValue): boolean {
  return typeof value === "object" && value !== null && "omitted" in value;
}

function seedOf({ values }: RecordedExecution): Bit {
  const seeds = values.filter(({ isSeed }) => isSeed);
  if (seeds.length === 0)
    return missing("seed", "no seed is recorded", "state it: prov.seed(42), also where nothing is random");
  const told = [...new Set(seeds.map(({ name, value }) => `${name} ${JSON.stringify(value)}`))];
  return known("seed", `the random numbers began with ${told.join(", ")}`);
}

function commandOf({ command, script }: RecordedExecution): Bit {
  if (command === undefined) return missing("command", "the command is not known", "name it with --command");
  if (wordsOf(command) === undefined)
    return missing(
      "command",
      `the command was not recorded as a whole, or had a secret in it: ${command}`,
      "name it with --command",
    );
  if (script === undefined)
    return missing(
      "command",
      `the script of \`${command}\` is not known`,
      "put the program into a file, or name the command with --command",
    );
  return known("command", `the command was \`${command}\``);
}
