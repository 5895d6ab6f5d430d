import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { flush } from "../flush/flush.ts";
import type { FlushReport } from "../flush/report.ts";
import { ProvenanceError } from "../model/error.ts";
import { type Command, type CommandInput, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf, showProgress, spoolOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { counted, plainText, printError, printJson, progress } from "./output.ts";

const INTERVAL_SECONDS = 2;

export const command: Command = {
  name: "flush",
  summary: "move what was recorded from the spool into the graph and the series",
  usage: "[--watch [--interval SECONDS]] [--json]",
  arguments: { least: 0, most: 0 },
  options: {
    ...JSON_OPTION,
    watch: { type: "boolean", summary: "go on until interrupted, at low priority" },
    interval: {
      type: "string",
      value: "SECONDS",
      summary: `how long --watch waits between passes (${INTERVAL_SECONDS})`,
    },
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    const intervalMs = seconds(input.options.interval) * 1000;
    const directory = directoryOf(input);
    if (input.options.watch === true) return await watch(directory, intervalMs, input);
    const report = await pass(directory);
    print(report, input);
    return report.refused.length > 0 || report.quarantined > 0 ? EXIT.no : EXIT.done;
  },
};

async function pass(directory: string): Promise<FlushReport> {
  try {
    return await flush(directory, { ...spoolOf(), onProgress: showProgress });
  } finally {
    progress("");
  }
}

/** Passes until SIGINT or SIGTERM, the one under way to its end. A fault outside, such as a full disk, is told once and tried again. */
async function watch(directory: string, intervalMs: number, input: CommandInput): Promise<number> {
  setPriority(10);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let told = "";
  while (!stop.signal.aborted) {
    try {
      const report = await pass(directory);
      const troubles = JSON.stringify(report.refused);
      if (report.statements + report.rows > 0 || (troubles !== told && troubles !== "[]")) print(report, input);
      told = troubles;
    } catch (error) {
      if (error instanceof ProvenanceError) throw error;
      if ((error as Error).message !== told) printError(error);
      told = (error as Error).message;
    }
    await sleep(intervalMs, undefined, { signal: stop.signal }).catch(() => {});
  }
  return EXIT.done;
}

function print(report: FlushReport, { options }: CommandInput): void {
  if (options.json === true) {
    printJson(report, options.watch === true ? 0 : 2);
    return;
  }
  const { statements, rows, quads, segments, quarantined, lostStatements, lostRows, damaged, refused } = report;
  console.log(
    `${counted(statements, "statement")} (${counted(quads, "quad")}) and ${counted(rows, "row")} moved from ${counted(segments, "segment")}`,
  );
  if (lostStatements + lostRows > 0)
    console.log(`lost when they were written: ${counted(lostStatements, "statement")}, ${counted(lostRows, "row")}`);
  if (damaged > 0) console.log(`damaged places skipped: ${damaged}; provml:Loss in the graph names them`);
  if (quarantined > 0)
    console.log(`${counted(quarantined, "statement")} that no graph can hold: in quarantine/ with the reason`);
  for (const { path, reason } of refused) console.log(plainText(`left as it is: ${path}: ${reason}`));
}

function seconds(text: string | boolean | undefined): number {
  const value = text === undefined ? INTERVAL_SECONDS : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ProvenanceError("bad-option", `--interval is ${JSON.stringify(text)}; give a number of seconds above 0`);
}
