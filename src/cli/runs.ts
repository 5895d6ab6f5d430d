import { ProvenanceError } from "../model/error.ts";
import { type Continuation, parseRunFilter, type Run, type RunFilter, type RunsOptions } from "../query/index.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { duration, printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, csv, table } from "./table.ts";

export const command: Command = {
  name: "runs",
  summary: "list the runs, newest first, with hyperparameters, measures and how they ended",
  usage: "[--where FILTER] [--sort FIELD] [--limit N] [--columns NAMES] [--study NAME] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    study: { type: "string", value: "NAME", summary: "list the runs of this study only" },
    where: { type: "string", value: "FILTER", summary: "list these only, e.g. 'lr < 0.01 and not status = failed'" },
    sort: {
      type: "string",
      value: "FIELD",
      takesDash: true,
      summary: "in this order, e.g. -accuracy: the greatest first",
    },
    limit: { type: "string", value: "N", summary: "list that many at most" },
    columns: { type: "string", value: "NAMES", summary: "show these columns only, e.g. name,lr,accuracy" },
    csv: { type: "boolean", summary: "print CSV, with whole ids and numbers" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { study, columns } = input.options;
    const wanted = wantedRuns(input);
    await using graph = await openRecorded(input);
    const runs = await graph.runs(wanted);
    const shown = (isComplete: boolean) => chosen(columns, ...columnsOf(runs, isComplete));
    if (input.options.json === true) printJson(runs);
    else if (input.options.csv === true) process.stdout.write(csv(...shown(true)));
    else if (runs.length === 0 && wanted.where !== undefined && study === undefined)
      console.log("no run that is recorded here fits the filter");
    else if (runs.length === 0 && study !== undefined)
      console.log(`no run of a study ${JSON.stringify(study)} is recorded here`);
    else if (runs.length === 0)
      console.log("no run is recorded here yet; wrap a function with training(name, fn) and call it");
    else console.log(table(...shown(false)));
    return EXIT.done;
  },
};

/** What is asked for; a filter that cannot be read is told before anything is opened. */
function wantedRuns({ options: { where, study, sort, limit } }: CommandInput): RunsOptions {
  const filters: RunFilter[] = where === undefined ? [] : [parseRunFilter(String(where))];
  if (study !== undefined) filters.push({ field: "study", is: "=", value: String(study) });
  if (limit !== undefined && !/^\d+$/.test(String(limit)))
    throw new ProvenanceError("bad-option", `--limit is ${JSON.stringify(limit)}; give a whole number`);
  return {
    ...(filters.length > 0 ? { where: { and: filters } } : {}),
    ...(sort === undefined ? {} : { sort: String(sort).split(",") }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

/** The columns of these names, in their order. */
function chosen(names: string | boolean | undefined, head: string[], rows: Cell[][]): [head: string[], rows: Cell[][]] {
  if (typeof names !== "string") return [head, rows];
  const places = names.split(",").map((name) => {
    const place = head.indexOf(name.trim());
    if (place >= 0) return place;
    throw new ProvenanceError("bad-option", `--columns has ${JSON.stringify(name)}; there are ${head.join(", ")}`);
  });
  const pick = <T>(cells: readonly T[]) => places.map((place) => cells[place] as T);
  return [pick(head), rows.map(pick)];
}

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
