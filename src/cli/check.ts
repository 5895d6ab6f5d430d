import type { CheckReport, FoundInExecution } from "../query/index.ts";
import { type Command, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { counted, plainText, printJson, printNote } from "./output.ts";
import { STORE_OPTION } from "./store.ts";
import { CSV_OPTION, printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "check",
  summary: "find departures from plans, leaks, dead ends, missing digests, unfinished runs; exit 1 if any",
  usage: "[RUN] [--json | --csv]",
  arguments: { least: 0, most: 1 },
  options: { ...JSON_OPTION, ...CSV_OPTION, ...DIRECTORY_OPTION, ...STORE_OPTION },
  async run(input) {
    checkNotation(input, "json", "csv");
    const [name] = input.positionals;
    await using graph = await openRecorded(input);
    if (name === undefined) {
      const all = await graph.checkAll();
      if (input.options.json === true) printJson(all);
      else if (input.options.csv === true) printAnswersCsv(all);
      else printAll(all);
      return all.length === 0 ? EXIT.done : EXIT.no;
    }
    const report = await graph.check(name);
    if (input.options.json === true) printJson(report);
    else if (input.options.csv === true) printAnswersCsv(report.findings);
    else printReport(report, name);
    return report.findings.length + report.unable.length === 0 ? EXIT.done : EXIT.no;
  },
};

/** A line for each finding, with the execution in front. */
function printAll(all: readonly FoundInExecution[]): void {
  const heads = all.map(({ workflow, execution, kind }) => [`${workflow} ${shownId(execution)}`, kind] as const);
  const [first, second] = [0, 1].map((i) => Math.max(0, ...heads.map((head) => head[i as 0 | 1].length)));
  for (const [i, { text }] of all.entries()) {
    const [where, kind] = heads[i] as readonly [string, string];
    console.log(plainText(`${where.padEnd(first ?? 0)}  ${kind.padEnd(second ?? 0)}  ${text}`));
  }
  if (all.length === 0) console.log("nothing suspicious is recorded");
}

/** A line for each finding; what could not be checked is told on the error stream, with what to do about it. */
function printReport({ findings, unable, plans, status, execution }: CheckReport, name: string): void {
  const width = Math.max(0, ...findings.map(({ kind }) => kind.length));
  for (const { kind, text } of findings) console.log(plainText(`${kind.padEnd(width)}  ${text}`));
  for (const { text } of unable) printNote(`${text}; ${advice(name)}`);
  if (findings.length + unable.length > 0) return;
  const steps = plans.reduce((sum, { plan }) => sum + plan.steps.length, 0);
  const names = plans.map(({ plan }) => plan.name).join(" and ");
  console.log(
    plainText(`${shownId(execution)} (${status}) did what the plan of ${names} says: ${counted(steps, "step")}`),
  );
}

function advice(run: string): string {
  return `provml plan accept ${run} makes what it did the plan for the next executions`;
}
