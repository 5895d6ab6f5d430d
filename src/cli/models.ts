import type { Model, ModelsOptions, Run } from "../query/index.ts";
import { valuesOfModel } from "../query/models/models.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { LIST_OPTIONS, listOptions, namesOf } from "./listing.ts";
import { printJson, printNote } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, CSV_OPTION, printCsv, table } from "./table.ts";

export const command: Command = {
  name: "models",
  summary: "list the models, newest first, with the run that made them, their files and measures",
  usage: "[--where FILTER] [--sort FIELD] [--limit N] [--columns NAMES] [--all] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    ...LIST_OPTIONS,
    ...CSV_OPTION,
    all: { type: "boolean", summary: "checkpoints and states in between as well" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { all, json, csv: asCsv } = input.options;
    const wanted: ModelsOptions = { ...listOptions(input), states: all === true ? "all" : "final" };
    const names = namesOf(input, "columns");
    await using graph = await openRecorded(input);
    const models = await graph.models(wanted);
    const isWhole = asCsv === true;
    if (json === true) printJson(models);
    else {
      const runs = names === undefined ? [] : await graph.runs();
      const cells = names === undefined ? columnsOf(models, isWhole) : namedColumns(models, runs, names, isWhole);
      if (isWhole) printCsv(...cells);
      else console.log(models.length === 0 ? whyNone(wanted) : table(...cells));
    }
    return EXIT.done;
  },
};

function whyNone({ where, limit }: ModelsOptions): string {
  if (limit === 0) return "no model is listed, for --limit is 0";
  if (where !== undefined) return "no model that is recorded here fits the filter";
  return "no model is recorded here yet; what a training returns becomes one";
}

/** Columns by the names that the table has, or filters. What no model has is told. */
function namedColumns(
  models: readonly Model[],
  runs: readonly Run[],
  names: readonly string[],
  isWhole: boolean,
): [head: string[], rows: Cell[][]] {
  const [head, rows] = columnsOf(models, isWhole);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const value = isWhole ? wholeValue : shownValue;
  const columns = names.map((name) => {
    const at = head.indexOf(name);
    if (at >= 0) return rows.map((row) => row[at]);
    return models.map((model) => {
      const values = valuesOfModel(model, byId.get(model.run ?? ""), name).map(value);
      return values.length > 1 ? values.join(" ") : values[0];
    });
  });
  for (const [i, name] of names.entries())
    if (models.length > 0 && columns[i]?.every((cell) => cell === undefined))
      printNote(`no model that is listed has ${JSON.stringify(name)}`);
  return [[...names], models.map((_, row) => columns.map((column) => column[row]))];
}

/** Of its files, each in its place; where none has one that of the model itself. */
function digestsOf({ files, sha256: own }: Model): readonly (string | undefined)[] {
  const digests = files.map(({ sha256 }) => sha256);
  return own !== undefined && digests.every((digest) => digest === undefined) ? [own] : digests;
}

function columnsOf(models: readonly Model[], isComplete: boolean): [head: string[], rows: Cell[][]] {
  const value = isComplete ? wholeValue : shownValue;
  const areTagged = models.some(({ tags }) => tags !== undefined);
  const measures = [...new Set(models.flatMap((model) => Object.keys(model.measures)))];
  const shownMeasures = measures.filter((name) => isComplete || !name.endsWith(".durationMs"));
  const head = [
    isComplete ? "id" : "model",
    "name",
    "kind",
    "run",
    "workflow",
    "generated",
    "file",
    "sha256",
    ...(areTagged ? ["tags"] : []),
    ...shownMeasures,
  ];
  const rows = models.map((model) => [
    isComplete ? model.id : shownId(model.id),
    model.label,
    model.kind,
    model.run === undefined || isComplete ? model.run : shownId(model.run),
    model.workflow,
    isComplete ? model.generatedAt : localTime(model.generatedAt),
    model.files.map(({ path }) => path ?? "").join(" "),
    digestsOf(model)
      .map((sha256) => (isComplete ? sha256 : sha256?.slice(0, 12)) ?? "")
      .join(" "),
    ...(areTagged ? [model.tags?.join(", ")] : []),
    ...shownMeasures.map((name) => value(model.measures[name])),
  ]);
  return [head, rows];
}
