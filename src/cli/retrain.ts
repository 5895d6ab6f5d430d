import { join, resolve } from "node:path";
import { flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Retraining } from "../query/index.ts";
import { open } from "../query/open.ts";
import { type Again, doAgain } from "../retrain/again.ts";
import { type Repository, repositoryOf } from "../retrain/git.ts";
import { commandsOf } from "../retrain/plan-text.ts";
import { recipeOf } from "../retrain/recipe.ts";
import { type Comparison, compareResults, DEFAULT_TOLERANCE, executionsAgain } from "../retrain/results.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, openRecorded, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { plainText, printJson, printNote } from "./output.ts";
import { printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "retrain",
  summary: "say whether and how a model can be trained again, or do it and compare; exit 1 if not",
  usage:
    "MODEL | RUN | FILE [--plan | --run] [--data FOLDER] [--repository FOLDER] [--tolerance SHARE] [--json | --csv]",
  arguments: { least: 1, most: 1 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print the score as CSV: a row for each of its bits" },
    plan: { type: "boolean", summary: "print the commands that do it" },
    run: { type: "boolean", summary: "do it, in a git worktree of its own, and compare what comes out" },
    data: { type: "string", value: "FOLDER", summary: "where inputs may lie by now, under any name" },
    repository: {
      type: "string",
      value: "FOLDER",
      summary: "a clone that has the commit (default: where the program lay)",
    },
    command: { type: "string", value: "COMMAND", summary: "what is started, where that was not recorded as a whole" },
    setup: {
      type: "string",
      value: "COMMAND",
      summary: "what makes the worktree ready (default: npm ci, npm run build where needed)",
    },
    tolerance: {
      type: "string",
      value: "SHARE",
      summary: `how far measures may lie apart, of the greater one (${DEFAULT_TOLERANCE})`,
    },
    "any-node": { type: "boolean", summary: "do it with this version of Node, whatever it ran on" },
    keep: { type: "boolean", summary: "leave the worktree where it is" },
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    const { options } = input;
    for (const verb of ["json", "plan", "run"]) checkNotation(input, verb, "csv");
    const tolerance = toleranceOf(options.tolerance as string | undefined);
    if (options.plan === true && options.run === true)
      throw new ProvenanceError("bad-option", "--plan and --run exclude each other; give one");
    await using graph = await openRecorded(input);
    const data = options.data === undefined ? [] : [options.data as string];
    const retraining = await graph.retrain(input.positionals[0] as string, { data });
    if (options.plan !== true && options.run !== true) {
      if (options.json === true) printJson(retraining);
      else if (options.csv === true) printAnswersCsv(retraining.bits);
      else printScore(retraining);
      return retraining.isRetrainable ? EXIT.done : EXIT.no;
    }
    const repository = await repositoryFor(retraining, options.repository as string | undefined);
    if (repository === undefined) return EXIT.no;
    if (options.plan === true) return printPlan(retraining, repository, input);
    return await runAgain(retraining, repository, tolerance, input);
  },
};

function toleranceOf(text: string | undefined): number {
  const tolerance = text === undefined ? DEFAULT_TOLERANCE : Number(text);
  if (tolerance >= 0 && text !== "") return tolerance;
  throw new ProvenanceError(
    "bad-option",
    `--tolerance is ${JSON.stringify(text)}; give a share of the value, 0 or more, such as 0.01`,
  );
}

/** A line for each bit, and what to do about those that are missing. */
function printScore({ model, run, execution, bits, score, isRetrainable }: Retraining): void {
  for (const { name, isKnown, text, mend } of bits)
    console.log(
      plainText(
        `${isKnown ? "known  " : "missing"}  ${name.padEnd(15)}  ${text}${mend === undefined ? "" : `; ${mend}`}`,
      ),
    );
  const what = model?.label ?? run?.name ?? shownId(execution.id);
  const count = bits.filter(({ isKnown }) => isKnown).length;
  const verdict = isRetrainable ? "can be trained again" : "cannot be trained again as it was";
  console.log(plainText(`${what} ${verdict}: ${count} of ${bits.length} known, score ${score.toFixed(2)}`));
}

async function repositoryFor(
  { execution, bits }: Retraining,
  given: string | undefined,
): Promise<Repository | undefined> {
  const repository = await repositoryOf(execution, given);
  if (repository !== undefined) return repository;
  const [commit] = bits.filter(({ name }) => name === "commit");
  const { commit: hash, repository: remote } = execution;
  if (hash === undefined) printNote(`${commit?.text}; ${commit?.mend}`);
  else {
    const where = given ?? "no repository where the program lay, nor here,";
    const from = remote === undefined ? "" : `; git clone ${remote}`;
    printNote(`${where} has the commit ${hash}; name a clone that has it with --repository${from}`);
  }
  return undefined;
}

