import { type ReportContent, reportHtml } from "../draw/report/report.ts";
import { ProvenanceError } from "../model/error.ts";
import type { Graph, Lineage, RunDetail } from "../query/index.ts";
import { type Command, DIRECTORY_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { peopleOf } from "./lineage-picture.ts";
import { labelled, panelsOf, readSeries } from "./run-series.ts";
import { STORE_OPTION } from "./store.ts";
import { writeOut } from "./written.ts";

export const command: Command = {
  name: "report",
  summary: "write a page of runs, in one file: curves, parallel coordinates, differences and lineage",
  usage: "RUN… -o FILE [--title TEXT] [--depth N]",
  arguments: { least: 1, most: 100 },
  options: {
    output: { type: "string", short: "o", value: "FILE", summary: "the HTML file to write; - is standard output" },
    title: { type: "string", value: "TEXT", summary: "what stands above (default: the runs' names)" },
    depth: { type: "string", value: "N", summary: "how many relations of their lineage to follow (default: all)" },
    ...DIRECTORY_OPTION,
    ...STORE_OPTION,
  },
  async run(input) {
    const { options, positionals } = input;
    const { output, title, depth } = options as Record<string, string | undefined>;
    if (!output) throw new ProvenanceError("bad-option", "say where the page goes with -o FILE");
    if (depth !== undefined && !/^[1-9]\d*$/.test(depth))
      throw new ProvenanceError("bad-option", `--depth is ${JSON.stringify(depth)}; give a whole number above 0`);
    await using graph = await openRecorded(input);
    const content = await contentOf(graph, positionals, depth === undefined ? {} : { depth: Number(depth) });
    const madeAt = new Date().toISOString();
    await writeOut([reportHtml({ ...content, madeAt, ...(title === undefined ? {} : { title }) })], output);
    return EXIT.done;
  },
};

/** More names than these do not fit a title. */
const MOST_NAMES = 4;

async function contentOf(graph: Graph, names: readonly string[], options: { depth?: number }): Promise<ReportContent> {
  const details: RunDetail[] = [];
  for (const name of names) details.push(await graph.run(name));
  const labels = labelled(details);
  const runs = Array.from(labels, ([run, label]) => ({ label, run }));
  const ids = runs.map(({ run }) => run.id);
  const lineages: Lineage[] = [];
  for (const { run } of runs) {
    const results = run.models.length > 0 ? run.models.map(({ id }) => id) : [run.id];
    for (const id of results) lineages.push(await graph.lineage(id, options));
  }
  const all = [...labels.values()];
  return {
    title:
      all.length > MOST_NAMES
        ? `${all.slice(0, MOST_NAMES).join(", ")} and ${all.length - MOST_NAMES} more`
        : all.join(", "),
    runs,
    panels: panelsOf(await readSeries(graph, ids), "step"),
    lineages,
    agents: await peopleOf(
      graph,
      lineages.flatMap(({ nodes }) => nodes),
    ),
    ...(ids.length > 1 ? { comparison: await graph.compare(ids) } : {}),
  };
}
