import { parseRunFilter, type Run, type RunsOptions } from "../query/index.ts";
import { fieldsIn } from "../query/listing.ts";
import { valuesOfField } from "../query/runs/run-filter.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { LIST_OPTIONS, listOptions, namesOf } from "./listing.ts";
import { printJson, printNote } from "./output.ts";
import { cellsOf, type Form, namedColumns, type RunColumn, usualColumns } from "./run-columns.ts";
import { STORE_OPTION } from "./store.ts";
import { CSV_OPTION, printCsv, table } from "./table.ts";

export const command: Command = {
  name: "runs",
  summary: "list the runs, newest first, with hyperparameters, measures and how they ended",
  usage: "[--where FILTER] [--sort FIELD] [--limit N] [--columns NAMES] [--study NAME] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    study: { type: "string", value: "NAME", summary: "list the runs of this study only" },
    ...LIST_OPTIONS,
    ...CSV_OPTION,
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { json, csv: asCsv } = input.options;
    const names = namesOf(input, "columns");
    const wanted = wantedRuns(input);
    await using graph = await openRecorded(input);
    const runs = await graph.runs(wanted);
    const isPart = wanted.where !== undefined || wanted.limit !== undefined;
    const filtered = runs.length === 0 ? filteredBy(input) : undefined;
    const all = isPart && (names ?? wanted.sort ?? filtered) !== undefined ? await graph.runs() : runs;
    noteUnknown(filtered ?? [], "to filter by", all);
    noteUnknown(namesOf(input, "sort") ?? [], "to sort by", all);
    if (json === true) {
      printJson(runs);
      return EXIT.done;
    }
    const form = asCsv === true ? "whole" : "shown";
    const cells = cellsOf(names === undefined ? usualColumns(runs, form) : askedColumns(names, all, form), runs);
    if (asCsv === true) printCsv(...cells);
    else console.log(runs.length === 0 ? whyNone(input) : table(...cells));
    return EXIT.done;
  },
};

/** What is asked for; a filter that cannot be read is told before anything is opened. */
function wantedRuns(input: CommandInput): RunsOptions {
  const { study } = input.options;
  return listOptions(input, study === undefined ? [] : [{ field: "study", is: "=", value: String(study) }]);
}

/** That a name fits nothing may be a slip, or the time before anything has it: the answer stands, and it is told. */
function askedColumns(names: readonly string[], all: readonly Run[], form: Form): RunColumn[] {
  const { columns, missing } = namedColumns(names, all, form);
  if (all.length === 0 || missing.length === 0) return columns;
  const heads = usualColumns(all, form).map(({ head }) => head);
  for (const name of missing)
    printNote(`no run that is recorded here has ${JSON.stringify(name)}; there are ${heads.join(", ")}`);
  return columns;
}

function noteUnknown(fields: readonly string[], what: string, all: readonly Run[]): void {
  if (all.length === 0) return;
  for (const field of fields.map((text) => text.replace(/^-/, "")))
    if (!all.some((run) => valuesOfField(run, field).length > 0))
      printNote(`no run that is recorded here has ${JSON.stringify(field)} ${what}`);
}

/** The fields of the filter, but for the data that went in, which stands beside the runs. */
function filteredBy({ options: { where } }: CommandInput): string[] | undefined {
  if (where === undefined) return undefined;
  return [...new Set(fieldsIn(parseRunFilter(String(where))))].filter((field) => field !== "dataset");
}

function whyNone({ options: { where, study, limit } }: CommandInput): string {
  if (limit !== undefined && Number(limit) === 0) return "no run is listed, for --limit is 0";
  const ofStudy = study === undefined ? "" : ` of a study ${JSON.stringify(study)}`;
  if (where !== undefined) return `no run${ofStudy} that is recorded here fits the filter`;
  if (study !== undefined) return `no run${ofStudy} is recorded here`;
  return "no run is recorded here yet; wrap a function with training(name, fn) and call it";
}

export function runsTable(runs: readonly Run[]): string {
  return table(...cellsOf(usualColumns(runs, "shown"), runs));
}
