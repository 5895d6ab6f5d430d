import type { CheckReport } from "../query/index.ts";
import { type Command, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { openRecorded } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { counted, plainText, printJson, printNote } from "./output.ts";
import { STORE_OPTION } from "./store.ts";

export const command: Command = {
  name: "check",
  summary: "say where a run's execution departed from its plan; exit 1 if anywhere",
  usage: "RUN [--json]",
  arguments: { least: 1, most: 1 },
  options: { ...JSON_OPTION, ...DIRECTORY_OPTION, ...STORE_OPTION },
  async run(input) {
    const [name = ""] = input.positionals;
    await using graph = await openRecorded(input);
    const report = await graph.check(name);
    if (input.options.json === true) printJson(report);
    else printReport(report, name);
    return report.findings.length + report.unable.length === 0 ? EXIT.done : EXIT.no;
  },
};

/** A line for each finding; what could not be checked is told on the error stream, with what to do about it. */
function printReport({ findings, unable, plans, status, execution }: CheckReport, name: string): void {
  const width = Math.max(0, ...findings.map(({ kind }) => kind.length));
  for (const { kind, text } of findings) console.log(plainText(`${kind.padEnd(width)}  ${text}`));
  for (const { check, text } of unable) printNote(`${text}; ${ADVICE[check](name)}`);
  if (findings.length + unable.length > 0) return;
  const steps = plans.reduce((sum, { plan }) => sum + plan.steps.length, 0);
  const names = plans.map(({ plan }) => plan.name).join(" and ");
  console.log(
    plainText(`${shownId(execution)} (${status}) did what the plan of ${names} says: ${counted(steps, "step")}`),
  );
}

const ADVICE: Readonly<Record<CheckReport["unable"][number]["check"], (run: string) => string>> = {
  plan: (run) => `provml plan accept ${run} makes what it did the plan for the next executions`,
};
