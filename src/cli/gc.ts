import { type CollectReport, collect } from "../curate/index.ts";
import { ProvenanceError } from "../model/error.ts";
import { checkGoal } from "../query/compare/goals.ts";
import { type Command, type CommandInput, checkNotation, DIRECTORY_OPTION, JSON_OPTION } from "./command.ts";
import { directoryOf } from "./directory.ts";
import { EXIT } from "./exit-codes.ts";
import { shownId } from "./graph-text.ts";
import { counted, plainText, printJson } from "./output.ts";
import { optionsOf } from "./remarks.ts";
import { printAnswersCsv } from "./table.ts";

export const command: Command = {
  name: "gc",
  summary: "delete old runs, but for the best, the tagged, and what runs that stay came of",
  usage: "[--older-than 90d] [--keep-best N --measure NAME] [--dry-run] [--json | --csv]",
  arguments: { least: 0, most: 0 },
  options: {
    "older-than": { type: "string", value: "DAYS", summary: "runs that ended so long ago, e.g. 90d, 12w" },
    "keep-best": { type: "string", value: "N", summary: "of each study, or name within a workflow, so many stay" },
    measure: { type: "string", value: "NAME", summary: "the measure by which they are the best" },
    goal: { type: "string", value: "GOAL", summary: "maximize or minimize (default: by the measure's name)" },
    "include-tagged": { type: "boolean", summary: "tagged runs may go too" },
    "include-used": { type: "boolean", summary: "runs may go that runs which stay came of" },
    "dry-run": { type: "boolean", summary: "say what would go and how many bytes, and change nothing" },
    reason: { type: "string", value: "TEXT", summary: "why; it stays with what is left" },
    person: { type: "string", value: "NAME", summary: "who deletes (default: PROVML_AGENT, else the login name)" },
    ...JSON_OPTION,
    csv: { type: "boolean", summary: "print CSV: a row for each run that goes, or stays and why" },
    ...DIRECTORY_OPTION,
  },
  async run(input) {
    checkNotation(input, "json", "csv");
    const { measure, reason, goal } = input.options;
    const isTry = input.options["dry-run"] === true;
    const days = daysOf(input);
    const best = wholeOf(input);
    const report = await collect(directoryOf(input), {
      ...optionsOf(input),
      ...(days === undefined ? {} : { olderThanDays: days }),
      ...(best === undefined ? {} : { keepBest: best }),
      ...(typeof measure === "string" ? { measure } : {}),
      ...(typeof reason === "string" ? { reason } : {}),
      ...(goal === undefined ? {} : { goal: checkGoal(goal) }),
      tagged: input.options["include-tagged"] === true ? "ignore" : "keep",
      used: input.options["include-used"] === true ? "ignore" : "keep",
      mode: isTry ? "try" : "delete",
    });
    if (input.options.json === true) printJson(report);
    else if (input.options.csv === true) printAnswersCsv(runRows(report, isTry));
    else print(report, isTry);
    return EXIT.done;
  },
};

const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, "": 1 };

function daysOf({ options }: CommandInput): number | undefined {
  const text = options["older-than"];
  if (text === undefined) return undefined;
  const [, number, unit = ""] = /^(\d+)([dw]?)$/.exec(String(text)) ?? [];
  if (number !== undefined) return Number(number) * (DAYS[unit] as number);
  throw new ProvenanceError("bad-option", `--older-than is ${JSON.stringify(text)}; give days or weeks: 90d, 12w`);
}

function wholeOf({ options }: CommandInput): number | undefined {
  const text = options["keep-best"];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(String(text))) return Number(text);
  throw new ProvenanceError("bad-option", `--keep-best is ${JSON.stringify(text)}; give a whole number`);
}

function print({ deleted, kept, bytes }: CollectReport, isTry: boolean): void {
  for (const { runs, bytes: own } of deleted)
    console.log(plainText(`${isTry ? "would delete" : "deleted"} ${namesOf(runs)}: ${counted(own, "byte")}`));
  for (const { runs, why } of kept) console.log(plainText(`kept ${namesOf(runs)}: ${why}`));
  const what = `${counted(deleted.length, "execution")}, ${counted(bytes, "byte")}`;
  console.log(isTry ? `${what} would go; nothing was changed` : `${what} deleted`);
}

/** The bytes are those of the whole execution. */
function runRows({ deleted, kept }: CollectReport, isTry: boolean): object[] {
  const rows = (outcome: string, { runs, ...more }: CollectReport["deleted" | "kept"][number]) =>
    runs.map(({ id, name }) => ({ outcome, run: id, name, ...more }));
  return [
    ...deleted.flatMap((one) => rows(isTry ? "would be deleted" : "deleted", one)),
    ...kept.flatMap((one) => rows("kept", one)),
  ];
}

function namesOf(runs: CollectReport["kept"][number]["runs"]): string {
  return runs.map(({ id, name }) => `${name} ${shownId(id)}`).join(", ");
}
