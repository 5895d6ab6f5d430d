import type { Continuation, Run } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openFlushed } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { duration, printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, csv, table } from "./table.ts";

export const command: Command = {
  name: "runs",
  summary: "list the runs, newest first, with hyperparameters, measures and how they ended",
  usage: "[--study NAME] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    study: { type: "string", value: "NAME", summary: "list the runs of this study only" },
    csv: { type: "boolean", summary: "print CSV, with whole ids and numbers" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    await using graph = await openFlushed(input);
    const { study } = input.options;
    const runs = (await graph.runs()).filter((run) => study === undefined || run.study === study);
    if (input.options.json === true) printJson(runs);
    else if (input.options.csv === true) process.stdout.write(csv(...columnsOf(runs, true)));
    else if (runs.length === 0 && study !== undefined)
      console.log(`no run of a study ${JSON.stringify(study)} is recorded here`);
    else if (runs.length === 0)
      console.log("no run is recorded here yet; wrap a function with training(name, fn) and call it");
    else console.log(runsTable(runs));
    return EXIT.done;
  },
};

export function runsTable(runs: readonly Run[]): string {
  return table(...columnsOf(runs, false));
}

/** A column for each hyperparameter and each measure that any run has; times of epochs only in files. */
function columnsOf(runs: readonly Run[], isComplete: boolean): [head: string[], rows: Cell[][]] {
  const parameters = namesIn(runs.map(({ hyperparameters }) => hyperparameters));
  const measures = namesIn(runs.map((run) => run.measures)).filter(
    (name) => isComplete || !name.endsWith(".durationMs"),
  );
  const value = isComplete ? wholeValue : shownValue;
  const some = OPTIONAL.filter(([, of]) => runs.some((run) => of(run, isComplete) !== undefined));
  const head = [
    isComplete ? "id" : "run",
    "name",
    "workflow",
    "status",
    "started",
    isComplete ? "durationMs" : "took",
    ...some.map(([name]) => name),
    ...parameters,
    ...measures,
  ];
  const rows = runs.map((run) => [
    isComplete ? run.id : shownId(run.id),
    run.name,
    run.workflow,
    run.status,
    isComplete ? run.startedAt : localTime(run.startedAt),
    isComplete || run.durationMs === undefined ? run.durationMs : duration(run.durationMs),
    ...some.map(([, of]) => of(run, isComplete)),
    ...parameters.map((name) => value(run.hyperparameters[name])),
    ...measures.map((name) => value(run.measures[name])),
  ]);
  return [head, rows];
}

/** Columns that are there if any run has something in them. */
const OPTIONAL: readonly (readonly [name: string, of: (run: Run, isComplete: boolean) => string | undefined])[] = [
  ["study", ({ study }) => study],
  [
    "ranks",
    ({ ranks, rankCount }) =>
      ranks === undefined || rankCount === undefined || ranks === rankCount
        ? ranks?.toString()
        : `${ranks} of ${rankCount}`,
  ],
  ["restarts", ({ restarts }) => restarts?.toString()],
  ["continues", ({ continues }, isComplete) => continues && continuation(continues, isComplete)],
];

function continuation({ run, name, step }: Continuation, isComplete: boolean): string {
  return `${isComplete ? run : `${name} ${shownId(run)}`}${step === undefined ? "" : ` @${step}`}`;
}

function namesIn(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
