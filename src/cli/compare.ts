import { ASPECTS } from "../query/compare/compare.ts";
import type { Aspect, ComparedRun, RunComparison } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId, shownValue, wholeValue } from "./graph-text.ts";
import { plainText, printJson } from "./output.ts";
import { partingLines } from "./parting-text.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, CSV_OPTION, printCsv, table } from "./table.ts";

export const command: Command = {
  name: "compare",
  summary: "tell what differs between runs, or the runs behind models, and of two the first cause",
  usage: "RUN RUN… [--all] [--json | --csv]",
  arguments: { least: 2, most: 10_000 },
  options: {
    ...JSON_OPTION,
    ...CSV_OPTION,
    all: { type: "boolean", summary: "what is the same as well" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { all, json, csv } = input.options;
    await using graph = await openRecorded(input);
    const comparison = await graph.compare(input.positionals, { fields: all === true ? "all" : "different" });
    if (json === true) printJson(comparison);
    else if (csv === true) printCsv(...wholeTable(comparison));
    else console.log([...tablesOf(comparison), ...partingLines(comparison)].join("\n"));
    return EXIT.done;
  },
};

/** One table for all, with columns such as `hyperparameters.rate`. */
function wholeTable({ fields, runs }: RunComparison): [head: string[], rows: Cell[][]] {
  const head = [
    "id",
    "name",
    "workflow",
    "status",
    "startedAt",
    ...fields.map(({ aspect, name }) => `${aspect}.${name}`),
  ];
  const rows = runs.map((run) => [
    ...[run.id, run.name, run.workflow, run.status, run.startedAt],
    ...fields.map(({ aspect, name }) => wholeValue(run[aspect][name])),
  ]);
  return [head, rows];
}

/** A table for each aspect, runs in rows. */
function tablesOf({ fields, runs }: RunComparison): string[] {
  if (fields.length === 0) return ["nothing that is recorded of these runs differs", ""];
  return ASPECTS.flatMap((aspect) => {
    const names = fields.flatMap((field) => (field.aspect === aspect ? [field.name] : []));
    if (names.length === 0) return [];
    const rows = runs.map((run) => [shownId(run.id), run.name, ...names.map((name) => cellOf(run, aspect, name))]);
    return [aspect, table(["run", "name", ...names.map(plainText)], rows), ""];
  });
}

function cellOf(run: ComparedRun, aspect: Aspect, name: string): Cell {
  const value = Object.hasOwn(run[aspect], name) ? run[aspect][name] : undefined;
  return typeof value === "string" ? shownText(value) : shownValue(value);
}

/** Of a digest or a commit what tells it apart. */
function shownText(text: string): string {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text.slice(0, 12) : text;
}
