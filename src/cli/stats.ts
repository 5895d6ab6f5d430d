import { sparql } from "../query/index.ts";
import { directoryPaths } from "../spool/directory.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import { directoryOf, openFlushed, spoolOf } from "./directory.ts";
import { diskUse } from "./disk.ts";
import { EXIT } from "./exit-codes.ts";
import { bytes, printJson, table } from "./output.ts";

const COUNTS = sparql`
SELECT ?what (COUNT(DISTINCT ?thing) AS ?count) WHERE {
  VALUES (?type ?what) {
    (provml:WorkflowExecution "executions") (mls:Run "runs") (prov:Activity "activities") (prov:Entity "entities")
    (provml:Model "models") (provml:MetricSeries "series") (provml:Loss "losses")
  }
  ?thing a ?type
} GROUP BY ?what ORDER BY ?what`;

export const command: Command = {
  name: "stats",
  summary: "count what is recorded, and the bytes and files it takes",
  usage: "[--json]",
  arguments: { least: 0, most: 0 },
  options: JSON_OPTION,
  async run(input) {
    const directory = directoryOf(input);
    await using graph = await openFlushed(input);
    const counts = Object.fromEntries(
      (await graph.select(COUNTS)).map(({ what, count }) => [String(what), Number(count)]),
    );
    const paths = { ...directoryPaths(directory), ...spoolOf() };
    const disk = Object.fromEntries(
      (["spool", "graph", "series", "quarantine"] as const).map((part) => [part, diskUse(paths[part])]),
    );
    if (input.options.json === true) printJson({ ...counts, disk });
    else {
      console.log(table(["what", "count"], Object.entries(counts)));
      const rows = Object.entries(disk).map(([part, use]) => [part, use.files, bytes(use.bytes)]);
      console.log(`\n${table(["part", "files", "size"], rows)}`);
    }
    return EXIT.done;
  },
};
