import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type FlushReport, flush } from "../flush/flush.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Command, type CommandInput, JSON_OPTION } from "./command.ts";
import { directoryOf, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { printJson, progress } from "./output.ts";

const INTERVAL_SECONDS = 2;

export const command: Command = {
  name: "flush",
  summary: "move what was recorded from the spool into the graph and the series",
  usage: "[--watch] [--json]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    watch: { type: "boolean", summary: "go on until interrupted, at low priority" },
    interval: {
      type: "string",
      value: "SECONDS",
      summary: `how long --watch waits between passes (${INTERVAL_SECONDS})`,
    },
  },
  async run(input) {
    const directory = directoryOf(input);
    const once = () =>
      flush(directory, {
        ...spoolOf(),
        onProgress: ({ segments, rows }) => progress(`${segments} segments, ${rows} rows`),
      });
    if (input.options.watch !== true) {
      const report = await once();
      progress("");
      print(report, input);
      return report.refused.length > 0 || report.quarantined > 0 ? EXIT.no : EXIT.done;
    }
    setPriority(10);
    const intervalMs = seconds(input.options.interval) * 1000;
    for (;;) {
      const report = await once();
      if (report.statements + report.rows > 0) print(report, input);
      await sleep(intervalMs);
    }
  },
};

function print(report: FlushReport, { options }: CommandInput): void {
  if (options.json === true) {
    printJson(report);
    return;
  }
  const { statements, rows, quads, segments, quarantined, lostStatements, lostRows, damaged, refused } = report;
  console.log(`${statements} statements (${quads} quads) and ${rows} rows moved from ${segments} segments`);
  if (lostStatements + lostRows > 0)
    console.log(`lost when they were written: ${lostStatements} statements, ${lostRows} rows`);
  if (damaged > 0) console.log(`damaged places skipped: ${damaged}; provml:Loss in the graph names them`);
  if (quarantined > 0) console.log(`${quarantined} statements no graph can hold lie in quarantine/ with the reason`);
  for (const { path, reason } of refused) console.log(`left as it is: ${path}: ${reason}`);
}

function seconds(text: string | boolean | undefined): number {
  const value = text === undefined ? INTERVAL_SECONDS : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ProvenanceError("bad-option", `--interval is ${JSON.stringify(text)}; give a number of seconds above 0`);
}
