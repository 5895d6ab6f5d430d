import { join } from "node:path";
import type { Graph } from "../query/index.ts";
import { sparql } from "../query/sparql.ts";
import { directoryPaths } from "../spool/directory.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed, spoolOf } from "./directory.ts";
import { diskUse } from "./disk.ts";
import { EXIT } from "./exit-codes.ts";
import { bytes, printJson } from "./output.ts";
import { INTERVAL_MS, watchBacklog } from "./stats-watch.ts";
import { printAnswersCsv, table } from "./table.ts";

export const command: Command = {
  name: "stats",
  summary: "count what is recorded and what was lost, and the bytes, files and inodes it takes",
  usage: "[--watch [--interval SECONDS]] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV, one row: the counts, and disk.PART.bytes and so on" },
    watch: { type: "boolean", summary: "print a line of how the spool and its flushers are, again and again" },
    interval: { type: "string", value: "SECONDS", summary: `how often --watch looks (${INTERVAL_MS / 1000})` },
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    checkNotation(input, "watch", "csv");
    const directory = directoryOf(input);
    if (input.options.watch === true) return await watchBacklog(directory, input);
    await using graph = await openFlushed(input);
    const counts = { ...(await graph.counts()), ...(await losses(graph)) };
    const paths = { ...directoryPaths(directory), content: join(directory, "content"), ...spoolOf() };
    const disk = Object.fromEntries(PARTS.map((part) => [part, diskUse(paths[part])]));
    if (input.options.json === true) printJson({ ...counts, disk });
    else if (input.options.csv === true) printAnswersCsv({ ...counts, disk });
    else {
      console.log(table(["what", "count"], Object.entries(counts)));
      const rows = Object.entries(disk).map(([part, use]) => [part, use.files, use.inodes, bytes(use.bytes)]);
      console.log(`\n${table(["part", "files", "inodes", "size"], rows)}`);
    }
    return EXIT.done;
  },
};

const PARTS = ["spool", "graph", "series", "manifests", "content", "quarantine"] as const;

const LOST = sparql`
SELECT (SUM(?statements) AS ?lostStatements) (SUM(?rows) AS ?lostRows) WHERE {
  ?loss a provml:Loss .
  OPTIONAL { ?loss provml:lostStatements ?statements }
  OPTIONAL { ?loss provml:lostRows ?rows }
}`;

/** What writers counted as lost, a full disk's cost for instance. */
async function losses(graph: Graph): Promise<{ lostStatements: number; lostRows: number }> {
  const [sums] = await graph.select(LOST);
  return { lostStatements: Number(sums?.lostStatements ?? 0), lostRows: Number(sums?.lostRows ?? 0) };
}
