import type { Model } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId, shownValue, wholeValue } from "./graph-text.ts";
import { printJson } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, csv, table } from "./table.ts";

export const command: Command = {
  name: "models",
  summary: "list the models, newest first, with the run that made them, their files and measures",
  usage: "[--all] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV, with whole ids and numbers" },
    all: { type: "boolean", summary: "checkpoints and states in between as well" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    await using graph = await openRecorded(input);
    const models = await graph.models({ states: input.options.all === true ? "all" : "final" });
    if (input.options.json === true) printJson(models);
    else if (input.options.csv === true) process.stdout.write(csv(...columnsOf(models, true)));
    else if (models.length === 0) console.log("no model is recorded here yet; what a training returns becomes one");
    else console.log(table(...columnsOf(models, false)));
    return EXIT.done;
  },
};

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