function printPlan(retraining: Retraining, repository: Repository, input: CommandInput): number {
  const { options } = input;
  const { execution, bits, isRetrainable } = retraining;
  const recipe = recipeOf(
    execution,
    repository,
    join(repository.top, "..", "retrain"),
    options.command as string | undefined,
  );
  const commands = commandsOf(execution, repository, recipe, resolve(directoryOf(input)));
  if (options.json === true) printJson({ commands, recipe });
  else for (const one of commands) console.log(plainText(one));
  for (const { isKnown, text, mend } of bits) if (!isKnown) printNote(`${text}; ${mend}`);
  return isRetrainable ? EXIT.done : EXIT.no;
}

async function runAgain(
  { execution, run, model, bits }: Retraining,
  repository: Repository,
  tolerance: number,
  input: CommandInput,
): Promise<number> {
  const { options } = input;
  for (const { name, isKnown, text, mend } of bits) {
    if (isKnown || (name === "command" && options.command !== undefined)) continue;
    if (NEEDED.has(name)) {
      printNote(`nothing was started: ${text}; ${mend}`);
      return EXIT.no;
    }
    printNote(`${text}; ${mend}`);
  }
  const directory = resolve(directoryOf(input));
  const known = await executionsBefore(directory, execution.id);
  const again = await doAgain(execution, repository, {
    directory,
    node: options["any-node"] === true ? "any" : "same",
    ...(options.command === undefined ? {} : { command: options.command as string }),
    ...(options.setup === undefined ? {} : { setup: options.setup as string }),
  });
  try {
    if (again.problem !== undefined) {
      printNote(again.problem);
      return EXIT.no;
    }
    await flush(directory, { includesOpen: false, ...spoolOf() });
    await using graph = await open(directory, spoolOf());
    const found = (await executionsAgain(graph, execution.id)).filter((id) => !known.has(id));
    const [latest] = found.sort().reverse();
    if (latest === undefined) {
      printNote("the program ended well, and recorded nothing");
      return EXIT.no;
    }
    const { worktree: top, workingDirectory: rootDirectory } = again.recipe;
    const before = {
      execution: execution.id,
      ...(run === undefined ? {} : { run: run.id }),
      ...(model === undefined ? {} : { asked: model.id }),
      rootDirectory: execution.rootDirectory ?? repository.recordedTop,
      top: repository.recordedTop,
    };
    const comparison = await compareResults(graph, before, { execution: latest, rootDirectory, top }, tolerance);
    if (options.json === true) printJson(comparison);
    else printComparison(comparison);
    return comparison.verdict === "identical" || comparison.verdict === "same" ? EXIT.done : EXIT.no;
  } finally {
    await cleared(again, options.keep === true);
  }
}

/** Without these nothing can be done; without the others it may come out otherwise. */
const NEEDED: ReadonlySet<string> = new Set(["commit", "changes", "data", "command"]);

async function cleared(again: Again, keeps: boolean): Promise<void> {
  if (keeps) printNote(`the worktree is left at ${again.recipe.worktree}; git worktree remove --force takes it away`);
  else await again.clear();
}

function printComparison({ verdict, again, files, measures, firstDifference, causes }: Comparison): void {
  for (const { path, isSame, before, after } of files) {
    const now = isSame ? "" : `, now ${after?.slice(0, 12) ?? "none"}`;
    const was = before === undefined ? "none" : `sha256 ${before.slice(0, 12)}`;
    console.log(plainText(`${isSame ? "identical" : "other    "}  ${path}  ${was}${now}`));
  }
  for (const { name, before, after, isSame } of measures) {
    const now = Object.is(before, after) ? "" : `, now ${after ?? "none"}`;
    console.log(plainText(`${isSame ? "same     " : "other    "}  ${name}  ${before ?? "none"}${now}`));
  }
  if (firstDifference !== undefined) {
    const { series, step, before, after } = firstDifference;
    console.log(
      plainText(
        `the first difference: ${series} at step ${step} was ${before ?? "absent"}, and is ${after ?? "absent"}`,
      ),
    );
  }
  for (const cause of causes) console.log(plainText(`not the same: ${cause}`));
  console.log(plainText(`${VERDICTS[verdict]} (${shownId(again)})`));
}

const VERDICTS: Readonly<Record<Comparison["verdict"], string>> = {
  identical: "trained again: the same bytes came out",
  same: "trained again: the same measures came out, within the tolerance",
  different: "trained again: something else came out",
  incomparable:
    "trained again: nothing to compare: no file, and no measure or series in which they differ; write the model to a file, or log measures",
};

async function executionsBefore(directory: string, execution: string): Promise<ReadonlySet<string>> {
  await using graph = await open(directory, spoolOf());
  return new Set(await executionsAgain(graph, execution));
}
