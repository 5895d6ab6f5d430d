import type { Distribution, InferenceSummary } from "../query/index.ts";
import { quantile } from "../query/inference/distribution.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { localTime, shownId } from "./graph-text.ts";
import { printJson, shortNumber } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { type Cell, CSV_OPTION, printAnswersCsv, table } from "./table.ts";

export const command: Command = {
  name: "inference",
  summary: "add up what models did: counts, scores and latencies of streams and wrapped functions",
  usage: "[NAME] [--from TIME] [--to TIME] [--model MODEL] [--device DEVICE] [--json | --csv]",
  arguments: { least: 0, most: 1 },
  options: {
    from: { type: "string", value: "TIME", summary: "windows that end after, e.g. 2026-11-21T10:00:00Z" },
    to: { type: "string", value: "TIME", summary: "windows that start before" },
    model: { type: "string", value: "MODEL", summary: "windows in which this model answered" },
    device: { type: "string", value: "DEVICE", summary: "windows on this device" },
    ...JSON_OPTION,
    ...CSV_OPTION,
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run({ positionals: [name], options, ...input }) {
    checkNotation({ ...input, options, positionals: [] }, "json", "csv");
    await using graph = await openRecorded({ ...input, options, positionals: [] });
    const { from, to, model, device } = options as Record<string, string | undefined>;
    const asked = { ...(from && { from }), ...(to && { to }), ...(model && { model }), ...(device && { device }) };
    const summaries = name === undefined ? await graph.inferences() : [await graph.inference(name, asked)];
    if (options.json === true) printJson(name === undefined ? summaries : summaries[0]);
    else if (options.csv === true) printAnswersCsv(summaries);
    else if (summaries.length === 0)
      console.log(
        "no inference is recorded here yet; wrap a function with inference(name, fn), or open a stream(name)",
      );
    else if (name === undefined) console.log(table(HEAD, summaries.map(rowOf)));
    else for (const summary of summaries) console.log(textOf(summary));
    return EXIT.done;
  },
};

const HEAD = [
  "name",
  "streams",
  "windows",
  "offered",
  "processed",
  "failed",
  "dropped",
  "selected",
  "p50 ms",
  "p99 ms",
];

function rowOf({ names, streams, windows, counts, latencyMs }: InferenceSummary): Cell[] {
  const { offered, processed, failed, dropped, selected } = counts;
  const latency = [latencyMs?.p50, latencyMs?.p99].map((ms) => (ms === undefined ? undefined : shortNumber(ms)));
  return [names.join(", "), streams.length, windows, offered, processed, failed, dropped, selected, ...latency];
}

function textOf(summary: InferenceSummary): string {
  const { names, streams, windows, missingWindows, from, to, counts, models, devices } = summary;
  const lost = missingWindows === 0 ? "" : `, ${missingWindows} missing`;
  const interrupted = streams.filter(({ status }) => status === "interrupted").length;
  const left = interrupted === 0 ? "" : `, ${interrupted} interrupted in a window that is lost`;
  const lines: Cell[][] = [
    ["name", names.join(", ")],
    ["time", `${localTime(from)} to ${localTime(to)}`],
    ["windows", `${windows}${lost} of ${streams.length === 1 ? "1 stream" : `${streams.length} streams`}${left}`],
    ...Object.entries(counts).map(([what, count]) => [WORDS[what] ?? what, String(count)]),
    ...Object.entries(summary.failures).map(([type, count]) => [`failed: ${type}`, String(count)]),
    ...Object.entries(summary.decisions).map(([point, count]) => [`at or above ${point}`, String(count)]),
    ...described("scores", summary.scores),
    ...described("latency in ms", summary.latencies),
    ...(devices.length > 0 ? [["devices", devices.join(", ")]] : []),
    ["models", models.map(shownId).join(", ") || "not known"],
  ];
  return table(["what", ""], lines);
}

const WORDS: Readonly<Record<string, string>> = { droppedRecords: "records left out" };

function described(name: string, distribution: Distribution | undefined): Cell[][] {
  if (distribution === undefined) return [];
  const { minimum, maximum, notANumber } = distribution;
  const at = (q: number) => shortNumber(quantile(distribution, q) ?? Number.NaN);
  const bounds =
    minimum === undefined || maximum === undefined ? "" : `${shortNumber(minimum)} to ${shortNumber(maximum)}, `;
  const nan = notANumber === 0 ? "" : `, ${notANumber} NaN`;
  return [[name, `${bounds}p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}${nan}`]];
}
