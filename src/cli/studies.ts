import type { Spread, StudiesOptions, Study } from "../query/index.ts";
import { parseRunFilter } from "../query/runs/run-filter-text.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownValue, wholeValue } from "./graph-text.ts";
import { LIST_OPTIONS, namesOf } from "./listing.ts";
import { plainText, printJson, shortNumber } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, CSV_OPTION, printCsv, table } from "./table.ts";

export const command: Command = {
  name: "studies",
  summary: "list the studies, or of one its groups of runs with mean ± deviation over seeds and folds",
  usage: "[STUDY] [--by NAMES] [--where FILTER] [--json | --csv]",
  arguments: { least: 0, most: 1 },
  options: {
    by: {
      type: "string",
      value: "NAMES",
      summary: "groups by these hyperparameters (default: all but seeds and folds)",
    },
    where: { ...LIST_OPTIONS.where, summary: "of these runs only, e.g. 'rate < 0.01'" },
    ...JSON_OPTION,
    ...CSV_OPTION,
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { json, csv } = input.options;
    const wanted = wantedOf(input);
    const [name] = input.positionals;
    await using graph = await openRecorded(input);
    const studies = name === undefined ? await graph.studies(wanted) : [await graph.study(name, wanted)];
    if (json === true) printJson(name === undefined ? studies : studies[0]);
    else if (csv === true) printCsv(...groupCells(studies));
    else if (name !== undefined) console.log(studies.map(studyText).join("\n"));
    else console.log(studies.length === 0 ? NONE : table(...studyCells(studies)));
    return EXIT.done;
  },
};

const NONE = "no study is recorded here yet; call prov.study(name) before its runs";

function wantedOf(input: CommandInput): StudiesOptions {
  const by = namesOf(input, "by");
  const { where } = input.options;
  return {
    ...(by === undefined ? {} : { by }),
    ...(where === undefined ? {} : { where: parseRunFilter(String(where)) }),
  };
}

function studyCells(studies: readonly Study[]): [head: string[], rows: Cell[][]] {
  const rows = studies.map(({ name, workflow, startedAt, runs, statuses, groups, by }) => [
    ...[name, workflow, localTime(startedAt), runs, groups.length],
    Object.entries(statuses)
      .map(([status, count]) => `${count} ${status}`)
      .join(", "),
    by.join(", "),
  ]);
  return [["study", "workflow", "started", "runs", "groups", "status", "differ in"], rows];
}

/** What the groups differ in, and mean ± deviation of what they measured; times of epochs only in files. */
function studyText({ name, workflow, groups, by }: Study): string {
  const measures = namesIn(groups.map((group) => group.measures)).filter((one) => !one.endsWith(".durationMs"));
  const rows = groups.map(({ hyperparameters, runs, measures: found }) => [
    ...by.map((one) => shownValue(Object.hasOwn(hyperparameters, one) ? hyperparameters[one] : undefined)),
    runs.length,
    ...measures.map((one) => (Object.hasOwn(found, one) ? spreadText(found[one] as Spread) : undefined)),
  ]);
  return `${plainText(`${name} (${workflow})`)}\n${table([...by, "runs", ...measures], rows)}`;
}

function spreadText({ count, mean, standardDeviation }: Spread): string {
  const deviation = standardDeviation === undefined ? "" : ` ± ${shortNumber(standardDeviation)}`;
  return `${shortNumber(mean)}${deviation} (${count})`;
}

const SPREAD = ["count", "mean", "standardDeviation", "minimum", "maximum", "median"] as const;

/** A row for each group, with whole numbers. */
function groupCells(studies: readonly Study[]): [head: string[], rows: Cell[][]] {
  const groups = studies.flatMap((study) => study.groups.map((group) => ({ study, group })));
  const given = namesIn(groups.map(({ group }) => group.hyperparameters));
  const measures = namesIn(groups.map(({ group }) => group.measures));
  const rows = groups.map(({ study, group }) => [
    ...[study.name, study.workflow, group.runs.length],
    ...given.map((name) =>
      wholeValue(Object.hasOwn(group.hyperparameters, name) ? group.hyperparameters[name] : undefined),
    ),
    ...measures.flatMap((name) =>
      SPREAD.map((one) => (Object.hasOwn(group.measures, name) ? group.measures[name]?.[one] : undefined)),
    ),
  ]);
  return [
    ["study", "workflow", "runs", ...given, ...measures.flatMap((name) => SPREAD.map((one) => `${name}.${one}`))],
    rows,
  ];
}

function namesIn(all: readonly object[]): string[] {
  return [...new Set(all.flatMap((one) => Object.keys(one)))];
}
