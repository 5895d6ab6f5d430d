import { curvesSvg } from "../draw/curves/svg.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { curve } from "./curve.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { plainText, printJson } from "./output.ts";
import { panelsOf, type RunSeries, readSeries } from "./run-series.ts";
import { STORE_OPTION } from "./store.ts";
import { CSV_OPTION, printCsv } from "./table.ts";
import { writeOut } from "./written.ts";

export const command: Command = {
  name: "curves",
  summary: "draw the series of runs, in the terminal or as a picture for a paper",
  usage: "RUN… [--series NAMES] [--by time] [--log] [--svg FILE | --json | --csv]",
  arguments: { least: 1, most: 100 },
  options: {
    series: {
      type: "string",
      value: "NAMES",
      summary: "these series only, e.g. loss,accuracy (default: all but times and resources)",
    },
    svg: { type: "string", value: "FILE", summary: "draw them into this file; - is standard output" },
    log: { type: "boolean", summary: "with --svg: a logarithmic y axis" },
    by: { type: "string", value: "time", summary: "with --svg: by seconds since each run's first row (default: step)" },
    ...JSON_OPTION,
    ...CSV_OPTION,
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    checkNotation(input, "svg", "json", "csv");
    const { options, positionals } = input;
    const by = byOf(input);
    await using graph = await openRecorded(input);
    const names =
      options.series === undefined
        ? undefined
        : String(options.series)
            .split(",")
            .map((name) => name.trim());
    const series = await readSeries(graph, positionals, names);
    if (options.json === true) printJson(series);
    else if (options.csv === true) printCsv(...rowsOf(series));
    else if (series.length === 0) {
      console.log("there is no series; what a program logs with log({ loss }, step) becomes one");
      return EXIT.no; // nothing is drawn, and no file written
    } else if (options.svg !== undefined) {
      const scale = options.log === true ? "log" : "linear";
      const panels = panelsOf(series, by);
      await writeOut([curvesSvg(panels, { scale, xLabel: by === "time" ? "seconds" : "step" })], String(options.svg));
    } else console.log(series.map(textOf).join("\n\n"));
    return EXIT.done;
  },
};

function byOf({ options: { by } }: CommandInput): "step" | "time" {
  if (by === undefined || by === "step" || by === "time") return by ?? "step";
  throw new ProvenanceError("bad-option", `--by is ${JSON.stringify(by)}; give step or time`);
}

function textOf({ label, name, points }: RunSeries): string {
  return `${plainText(`${name} of ${label}`)}\n${curve(points.map(({ value }) => value))}`;
}

function rowsOf(series: readonly RunSeries[]): [head: string[], rows: (string | number)[][]] {
  const rows = series.flatMap(({ run, name, points }) =>
    points.map(({ step, value, time }) => [run, name, step, value, new Date(time).toISOString()]),
  );
  return [["run", "name", "step", "value", "time"], rows];
}
